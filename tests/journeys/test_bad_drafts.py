"""SOP 1 and 2: drafts and statements that cannot be used; each gets its slip, then the honest one.

All bad files are sent at once to one running service; each test looks at the answer to one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.period import Period
from pipeline.domain.procedure import Verb
from pipeline.forms.properties import write_properties
from pipeline.forms.workbooks.statements import write_statements
from pipeline.ledger.tables import Arrival, Collection, Document
from tests.journeys import bad_input as bad
from tests.journeys.office import Journey

SEND = "1-draft/kirim"
NAME = "Format {case} TW III 2026.docx"
JINJA = {
    "tanpa-tutup": ("{{ kantor.nama", ["penulisan isian tidak terbaca"]),
    "tanpa-endfor": ("{% for i in indikator %}", ["penulisan isian tidak terbaca", "endfor"]),
    "kolom-asing": ("Gaji: {{ gaji }}", ["kolom 'gaji' tidak dikenal", "paragraf “Gaji"]),
    "kolom-dalam": ("{{ pejabat.gaji }}", ["tidak dikenal", "gaji"]),
    "dunder": ("{{ ''.__class__ }}", ["tidak diizinkan"]),
    "dunder-dalam": ("{{ kode.__class__.__mro__ }}", ["tidak diizinkan"]),
    "raksasa": ("{% for i in range(10**9) %}x{% endfor %}", ["perulangan", "range"]),
    "bersarang": (
        "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
        ["perulangan"],
    ),
    "pangkat": ("{{ 10**(10**10) }}", ["terlalu besar"]),
    "ulang-teks": ("{{ 'a' * 10**12 }}", ["terlalu besar"]),
    "makro-ganda": (
        "{% macro m(n) %}{% if n %}{{ m(n-1) }}{{ m(n-1) }}{% endif %}{% endmacro %}{{ m(50) }}",
        ["perulangan"],
    ),
    "makro-dalam": ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", ["terlalu besar"]),
    "bagi-nol": ("{{ 1 // 0 }}", ["tidak terbaca"]),
    "saringan-asing": ("{{ kode | sulap }}", ["penulisan isian tidak terbaca", "sulap"]),
    "sisip": ("{% include '/etc/passwd' %}", ["tidak terbaca"]),
}


@dataclass
class Sent:
    journey: Journey
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    before: dict[str, object] = field(default_factory=dict)

    def send(self, case: str, name: str, data: bytes) -> None:
        self.files[case] = (name, data)
        self.journey.folders.put(SEND, name, data)


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sent]:
    with bad.impatient(tmp_path_factory.mktemp("draf")) as journey:
        sent = Sent(journey)
        draft = journey.folders.wait("1-draft/Format*.docx").read_bytes()
        journey.settle()
        sent.before = bad.ledger_state(journey)
        _send_files(sent, draft)
        _send_workbooks(sent)
        bad.until_judged(journey, *(name for name, _ in sent.files.values()))
        yield sent


def _send_files(sent: Sent, draft: bytes) -> None:
    named = {
        "teks": b"Ini teks biasa, bukan dokumen Word.",
        "pdf": bad.PDF,
        "bersandi": bad.ENCRYPTED,
        "terpotong": draft[: len(draft) // 2],
        "rusak": bad.with_damaged_part(draft),
        "kosong": b"",
        "bom": bad.zip_bomb(draft),
        "gambar-luar": bad.with_linked_picture(draft),
        "kotak-hilang": bad.with_text_replaced(draft, ":realisasi", ":hilang"),
        "tanpa-gaya": bad.with_text_replaced(
            draft, "</Relationships>", "</Relation>", "word/_rels/document.xml.rels"
        ),
        "jenis-asing": bad.with_text_replaced(draft, "<Types", "<Jenis", "[Content_Types].xml"),
        **{case: bad.with_paragraph(draft, text) for case, (text, _) in JINJA.items()},
    }
    for case, data in named.items():
        sent.send(case, NAME.format(case=case), data)
    sent.send("word-lama", "Format lama TW III 2026.doc", bad.OLD_WORD)
    sent.send("program", "Format pasang TW III 2026.exe", b"MZ\x90\0" + bytes(200))
    sent.send("makro", "Format makro TW III 2026.docm", bad.with_macros(draft))
    sent.send("tanpa-periode", "Format tanpa waktu.docx", write_properties(draft, {}))


def _send_workbooks(sent: Sent) -> None:
    journey = sent.journey
    honest = write_statements(journey.statements, office_name="Dinas")
    row, column = bad.address_of(honest, 0, "IKU-001")
    books = {
        "kode-ganda": bad.with_cells(honest, 0, {f"A{row + 1}": "IKU-001"}),
        "rumus": bad.with_cells(honest, 0, {f"I{row}": "=1+1"}),
        "tanpa-baris": bad.without_rows(honest, 0, row, 60),
        "bukan-excel": b"bukan apa-apa",
        "excel-bersandi": bad.ENCRYPTED,
    }
    assert column == 1
    for case, data in books.items():
        sent.send(case, f"Daftar Pernyataan {case} TW III 2026.xlsx", data)


CUT = ("terpotong", "kosong")
FAULTS = {
    "teks": ["bukan dokumen Word", "simpan dengan Word"],
    "pdf": ["bukan dokumen Word", "simpan dengan Word"],
    "bersandi": ["bersandi", "hapus sandinya"],
    "word-lama": ["berformat Word lama", "simpan sebagai .docx"],
    "program": ["hanya format (.docx)", "simpan dengan Word"],
    "rusak": ["bukan dokumen Word", "utuh"],
    "bom": ["terlalu besar"],
    "gambar-luar": ["http://192.0.2.1/logo.png", "sisipkan gambarnya"],
    "makro": ["memuat makro", "tanpa makro"],
    "tanpa-periode": ["triwulan dan tahunnya tidak disebut", "TW III 2026"],
    "kotak-hilang": ["kotak isian untuk realisasi", "draf awal"],
    "tanpa-gaya": ["rusak"],
    "jenis-asing": ["rusak"],
    "kode-ganda": ["IKU-001 sudah dipakai baris"],
    "rumus": ["berisi rumus", "tempel sebagai nilai", "kolom Target Tahunan"],
    "tanpa-baris": ["belum berisi satu baris pun"],
    "bukan-excel": ["bukan buku kerja Excel"],
    "excel-bersandi": ["bersandi"],
} | {case: words for case, (_, words) in JINJA.items()}


@pytest.mark.parametrize("case", FAULTS)
def test_a_bad_draft_comes_back_with_a_slip(sent: Sent, case: str) -> None:
    name, data = sent.files[case]
    text = bad.assert_given_back(sent.journey, "1-draft", name, data, *FAULTS[case])
    bad.assert_says(text, "PERLU DIPERBAIKI", f"Perbaiki berkas PERBAIKI - {name}")
    bad.assert_says(text, r"K:\data-kinerja\1-draft\kirim", "Staf")


@pytest.mark.parametrize("case", CUT)
def test_a_copy_that_broke_off_is_told(sent: Sent, case: str) -> None:
    name, data = sent.files[case]
    text = bad.assert_refused(sent.journey, "1-draft", name, data, "SALINANNYA TERPUTUS")
    bad.assert_says(text, "Salin sekali lagi", r"K:\data-kinerja\1-draft\kirim", "Staf")


def test_bad_drafts_change_nothing(sent: Sent) -> None:
    assert bad.ledger_state(sent.journey) == sent.before
    outcomes = {a.outcome for a in sent.journey.rows(Arrival)}
    assert outcomes == {"dikembalikan", "ditolak"}


def test_a_draft_that_fails_on_the_real_data_comes_back(sent: Sent) -> None:
    journey, period = sent.journey, Period(2025, 4)
    starter = journey.folders.wait("1-draft/Format Data Kinerja*.docx").read_bytes()
    only_example = "{% for i in indikator %}{{ {'CONTOH-01': 'ya'}[i.kode] }}{% endfor %}"
    name = f"Format nyata {period.short}.docx"
    journey.bring(SEND, name, bad.with_paragraph(starter, only_example))
    incomplete = bad.read_slip(journey, f"1-draft/DITERIMA, BELUM LENGKAP *{period.short}.pdf")
    bad.assert_says(incomplete, "DITERIMA, BELUM LENGKAP", "Daftar Pernyataan belum ada")
    bad.assert_says(incomplete, "sudah benar dan disimpan", r"K:\data-kinerja\1-draft\kirim")
    book = write_statements(journey.statements, office_name="Dinas")
    book = bad.with_cells(book, 0, {"A3": f"Periode: {period}"})
    journey.bring(SEND, f"Daftar Pernyataan {period.short}.xlsx", book)
    slip = bad.read_slip(journey, f"1-draft/SLIP - *{period.short}*.pdf")
    bad.assert_says(slip, "tidak dapat diisi dengan Daftar Pernyataan", "IKU-001")
    journey.settle()
    given_back = {name for case, (name, _) in sent.files.items() if case not in CUT}
    other_period = {f"PERBAIKI - {name}" for name in given_back if "III" in name}
    assert other_period <= journey.files("1-draft")
    (collection,) = journey.rows(Collection, Collection.period == str(period))
    assert collection.stage == Verb.DRAFT
    (draft,) = journey.rows(
        Document, Document.collection_id == collection.id, Document.kind == Kind.DRAFT
    )
    assert draft.state == State.RETURNED
    # The honest draft then goes on.
    journey.bring(SEND, f"Format Data Kinerja {period.short}.docx", starter)
    journey.folders.wait(f"2-koreksi/Format*{period.short}.docx")


def test_then_the_honest_draft_works_and_the_slips_are_gone(sent: Sent) -> None:
    journey = sent.journey
    journey.to_correction()
    journey.settle()
    left = {n for n in journey.files("1-draft") if n.startswith(("PERBAIKI", "SLIP"))}
    program, _ = sent.files["program"]  # no draft: nobody has settled what it was about
    assert left == {f"PERBAIKI - {program}", f"SLIP - {program.removesuffix('.exe')}.pdf"}


def test_a_second_draft_for_a_running_period_comes_back(sent: Sent) -> None:
    journey = sent.journey
    journey.to_correction()
    journey.settle()
    before = bad.ledger_state(journey)
    waiting = journey.folders.wait("2-koreksi/Format*.docx").read_bytes()
    name = f"Format kedua {journey.period.short}.docx"
    journey.bring(SEND, name, waiting)
    bad.until_judged(journey, name)
    bad.assert_given_back(
        journey, "1-draft", name, waiting, "SUDAH BERJALAN", journey.period.title, "2-koreksi"
    )
    assert bad.ledger_state(journey) == before


def test_what_cannot_be_decided_at_correction_is_refused(sent: Sent) -> None:
    journey = sent.journey
    journey.to_correction()
    journey.settle()
    before = bad.ledger_state(journey)
    junk = {
        "Foto.jpg": b"\xff\xd8\xff\xe0 foto",
        "Sampah.docx": b"bukan Word",
        "Sandi.docx": bad.ENCRYPTED,
    }
    for name, data in junk.items():
        journey.bring("2-koreksi/setujui", name, data)
    bad.until_judged(journey, *junk)
    for name, data in junk.items():
        words = ("TIDAK DIKENAL", "menunggu keputusan", r"K:\data-kinerja\2-koreksi")
        bad.assert_refused(journey, "2-koreksi", name, data, *words)
    assert bad.ledger_state(journey) == before


def test_a_broken_edit_at_correction_comes_back_and_the_draft_goes_on_waiting(sent: Sent) -> None:
    journey = sent.journey
    journey.to_correction()
    journey.settle()
    before = bad.ledger_state(journey)
    waiting = journey.folders.wait(f"2-koreksi/Format*{journey.period.short}.docx")
    name, honest = waiting.name, waiting.read_bytes()
    broken = bad.with_paragraph(honest, "{{ tidak_ada }}")
    waiting.unlink()  # edited in place and moved: nothing of it is left where it waited
    journey.bring("2-koreksi/setujui", name, broken)
    bad.until_judged(journey, name)
    text = bad.assert_given_back(
        journey, "2-koreksi", name, broken, "PERUBAHAN BELUM DAPAT DIPAKAI", "tidak_ada"
    )
    bad.assert_says(text, "setujui berkas yang masih menunggu di folder ini")
    assert waiting.read_bytes() == honest
    assert bad.ledger_state(journey) == before


def test_a_return_without_a_reason_is_held_and_the_draft_stays(sent: Sent) -> None:
    journey = sent.journey
    journey.to_correction()
    journey.settle()
    waiting = journey.folders.wait(f"2-koreksi/Format*{journey.period.short}.docx")
    honest, before = waiting.read_bytes(), bad.ledger_state(journey)
    waiting.rename(waiting.parent / "kembalikan" / waiting.name)
    slip = bad.read_slip(journey, "2-koreksi/ALASAN DIPERLUKAN - *.pdf")
    bad.assert_says(slip, "ALASAN DIPERLUKAN", "berkas teks (.txt)", "kembalikan")
    journey.settle()
    assert waiting.read_bytes() == honest
    assert bad.ledger_state(journey) == before
    journey.bring("2-koreksi/kembalikan", "Alasan kosong.txt", b" \n")
    bad.until_judged(journey, "Alasan kosong.txt")
    bad.assert_given_back(journey, "2-koreksi", "Alasan kosong.txt", b" \n", "ALASAN KOSONG")
    assert bad.ledger_state(journey) == before
    # It may still be approved: the first decision committed stands.
    waiting.rename(waiting.parent / "setujui" / waiting.name)
    journey.folders.wait(f"3-penggandaan/Daftar Pejabat {journey.period.short}.xlsx")
    journey.settle()
    assert not list(journey.folders.inbox.glob(f"2-koreksi/Format*{journey.period.short}.docx"))
