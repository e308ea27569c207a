"""SOP 4 and 5: what officials send that is no form of theirs, and hostile text in honest forms."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from pipeline.domain.document import Kind, State
from pipeline.domain.form import Field
from pipeline.forms.properties import CODE, PERIOD, write_properties
from pipeline.tasks.demo.hand import fill_controls
from tests.journeys import bad_input as bad
from tests.journeys.office import Journey
from tests.pdf.on_files import extract_text

FORMULA = "=cmd|' /C calc'!A0"
JINJA = "Jinja {{ 7*7 }} {% for x in y %} <w:t>&amp;</w:t> & \"'"
RIGHT_TO_LEFT = "awal \u202ekanan-ke-kiri\u202c \u200b\u0085\u2028 _x0041_ _x0007_ akhir"
LONG = "panjang " * 1249 + "selesai"
OTHER_CODE = "ZZZZZ22222"
CANNOT = {
    "teks": ["TIDAK TERBACA", "bukan dokumen Word"],
    "bersandi": ["TIDAK TERBACA", "bersandi", "Hapus sandinya"],
    "rusak": ["TIDAK TERBACA", "bukan dokumen Word"],
    "bom": ["TIDAK TERBACA", "terlalu besar"],
    "lama": ["TIDAK TERBACA", "bukan dokumen Word"],
    "odt": ["TIDAK TERBACA", "rusak"],
    "pengumpulan-lain": ["FORMULIR DARI PENGUMPULAN LAIN", OTHER_CODE],
    "pejabat-lain": ["FORMULIR PEJABAT LAIN", "Kasubag Program", "bukan Sekretaris"],
    "draf-mentah": ["KODE FORMULIR TIDAK DITEMUKAN"],
}


@dataclass
class Sent:
    journey: Journey
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    before: dict[str, object] = field(default_factory=dict)

    @property
    def stage(self) -> str:
        """The Sekretaris's folder, where all of it is sent."""
        return self.journey.reporter(1).folder


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sent]:
    with bad.impatient(tmp_path_factory.mktemp("formulir")) as journey:
        journey.to_filling()
        journey.settle()
        sent = Sent(journey, before=bad.ledger_state(journey))
        for case, (suffix, data) in _bad_forms(journey).items():
            sent.files[case] = (f"Formulir {case}{suffix}", data)
            journey.folders.put(f"{sent.stage}/kirim", *sent.files[case])
        evidence = ("Bukti.pdf", bad.PDF)
        sent.files["titipan"] = evidence
        journey.folders.put("4-pengisian/_titipan/kirim", *evidence)
        bad.until_judged(journey, *(name for name, _ in sent.files.values()))
        yield sent


def _bad_forms(journey: Journey) -> dict[str, tuple[str, bytes]]:
    form, other = _form(journey, 1), _form(journey, 0)
    period = {PERIOD: str(journey.period)}
    return {
        "teks": (".docx", b"bukan dokumen Word"),
        "bersandi": (".docx", bad.ENCRYPTED),
        "rusak": (".docx", bad.with_damaged_part(form)),
        "bom": (".docx", bad.zip_bomb(form)),
        "lama": (".doc", bad.OLD_WORD),
        "odt": (".odt", _open_document()),
        "pengumpulan-lain": (".docx", write_properties(form, {CODE: OTHER_CODE, **period})),
        "pejabat-lain": (".docx", other),
        "draf-mentah": (
            ".docx",
            (journey.office.templates / "data-kinerja/formulir.docx").read_bytes(),
        ),
    }


