"""Data dukung beside a form: kept once, matched to indicators, told in every paper."""

from sqlalchemy import select

from pipeline.domain.document import State
from pipeline.domain.form import Field
from pipeline.domain.naming import post_folder
from pipeline.ledger.tables import Publication
from pipeline.sop.pieces import pieces_of
from pipeline.sop.renewed_papers import renew_papers
from pipeline.sop.results import _reported
from pipeline.sop.values import findings_of
from pipeline.tasks.demo.hand import fill_controls

from .under_way import HEAD, UnderWay

FOLDER = f"4-pengisian/{post_folder(HEAD)}"


def code_of(at: UnderWay, number: int = 0) -> str:
    return at.reporter(HEAD).indicators[number].code


def put(at: UnderWay, name: str, data: bytes) -> None:
    """A file, in a sub-folder where its name has one."""
    at.desk.put(f"{FOLDER}/kirim", name, data)
    at.desk.work()


def notices(at: UnderWay) -> list[str]:
    return [n for n in at.with_official(HEAD) if n.startswith("DATA DUKUNG")]


def test_evidence_before_the_form_is_in_its_papers(filling: UnderWay) -> None:
    code = code_of(filling)
    put(filling, f"{code}/rekap.csv", b"a;1\n")
    put(filling, "foto.jpg", b"\xff\xd8\xff\xe0 foto")
    pieces = pieces_of(filling.form(HEAD))
    assert [(p.name, p.indicators) for p in pieces] == [("rekap.csv", (code,)), ("foto.jpg", ())]
    assert [p.paths for p in pieces] == [(f"{code}/rekap.csv",), ("foto.jpg",)]
    assert f"indikator {code}" in filling.said(f"{FOLDER}/DATA DUKUNG DITERIMA - rekap.pdf")
    assert "seluruh formulir" in filling.said(f"{FOLDER}/DATA DUKUNG DITERIMA - foto.pdf")

    filling.send(HEAD)
    assert findings_of(filling.form(HEAD)) == []
    receipt = filling.said(f"{FOLDER}/DITERIMA*.pdf")
    sheet = filling.said(f"5-verifikasi/{post_folder(HEAD)}*LEMBAR VERIFIKASI.pdf")
    for piece in pieces:
        assert piece.sha256 in receipt
        assert piece.sha256 in sheet
    assert "1 dengan peringatan" not in filling.said("5-verifikasi/_RINGKASAN.pdf")
    assert "1 tanpa peringatan" in filling.said("5-verifikasi/_RINGKASAN.pdf")


def test_evidence_after_the_form_renews_receipt_sheet_and_summary(filling: UnderWay) -> None:
    filling.send(HEAD)
    assert "tidak disebut dan tidak dikirim" in filling.said(f"{FOLDER}/DITERIMA*.pdf")
    assert "1 dengan peringatan" in filling.said("5-verifikasi/_RINGKASAN.pdf")
    put(filling, "rekap.csv", b"a;1\n")

    receipts = [n for n in filling.with_official(HEAD) if n.startswith("DITERIMA")]
    assert len(receipts) == 1
    assert receipts[0].endswith("dengan data dukung.pdf")
    assert notices(filling) == ["DATA DUKUNG DITERIMA - rekap.pdf"]
    receipt = filling.said(f"{FOLDER}/DITERIMA*.pdf")
    assert "rekap.csv" in receipt
    assert "tidak disebut" not in receipt
    sheet = filling.said(f"5-verifikasi/{post_folder(HEAD)}*LEMBAR VERIFIKASI.pdf")
    assert "rekap.csv" in sheet
    assert "kiriman ke-1" in sheet
    assert len(filling.names("5-verifikasi")) == 3  # form, sheet, summary: nothing piles up
    assert "1 tanpa peringatan" in filling.said("5-verifikasi/_RINGKASAN.pdf")
    filling.approve(HEAD)  # the form lies there as it lay, and counts
    assert filling.states()[HEAD] == State.VERIFIED


def test_a_form_and_its_evidence_sent_together_miss_nothing(filling: UnderWay) -> None:
    """Whichever is judged first."""
    filling.desk.put(f"{FOLDER}/kirim", "zz rekap.csv", b"a;1\n")
    filling.send(HEAD)
    form = filling.form(HEAD)
    assert findings_of(form) == []
    assert pieces_of(form)[0].sha256 in filling.said(f"{FOLDER}/DITERIMA*.pdf")


