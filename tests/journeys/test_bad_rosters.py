"""SOP 3: bad rosters each get a slip, and no form is issued; then the honest one is taken."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pipeline.domain.document import Kind
from pipeline.domain.procedure import Verb
from pipeline.domain.roster import Roster
from pipeline.forms.workbooks.roster import write_roster
from pipeline.forms.workbooks.statements import write_statements
from pipeline.ledger.tables import Document
from tests.journeys import bad_input as bad
from tests.journeys.office import Journey

STAGE, SEND = "3-penggandaan", "3-penggandaan/kirim"
OFFICIALS, TASKS = 0, 1
ANOTHER = "198505152010012009"  # nobody whom the settings list as a signer
# A line of the format that only officials with an academic degree can fill.
DEGREE = "Gelar: {{ pejabat.nama.split(', ')[1] }}"
SLIPS = {
    "nip": ["baris", "kolom NIP", "periksa NIP"],
    "nip-angka": ["kolom NIP", "format kolom NIP sebagai Teks"],
    "jabatan-ganda": ["jabatan ini sudah ada di", "hapus salah satunya"],
    "tanpa-target": ["target TW III untuk IKU-003 belum ditetapkan", "Daftar Pernyataan"],
    "indikator-asing": ["indikator “IKU-999” tidak ada di Daftar Pernyataan", "pilih kode"],
    "jabatan-asing": ["jabatan “Kepala Bidang Antah” tidak ada di lembar Pejabat"],
    "rumus": ["berisi rumus", "kolom Nama"],
    "periode-lain": ["tertulis 2026-TW1"],
    "kosong": ["belum berisi satu baris pun"],
    "bukan-excel": ["bukan buku kerja Excel"],
    "dokumen-word": ["judul kolom tabel tidak ditemukan"],
    "penanda-tangan-lain": ["kolom NIP", "bukan penanda tangan yang terdaftar", "[[signers]]"],
    "tanpa-gelar": ["Templat tidak dapat diisi", "Sekretaris", "betulkan data pejabat ini"],
}


def _book(journey: Journey, roster: Roster) -> bytes:
    return write_roster(roster, journey.statements, office_name="Dinas")


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    with bad.impatient(tmp_path_factory.mktemp("pejabat")) as journey:
        # An indicator without a target for the quarter is no fault until somebody must report it.
        third = journey.statements.indicators[2]
        one, two, _, four = third.quarter_targets
        indicators = list(journey.statements.indicators)
        indicators[2] = replace(third, quarter_targets=(one, two, None, four))
        journey.statements = replace(journey.statements, indicators=tuple(indicators))
        journey.roster = replace(
            journey.roster,
            assignments=tuple(a for a in journey.roster.assignments if a.indicator != "IKU-003"),
        )
        yield journey


@pytest.fixture(scope="module")
def sent(journey: Journey) -> tuple[dict[str, tuple[str, bytes]], dict[str, object]]:
    """All bad rosters sent at once; what they were, and the ledger before."""
    draft = journey.folders.wait("1-draft/Format*.docx")
    journey.folders.put("1-draft", "Format sendiri.docx", draft.read_bytes())
    with_degree = bad.with_paragraph(draft.read_bytes(), DEGREE)
    draft.write_bytes(with_degree)
    journey.to_distribution()
    journey.settle()
    before = bad.ledger_state(journey)
    files = {
        case: (f"Daftar {case} {journey.period.short}.xlsx", data)
        for case, data in _bad_books(journey).items()
    }
    for name, data in files.values():
        journey.folders.put(SEND, name, data)
    bad.until_judged(journey, *(name for name, _ in files.values()))
    return files, before


def _bad_books(journey: Journey) -> dict[str, bytes]:
    honest = _book(journey, journey.roster)
    first, _ = bad.address_of(honest, OFFICIALS, journey.roster.officials[0].post)
    task, _ = bad.address_of(honest, TASKS, journey.roster.assignments[0].indicator)
    secretary = replace(journey.roster.officials[1], name="Siti Tanpa Gelar")
    return {
        "nip": bad.with_cells(honest, OFFICIALS, {f"C{first}": "19860926 201513 1 001"}),
        "nip-angka": bad.with_cells(honest, OFFICIALS, {f"C{first}": 198609262015051001}),
        "jabatan-ganda": bad.with_cells(
            honest, OFFICIALS, {f"A{first + 1}": journey.roster.officials[0].post.upper()}
        ),
        "tanpa-target": bad.with_cells(honest, TASKS, {f"A{task}": "IKU-003"}),
        "indikator-asing": bad.with_cells(honest, TASKS, {f"A{task}": "IKU-999"}),
        "jabatan-asing": bad.with_cells(honest, TASKS, {f"B{task}": "Kepala Bidang Antah"}),
        "rumus": bad.with_cells(honest, OFFICIALS, {f"B{first}": '="Bu"&"di"'}),
        "periode-lain": bad.with_cells(honest, OFFICIALS, {"A3": "Periode: 2026-TW1"}),
        "kosong": bad.without_rows(honest, OFFICIALS, first, 60),
        "bukan-excel": b"bukan buku kerja",
        "dokumen-word": write_statements(journey.statements, office_name="Dinas"),
        "penanda-tangan-lain": bad.with_cells(honest, OFFICIALS, {f"C{first}": ANOTHER}),
        "tanpa-gelar": _book(
            journey, replace(journey.roster, officials=(journey.roster.officials[0], secretary))
        ),
    }


def test_a_roster_before_the_approval_comes_back(journey: Journey) -> None:
    before = bad.ledger_state(journey)
    name, data = f"Daftar awal {journey.period.short}.xlsx", _book(journey, journey.roster)
    journey.bring(SEND, name, data)
    bad.until_judged(journey, name)
    bad.assert_given_back(journey, STAGE, name, data, "BELUM WAKTUNYA", "belum disetujui, tunggu")
    assert bad.ledger_state(journey) == before


@pytest.mark.parametrize("case", SLIPS)
def test_a_bad_roster_comes_back_with_a_slip(
    journey: Journey, sent: tuple[dict[str, tuple[str, bytes]], object], case: str
) -> None:
    name, data = sent[0][case]
    text = bad.assert_given_back(journey, STAGE, name, data, *SLIPS[case])
    bad.assert_says(text, "PERLU DIPERBAIKI", "Belum ada formulir yang diterbitkan")
    bad.assert_says(text, f"Perbaiki PERBAIKI - {name}", r"K:\data-kinerja\3-penggandaan\kirim")


def test_bad_rosters_change_nothing(journey: Journey, sent: tuple[object, object]) -> None:
    assert bad.ledger_state(journey) == sent[1]
    assert journey.stage == Verb.DISTRIBUTE
    assert not journey.rows(Document, Document.kind == Kind.FORM)


def test_a_corrected_roster_that_is_still_wrong_gets_one_fresh_slip(
    journey: Journey, sent: tuple[dict[str, tuple[str, bytes]], object]
) -> None:
    name, data = sent[0]["nip"]
    again = bad.with_cells(data, OFFICIALS, {"H1": "dicoba lagi"})
    back = journey.folders.wait(f"{STAGE}/PERBAIKI - {name}")
    back.unlink()
    journey.bring(SEND, back.name, again)
    bad.until_judged(journey, back.name)
    stem = name.removesuffix(".xlsx")
    about = {f for f in journey.files(STAGE) if stem in f}
    assert about == {f"PERBAIKI - {name}", f"SLIP - {stem}.pdf"}
    assert back.read_bytes() == again


def test_then_the_honest_roster_works(journey: Journey, sent: tuple[object, object]) -> None:
    assert sent
    journey.to_filling()
    journey.settle()
    (receipt,) = (f for f in journey.files(STAGE) if not f.startswith("kirim"))
    assert receipt.startswith("DITERIMA")
    name, data = f"Daftar lagi {journey.period.short}.xlsx", _book(journey, journey.roster)
    before = bad.ledger_state(journey)
    journey.bring(SEND, name, data)
    bad.until_judged(journey, name)
    bad.assert_given_back(journey, STAGE, name, data, "BELUM WAKTUNYA")
    assert bad.ledger_state(journey) == before
