"""SOP 4: forms that come back as other programs, other people and other days have left them."""

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pytest
from lxml import etree

from pipeline.domain.document import Kind, State
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import Field
from pipeline.domain.naming import post_folder
from pipeline.domain.procedure import CommandFolder
from pipeline.foreign.package import MAIN_PART
from pipeline.forms.package import W
from pipeline.forms.properties import CODE, write_properties
from pipeline.ledger.tables import Arrival
from pipeline.pdf.convert import Converter
from pipeline.sop.values import findings_of, rows_of
from pipeline.tasks.demo.hand import fill_controls
from tests.forms.corpus.programs import ODT, libreoffice, saved_by, saved_by_pandoc
from tests.forms.documents import comments, parts, saved, with_parts, word

from .under_way import HEAD, SECRETARY, Copied, UnderWay, a_period, at_desk, practice_office
from .under_way import PERIOD as QUARTER

FOLDER = f"4-pengisian/{post_folder(HEAD)}"


@pytest.fixture(scope="module")
def filling(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Copied:
    """An office whose officials have their forms."""
    resting = practice_office(tmp_path_factory.mktemp("formulir") / "kantor")
    with at_desk(resting, tmp_path_factory.mktemp("meja") / "kantor", converter) as under_way:
        under_way.to_filling()
        root = under_way.office.root
    kept = tmp_path_factory.mktemp("terbit") / "kantor"
    shutil.copytree(root, kept)
    return Copied(kept, resting.pins)


@pytest.fixture
def at(filling: Copied, converter: Converter, tmp_path: Path) -> Iterator[UnderWay]:
    with at_desk(filling, tmp_path / "kantor", converter) as under_way:
        yield a_period(under_way.desk, filling.pins, QUARTER)


def issued(at: UnderWay, post: str = HEAD) -> bytes:
    """An official's form as it was laid out."""
    return at.office.store.read(at.form(post).blob or "")


def filled(at: UnderWay, post: str = HEAD) -> bytes:
    """The form with a plausible figure and a remark for each of its indicators."""
    reporter = at.reporter(post)
    values = {(i.code, Field.ACTUAL): "100" for i in reporter.indicators}
    values |= {(i.code, Field.REMARK): f"Catatan {i.code}" for i in reporter.indicators}
    return fill_controls(issued(at, post), values)


def bare(form: bytes) -> bytes:
    """The form as text and table alone, without any code."""
    return saved_by_pandoc(form)


def send(at: UnderWay, data: bytes, name: str = "Formulir.docx", post: str = HEAD) -> None:
    at.desk.put(f"4-pengisian/{post_folder(post)}/{CommandFolder.SEND}", name, data)
    at.desk.work()


def outcomes(at: UnderWay) -> list[str | None]:
    """What became of what was sent, in order."""
    with at.office.ledger.read() as session:
        rows = session.query(Arrival).filter(Arrival.folder.contains("4-pengisian"))
        return [row.outcome for row in rows.order_by(Arrival.arrived_at)]


def told(at: UnderWay, post: str = HEAD) -> list[Finding]:
    return findings_of(at.form(post))


def said(at: UnderWay, words: str, post: str = HEAD) -> bool:
    """Whether one of the warnings that travel with the form says so."""
    return any(words in f.message for f in told(at, post))


def test_a_form_saved_as_odt_is_taken(at: UnderWay) -> None:
    with libreoffice() as office:
        data = saved_by(office, filled(at), ODT)
    send(at, data, "Formulir.odt")
    assert outcomes(at) == ["diterima"]
    form = at.form(HEAD)
    assert {row.text(Field.REMARK) for row in rows_of(form)} == {
        f"Catatan {row.indicator}" for row in rows_of(form)
    }
    assert at.office.store.read(form.original or "") == data


def test_a_form_without_any_code_is_known_by_its_table(at: UnderWay) -> None:
    send(at, bare(filled(at)))
    assert outcomes(at) == ["diterima"]
    assert said(at, "dikenali dari tabelnya")


@pytest.mark.slow
def test_on_behalf_of_somebody_a_code_is_needed(at: UnderWay) -> None:
    at.desk.put(f"4-pengisian/_titipan/{CommandFolder.SEND}", "Formulir.docx", bare(filled(at)))
    at.desk.work()
    assert outcomes(at) == ["dikembalikan"]
    assert at.form(HEAD).state == State.ISSUED


def test_a_word_file_that_is_no_form_is_evidence(at: UnderWay) -> None:
    send(at, word("Laporan bulanan", "Produksi 100 ton"), "Laporan.docx")
    assert outcomes(at) == ["data-dukung"]


@pytest.mark.slow
def test_an_empty_word_file_is_given_back(at: UnderWay) -> None:
    """Whoever sends it believes that the form is in it: it must not be thanked for as evidence."""
    send(at, saved(docx.Document()))
    assert outcomes(at) == ["dikembalikan"]
    assert "tidak memuat kode formulir" in at.said(f"{FOLDER}/SLIP - Formulir.pdf")


def test_what_only_resembles_a_form_is_refused(at: UnderWay) -> None:
    """One of several rows is too little to take a file without a code for the form."""
    assert len(at.reporter(HEAD).indicators) > 1
    document = docx.Document(io.BytesIO(bare(filled(at))))
    table = next(t for t in document.tables if len(t.columns) == 12)
    for row in table.rows[2:]:
        row._tr.getparent().remove(row._tr)
    send(at, saved(document))
    assert outcomes(at) == ["dikembalikan"]


def test_two_codes_in_one_file_are_told_with_their_places(at: UnderWay) -> None:
    other = at.form(SECRETARY).code
    send(at, _printed_as(filled(at), at.form(HEAD).code, other))
    assert outcomes(at) == ["dipantulkan"]
    slip = " ".join(at.said(f"{FOLDER}/SLIP 1*.pdf").split())
    assert f"{other} (tercetak)" in slip
    assert f"{at.form(HEAD).code} (di dalam berkas)" in slip


def _printed_as(form: bytes, code: str, other: str) -> bytes:
    footer = parts(form)["word/footer1.xml"].replace(code.encode(), other.encode())
    return with_parts(form, {"word/footer1.xml": footer})


@pytest.mark.slow
def test_a_form_is_known_by_its_bookmark_and_by_its_qr(at: UnderWay) -> None:
    form, code = filled(at), at.form(HEAD).code
    for part, kept in ((MAIN_PART, "QR"), ("word/media/image1.png", "penanda")):
        data = write_properties(_printed_as(form, code, "–"), {CODE: ""})
        lost = b"" if part != MAIN_PART else parts(data)[part].replace(code.encode(), b"x")
        with_one = with_parts(data, {part: lost})
        send(at, with_one, f"Formulir {kept}.docx")
    assert outcomes(at) == ["diterima", "sudah-diterima"]


@pytest.mark.slow
def test_an_older_form_is_told(at: UnderWay) -> None:
    first = issued(at)
    send(at, first)  # nothing is filled in
    assert outcomes(at) == ["dipantulkan"]
    send(at, filled_as(at, first))
    assert outcomes(at)[-1] == "diterima"
    assert said(at, "formulir yang pertama, padahal sudah ada PERBAIKI 1")


@pytest.mark.slow
def test_the_newest_form_is_not_called_old(at: UnderWay) -> None:
    send(at, issued(at))
    again = at.folders.wait(f"{FOLDER}/PERBAIKI 1*.docx")
    data = filled_as(at, again.read_bytes())
    again.unlink()
    send(at, data, again.name)
    assert outcomes(at)[-1] == "diterima"
    assert not said(at, "padahal sudah ada")


def filled_as(at: UnderWay, form: bytes) -> bytes:
    codes = [i.code for i in at.reporter(HEAD).indicators]
    return fill_controls(form, {(code, Field.ACTUAL): "100" for code in codes})


@pytest.mark.slow
def test_the_same_once_more_is_told(at: UnderWay) -> None:
    empty = issued(at)
    for number in (1, 2):
        send(at, empty)
        told = at.said(f"{FOLDER}/SLIP {number} - *.pdf")
        assert ("sama persis dengan kiriman sebelumnya" in told) == (number == 2)
    form = filled(at)
    send(at, form)
    assert not said(at, "sama")
    remarked = with_parts(form, {"word/comments.xml": comments("sudah benar")})
    send(at, remarked, "Diberi komentar.docx")
    assert said(at, "isinya sama dengan kiriman sebelumnya")


Change = Callable[[etree._Element], None]


def changed(form: bytes, change: Change) -> bytes:
    root = etree.fromstring(parts(form)[MAIN_PART])
    change(root)
    return with_parts(form, {MAIN_PART: etree.tostring(root)})


def test_what_is_altered_outside_the_fields_goes_to_the_verifier(at: UnderWay) -> None:
    code = at.reporter(HEAD).indicators[0].code

    def double_the_target(root: etree._Element) -> None:
        row = next(r for r in root.iter(f"{W}tr") if code in _said(r))
        target = list(row.iter(f"{W}tc"))[4]
        next(t for t in target.iter(f"{W}t") if t.text).text = "1"

    send(at, changed(filled(at), double_the_target))
    assert outcomes(at) == ["diterima"]
    [finding] = [f for f in told(at) if "teks tercetak diubah" in f.message]
    assert finding.severity is Severity.WARNING
    assert "→ “1”" in finding.message
    assert finding.place.startswith(code)


def _said(row: etree._Element) -> str:
    return "".join(t.text or "" for t in row.iter(f"{W}t"))


@pytest.mark.slow
def test_comments_and_tracked_changes_go_to_the_verifier(at: UnderWay) -> None:
    def track(root: etree._Element) -> None:
        run = next(r for r in root.iter(f"{W}r") if "Catatan" in _said(r))
        inserted = etree.Element(f"{W}ins")
        run.getparent().replace(run, inserted)
        inserted.append(run)

    data = changed(filled(at), track)
    send(at, with_parts(data, {"word/comments.xml": comments("Data BPS menyusul")}))
    assert outcomes(at) == ["diterima"]
    assert said(at, "lacak perubahan")
    assert said(at, "Data BPS menyusul")


@pytest.mark.slow
def test_the_verifiers_copy_is_read_the_same_way(at: UnderWay) -> None:
    """Saved by LibreOffice, without our tags, what the Kasubag changed is a correction."""
    send(at, filled(at))
    [waiting] = at.desk.files(f"5-verifikasi/*{at.form(HEAD).code}.docx")
    code = at.reporter(HEAD).indicators[0].code
    with libreoffice() as office:
        edited = fill_controls(waiting.read_bytes(), {(code, Field.ACTUAL): "90"})
        data = saved_by(office, edited, ODT)
    waiting.unlink()
    at.desk.put(f"5-verifikasi/{CommandFolder.APPROVE}", f"{waiting.stem}.odt", data)
    at.desk.work()
    form = at.form(HEAD)
    assert form.state in {State.APPROVED, State.VERIFIED}
    assert [(c["indicator"], c["old"], c["new"]) for c in form.data["verifier_changes"]] == [
        (code, "100", "90")
    ]
    assert form.kind == Kind.FORM