def test_the_same_file_is_kept_once_and_told(filling: UnderWay) -> None:
    code = code_of(filling)
    put(filling, "rekap.csv", b"a;1\n")
    put(filling, f"{code} rekap.csv", b"a;1\n")
    (piece,) = pieces_of(filling.form(HEAD))
    assert (piece.name, piece.indicators) == ("rekap.csv", (code,))
    assert piece.paths == ("rekap.csv", f"{code} rekap.csv")
    assert "sama persis dengan rekap.csv" in filling.said(f"{FOLDER}/DATA DUKUNG SUDAH ADA*.pdf")
    kinds = [e.kind for e in filling.events()]
    assert (kinds.count("evidence.received"), kinds.count("evidence.repeated")) == (1, 1)


def test_two_files_of_one_name_are_both_kept(filling: UnderWay) -> None:
    put(filling, "rekap.csv", b"a;1\n")
    put(filling, "rekap.csv", b"a;2\n")
    pieces = pieces_of(filling.form(HEAD))
    assert [p.name for p in pieces] == ["rekap.csv", "rekap (2).csv"]
    assert [filling.office.store.read(p.sha256) for p in pieces] == [b"a;1\n", b"a;2\n"]
    told = filling.said(f"{FOLDER}/DATA DUKUNG DITERIMA - rekap (2).pdf")
    assert "disimpan sebagai rekap (2).csv" in told


def test_a_cell_that_names_the_file_claims_it(filling: UnderWay) -> None:
    code = code_of(filling)
    put(filling, "Rekapitulasi TPI.csv", b"a;1\n")
    send(filling, {(code, Field.EVIDENCE): "rekapitulasi tpi.csv, foto.jpg"})
    form = filling.form(HEAD)
    assert pieces_of(form)[0].indicators == (code,)
    named, *_ = findings_of(form)
    assert named.place == f"{code}, kolom Data Dukung"
    assert "“foto.jpg” disebut tetapi tidak ikut dikirim" in named.message
    put(filling, "foto.jpg", b"\xff\xd8\xff\xe0 foto")
    assert [p.indicators for p in pieces_of(filling.form(HEAD))] == [(code,), (code,)]
    assert not [f for f in findings_of(filling.form(HEAD)) if "foto.jpg” disebut" in f.message]


def test_the_dossiers_values_say_what_supports_which_indicator(filling: UnderWay) -> None:
    code = code_of(filling)
    put(filling, f"{code}.csv", b"a;1\n")
    filling.send(HEAD)
    form = filling.form(HEAD)
    (piece,) = _reported(form)["data_dukung"]
    assert piece == {"nama": f"{code}.csv", "sha256": piece["sha256"], "indikator": [code]}


def test_where_evidence_is_required_the_form_comes_back(filling: UnderWay) -> None:
    require(filling)
    filling.send(HEAD)
    assert filling.form(HEAD).returns == 1
    assert "tidak disebut dan tidak dikirim" in filling.said(f"{FOLDER}/SLIP 1 - *.pdf")
    put(filling, "rekap.csv", b"a;1\n")
    filling.send(HEAD, pattern="PERBAIKI 1 - *.docx")
    assert filling.form(HEAD).state == State.WAITING


def test_a_renewal_that_was_overtaken_writes_nothing(filling: UnderWay) -> None:
    filling.send(HEAD)
    put(filling, "rekap.csv", b"a;1\n")
    form, before = filling.form(HEAD), publications(filling)
    renew_papers(filling.office, f"{form.id}:{form.revision}:1")  # done already
    renew_papers(filling.office, f"{form.id}:{form.revision}:0")
    filling.approve(HEAD)
    renew_papers(filling.office, f"{form.id}:{form.revision}:1")
    assert [p for p in publications(filling) if "dengan data dukung" in p] == [
        p for p in before if "dengan data dukung" in p
    ]


def send(at: UnderWay, more: dict[tuple[str, Field], str]) -> None:
    person = at.reporter(HEAD)
    file = at.folders.wait(f"{person.folder}/Format*.docx")
    answers = person._answers(leave_out=False) | more
    data = fill_controls(file.read_bytes(), answers)
    file.unlink()
    at.folders.put(f"{person.folder}/kirim", file.name, data)
    at.desk.work()


def require(at: UnderWay) -> None:
    """Let the office's SOP ask for evidence."""
    procedure = at.office.procedures["data-kinerja"]
    rules = procedure.evidence.model_copy(update={"required": True})
    at.office.procedures["data-kinerja"] = procedure.model_copy(update={"evidence": rules})


def publications(at: UnderWay) -> list[str]:
    with at.office.ledger.read() as session:
        return list(session.scalars(select(Publication.path).order_by(Publication.id)))
