"""SOP 6: entry workbooks that cannot be used; each gets its slip, no print-out is made of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from pipeline.domain.document import Kind
from pipeline.domain.procedure import Verb
from pipeline.forms.properties import CODE, PERIOD
from pipeline.forms.workbooks.statements import write_statements
from pipeline.ledger.tables import Document
from pipeline.tasks.demo.hand import change_cell, replace_parts
from tests.journeys import bad_input as bad
from tests.journeys.office import Journey

STAGE, SEND = "6-entri", "6-entri/kirim"
SLIPS = {
    "buku-lain": ["BUKAN BUKU KERJA ENTRI", "tidak dikenal sebagai buku kerja entri"],
    "kode-lain": ["BUKAN BUKU KERJA ENTRI", "tidak dikenal sebagai buku kerja entri"],
    "bukan-excel": ["BUKAN BUKU KERJA ENTRI", "bukan buku kerja Excel"],
    "bersandi": ["BUKAN BUKU KERJA ENTRI", "bersandi"],
    "tanpa-alasan": ["IKU-001", "Realisasi TW", "tanpa alasan", "kolom Alasan Perubahan"],
    "teks-tanpa-alasan": ["IKU-001", "Keterangan", "tanpa alasan", "kolom Alasan Perubahan"],
    "baris-hilang": ["barisnya hilang dari buku kerja", "pakai lagi buku kerja"],
    "baris-asing": ["baris ini bukan bagian pengumpulan ini", "hapus baris", "IKU-999"],
    "baris-ganda": ["formulir dan indikator ini sudah ada di baris", "hapus salah satu"],
    "rumus": ["berisi rumus", "tempel sebagai nilai"],
    "realisasi-kosong": ["IKU-001", "realisasi kosong", "isi angkanya"],
    "bukan-angka": ["“kira-kira 17” tidak terbaca sebagai angka", "misalnya 52.067,25"],
}
NOT_OURS = {"buku-lain", "kode-lain", "bukan-excel", "bersandi"}


@dataclass
class Sent:
    journey: Journey
    ready: bytes
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    before: dict[str, object] = field(default_factory=dict)


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sent]:
    with bad.impatient(tmp_path_factory.mktemp("entri")) as journey:
        journey.to_entry()
        journey.settle()
        ready = journey.folders.wait(f"{STAGE}/Entri*.xlsx").read_bytes()
        sent = Sent(journey, ready, before=bad.ledger_state(journey))
        for case, data in _bad_books(journey, ready).items():
            sent.files[case] = (f"Entri {case}.xlsx", data)
            journey.folders.put(SEND, *sent.files[case])
        bad.until_judged(journey, *(name for name, _ in sent.files.values()))
        yield sent


def _bad_books(journey: Journey, ready: bytes) -> dict[str, bytes]:
    row, _ = bad.address_of(ready, 0, "IKU-001")
    other, _ = bad.address_of(ready, 0, "IKU-002")
    code = journey.document(Kind.WORKBOOK).code
    properties = bad.part_of(ready, "docProps/custom.xml")
    assert CODE.encode() in properties
    assert PERIOD.encode() in properties
    stranger = properties.replace(code.encode(), b"ZZZZZ22222")
    return {
        "buku-lain": write_statements(journey.statements, office_name="Dinas"),
        "kode-lain": replace_parts(ready, {"docProps/custom.xml": stranger}),
        "bukan-excel": b"bukan buku kerja",
        "bersandi": bad.ENCRYPTED,
        "tanpa-alasan": change_cell(ready, "IKU-001", "Realisasi TW", 17400),
        "teks-tanpa-alasan": change_cell(ready, "IKU-001", "Keterangan", "Diganti saja"),
        "baris-hilang": bad.without_rows(ready, 0, row, 1),
        "baris-asing": bad.with_cells(ready, 0, {f"C{row}": "IKU-999"}),
        "baris-ganda": bad.with_copied_row(ready, 0, row, other),
        "rumus": change_cell(ready, "IKU-001", "Realisasi TW", "=1+1"),
        "realisasi-kosong": change_cell(ready, "IKU-001", "Realisasi TW", None),
        "bukan-angka": change_cell(ready, "IKU-001", "Realisasi TW", "kira-kira 17"),
    }


@pytest.mark.parametrize("case", SLIPS)
def test_a_bad_workbook_comes_back_with_a_slip(sent: Sent, case: str) -> None:
    name, data = sent.files[case]
    text = bad.assert_given_back(sent.journey, STAGE, name, data, *SLIPS[case])
    if case in NOT_OURS:
        bad.assert_says(text, "Isi dan kirim buku kerja Entri Data Kinerja yang tersedia")
    else:
        bad.assert_says(text, "PERLU DIPERBAIKI", f"Perbaiki PERBAIKI - {name}")
        bad.assert_says(text, r"K:\data-kinerja\6-entri\kirim")


def test_bad_workbooks_change_nothing(sent: Sent) -> None:
    journey = sent.journey
    assert bad.ledger_state(journey) == sent.before
    assert journey.stage == Verb.ENTER
    assert not journey.rows(Document, Document.kind == Kind.PRINTOUT)
    assert journey.folders.wait(f"{STAGE}/Entri Data*.xlsx").read_bytes() == sent.ready


def test_a_workbook_spoilt_in_place_lies_ready_again(sent: Sent) -> None:
    journey = sent.journey
    ready = journey.folders.wait(f"{STAGE}/Entri Data*.xlsx")
    name, data = ready.name, sent.files["baris-hilang"][1]
    ready.unlink()
    journey.bring(SEND, name, data)
    bad.until_judged(journey, name)
    bad.assert_given_back(journey, STAGE, name, data, "pakai lagi buku kerja yang tersedia")
    assert ready.read_bytes() == sent.ready


def test_a_workbook_sent_twice_is_entered_once(sent: Sent) -> None:
    journey = sent.journey
    journey.folders.wait(f"{STAGE}/Entri Data*.xlsx").unlink()
    twins = ("Entri satu.xlsx", "Entri dua.xlsx")
    for name in twins:
        journey.folders.put(SEND, name, sent.ready)
    bad.until_judged(journey, *twins)
    journey.await_stage(Verb.INITIAL)
    outcomes = {bad.arrival(journey, name).outcome: name for name in twins}
    assert set(outcomes) == {"diterima", "dikembalikan"}
    late = outcomes["dikembalikan"]
    words = "yang memaraf atau menandatangani"
    bad.assert_given_back(journey, STAGE, late, sent.ready, "SUDAH DIENTRI", words)
    assert journey.document(Kind.WORKBOOK).revision == 2
    (printout,) = journey.rows(Document, Document.kind == Kind.PRINTOUT)
    assert printout.returns == 0