def _open_document() -> bytes:
    """A package as LibreOffice Writer saves its own."""
    packed = io.BytesIO()
    with ZipFile(packed, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("content.xml", "<x/>")
    return packed.getvalue()


def _form(journey: Journey, index: int) -> bytes:
    """The form as it was issued to an official."""
    return journey.office.store.read(journey.form(journey.reporter(index)).blob or "")


@pytest.mark.parametrize("case", CANNOT)
def test_what_is_no_form_of_this_official_comes_back(sent: Sent, case: str) -> None:
    name, data = sent.files[case]
    text = bad.assert_given_back(sent.journey, sent.stage, name, data, *CANNOT[case])
    bad.assert_says(text, "Pakai formulir Word yang diterbitkan", "Sekretaris")
    bad.assert_says(text, rf"K:\data-kinerja\{sent.stage}\kirim".replace("/", "\\"))


def test_evidence_by_way_of_staff_needs_its_officials_folder(sent: Sent) -> None:
    name, data = sent.files["titipan"]
    words = ("BELUM ADA FORMULIRNYA", "bukan di _titipan")
    bad.assert_given_back(sent.journey, "4-pengisian/_titipan", name, data, *words)


def test_bad_forms_change_nothing(sent: Sent) -> None:
    assert bad.ledger_state(sent.journey) == sent.before


def test_a_form_sent_as_rubbish_leaves_the_issued_one_in_its_folder(sent: Sent) -> None:
    journey = sent.journey
    issued = journey.folders.wait(f"{sent.stage}/Format*.docx")
    honest = issued.read_bytes()
    issued.unlink()
    journey.bring(f"{sent.stage}/kirim", issued.name, b"rusak saat disimpan")
    bad.until_judged(journey, issued.name)
    bad.assert_given_back(journey, sent.stage, issued.name, b"rusak saat disimpan", "TIDAK TERBACA")
    assert issued.read_bytes() == honest


def test_an_unknown_extra_file_is_kept_as_evidence(sent: Sent) -> None:
    journey = sent.journey
    journey.bring(f"{sent.stage}/kirim", "Rekap.xyz", b"angka-angka")
    bad.until_judged(journey, "Rekap.xyz")
    assert bad.arrival(journey, "Rekap.xyz").outcome == "data-dukung"
    (item,) = journey.form(journey.reporter(1)).data["evidence"]
    assert item["name"] == "Rekap.xyz"
    assert journey.office.store.read(item["sha256"]) == b"angka-angka"


def _bounced(sent: Sent, count: int, name: str, data: bytes) -> str:
    """What the slip says of a form that bounces; the form comes back with the honest code."""
    journey, person = sent.journey, sent.journey.reporter(1)
    state = journey.form(person).state
    journey.bring(f"{sent.stage}/kirim", name, data)
    bad.until_judged(journey, name)
    form = journey.form(person)
    assert (form.returns, form.state) == (count, state)
    assert bad.arrival(journey, name).outcome == "dipantulkan"
    assert journey.office.store.read(bad.arrival(journey, name).sha256) == data
    journey.folders.wait(f"{sent.stage}/PERBAIKI {count} - *.docx")
    text = bad.read_slip(journey, f"{sent.stage}/SLIP {count} - {form.code}*.pdf")
    bad.assert_says(text, f"Buka PERBAIKI {count} - ", "kirim", form.code)
    return text


def test_forms_with_macros_two_codes_or_too_much_text_bounce(sent: Sent) -> None:
    journey = sent.journey
    person = journey.reporter(1)
    filled = fill_controls(_form(journey, 1), person._answers(leave_out=False))
    bad.assert_says(
        _bounced(sent, 1, "Bermakro.docm", bad.with_macros(filled)),
        "memuat makro",
        "salin isiannya",
    )
    code = journey.form(person).code
    printed = next(
        p
        for p in ("word/document.xml", "word/footer1.xml")
        if code.encode() in bad.part_of(filled, p)
    )
    two = bad.with_text_replaced(filled, code, OTHER_CODE, printed)
    bad.assert_says(_bounced(sent, 2, "Dua kode.docx", two), OTHER_CODE, code, "kode formulir")
    indicator = person.indicators[0].code
    too_long = fill_controls(filled, {(indicator, Field.REMARK): "a" * 10_001})
    text = _bounced(sent, 3, "Panjang.docx", too_long)
    bad.assert_says(text, indicator, "kolom Keterangan", "10.001 karakter", "data dukung")
    overlong = fill_controls(filled, {(indicator, Field.ACTUAL): "9" * 60})
    bad.assert_says(_bounced(sent, 4, "Angka.docx", overlong), "tidak terbaca sebagai angka")


@pytest.mark.slow
def test_hostile_text_comes_out_literally_everywhere(sent: Sent) -> None:
    journey = sent.journey
    person = journey.reporter(1)
    code = person.indicators[0].code
    texts = {
        (code, Field.REMARK): FORMULA,
        (code, Field.SUPPORTING_FACTOR): JINJA,
        (code, Field.INHIBITING_FACTOR): LONG,
        (code, Field.FOLLOW_UP): RIGHT_TO_LEFT,
        (code, Field.EVIDENCE): "+62811; @SUM(A1)",
    }
    answers = {**person._answers(leave_out=False), **texts}
    data = fill_controls(_form(journey, 1), answers)
    journey.bring(f"{sent.stage}/kirim", "Formulir jujur.docx", data)
    journey.until(lambda: journey.form(person).state == State.WAITING)
    receipt = journey.text(f"{sent.stage}/DITERIMA*.pdf")
    bad.assert_says(receipt, FORMULA)
    _check_correction_at_verification(journey)
    journey.to_entry()
    _check_form_already_verified(sent, data)
    book = load_workbook(journey.folders.wait("6-entri/Entri*.xlsx"))
    cells = {c.value: c.data_type for row in book.worksheets[0].iter_rows() for c in row}
    for text in (FORMULA, JINJA, LONG, "+62811; @SUM(A1)"):
        assert cells[text] == "s", text
    signed = journey.to_filed()
    bad.assert_says(extract_text(signed), FORMULA)
    results = signed.with_suffix(".xlsx")
    values = {
        (c.value, c.data_type)
        for sheet in load_workbook(results).worksheets
        for row in sheet.iter_rows()
        for c in row
    }
    assert (FORMULA, "s") in values
    rows = list(
        csv.reader(io.StringIO(signed.with_suffix(".csv").read_text("utf-8-sig")), delimiter=";")
    )
    written = {cell for row in rows for cell in row if "calc" in cell}
    assert written == {f"'{FORMULA}"}
    form = journey.form(person)
    (pdf,) = signed.parent.glob(f"formulir/*{form.code}.pdf")
    text = extract_text(pdf)
    bad.assert_says(
        text, FORMULA, JINJA, "panjang selesai", "+62811; @SUM(A1)", "TELAH DIVERIFIKASI"
    )


def _check_correction_at_verification(journey: Journey) -> None:
    """SOP 5: what is unreadable or unknown is refused, and the honest form goes on waiting."""
    person = journey.reporter(1)
    waiting = journey.folders.wait(journey.at_verification(person))
    honest = waiting.read_bytes()
    journey.settle()
    before = bad.ledger_state(journey)
    stranger = ("Tak dikenal.docx", b"entah apa")
    journey.bring("5-verifikasi/setujui", *stranger)
    waiting.unlink()
    journey.bring("5-verifikasi/setujui", waiting.name, b"rusak saat disimpan")
    bad.until_judged(journey, stranger[0], waiting.name)
    bad.assert_refused(journey, "5-verifikasi", *stranger, "TIDAK DIKENAL")
    bad.assert_refused(
        journey, "5-verifikasi", waiting.name, b"rusak saat disimpan", "TIDAK DIKENAL"
    )
    assert waiting.read_bytes() == honest
    blank = fill_controls(honest, {(person.indicators[0].code, Field.ACTUAL): "banyak"})
    waiting.unlink()
    journey.bring("5-verifikasi/setujui", waiting.name, blank)
    journey.folders.wait(f"5-verifikasi/PERBAIKI - {waiting.name}")
    bad.until_judged(journey, waiting.name)
    words = ("PERUBAHAN BELUM DAPAT DIPAKAI", "“banyak” tidak terbaca sebagai angka")
    text = bad.assert_given_back(journey, "5-verifikasi", waiting.name, blank, *words)
    bad.assert_says(text, "putuskan berkas yang masih menunggu di folder ini")
    assert waiting.read_bytes() == honest
    assert bad.ledger_state(journey) == before


def _check_form_already_verified(sent: Sent, data: bytes) -> None:
    journey = sent.journey
    journey.settle()
    before = bad.ledger_state(journey)
    journey.bring(f"{sent.stage}/kirim", "Terlambat.docx", data)
    bad.until_judged(journey, "Terlambat.docx")
    code = journey.document(Kind.FORM, journey.reporter(1).official.post).code
    words = ("SUDAH DIVERIFIKASI", code, "sampaikan kepada Kasubag")
    bad.assert_given_back(journey, sent.stage, "Terlambat.docx", data, *words)
    assert bad.ledger_state(journey) == before
