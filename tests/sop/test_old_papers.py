"""Papers that were kept: an old revision decides nothing, an old workbook enters nothing."""

from dataclasses import replace
from datetime import datetime

import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.form import Field
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.errors import ConflictError
from pipeline.forms.workbooks.roster import write_roster
from pipeline.signing.appearance import SignerFace
from pipeline.signing.fields import INITIAL_FIELD
from pipeline.signing.seal import Sealer
from pipeline.sop.by_word import decide_by_word
from pipeline.sop.collection.withdrawal import withdraw_case
from pipeline.sop.decisions import Verdict
from pipeline.tasks.demo.hand import change_cell, fill_controls
from pipeline.tasks.seal import seal, unlock
from tests.journeys.bad_input import with_paragraph

from .bad_papers import substance
from .under_way import DECIDER, HEAD, KASUBAG, NOTE, UnderWay


def returned(at: UnderWay, code: str) -> None:
    """Somebody gives the document back by word, and that is carried out."""
    decide_by_word(at.office, code, Verdict.RETURN, NOTE, **DECIDER)
    at.desk.work()


def assert_refused(at: UnderWay, folder: str, name: str, data: bytes, *says: str) -> None:
    """The file lies aside byte for byte, and its sender is told why."""
    stem, _, suffix = name.rpartition(".")
    assert (at.desk.inbox / "ditolak" / f"DITOLAK - {stem}.{suffix}").read_bytes() == data
    told = at.said(f"{folder}/SLIP - {stem}.pdf")
    assert [part for part in says if part not in told] == []


def bring(at: UnderWay, folder: str, name: str, data: bytes) -> None:
    """Lay a kept file into a command folder; the ledger's substance stays as it is."""
    before = substance(at.office)
    at.desk.put(folder, name, data)
    at.desk.work()
    assert substance(at.office) == before


# --- decisions -----------------------------------------------------------------------------------


@pytest.mark.parametrize("edited", [False, True], ids=["as it lay", "edited"])
@pytest.mark.parametrize("command", ["setujui", "kembalikan"])
def test_an_old_draft(begun: UnderWay, command: str, edited: bool) -> None:
    at = begun
    at.to_correction()
    kept = at.folders.wait("2-koreksi/Format*.docx").read_bytes()
    returned(at, at.document(Kind.DRAFT).code)
    at.staff.send_corrected_draft()
    at.desk.work()
    if edited:
        kept = with_paragraph(kept, "Disunting belakangan.")
    if command == "kembalikan":
        at.desk.put("2-koreksi/kembalikan", "Alasan.txt", NOTE.encode())
        at.desk.work()
    name = at.document(Kind.DRAFT).name
    bring(at, f"2-koreksi/{command}", f"Simpanan {name}", kept)
    says = (
        "REVISI LAMA",
        "adalah revisi 1",
        "sudah ada revisi 2",
        f"Putuskan {name} yang sekarang",
    )
    assert_refused(at, "2-koreksi", f"Simpanan {name}", kept, *says)
    at.move("2-koreksi/Format*.docx", CommandFolder.APPROVE)
    assert at.collection.stage == Verb.DISTRIBUTE


@pytest.mark.parametrize("edited", [False, True], ids=["as it lay", "edited"])
def test_an_old_form(filling: UnderWay, edited: bool) -> None:
    at = filling
    sent = at.folders.wait(f"4-pengisian/{HEAD}/Format*.docx").read_bytes()
    at.send(HEAD)
    lying = at.folders.wait(f"5-verifikasi/*{at.form(HEAD).code}.docx")
    kept, name = lying.read_bytes(), f"Simpanan {lying.name}"
    indicator = at.reporter(HEAD).indicators[0].code
    answers = at.reporter(HEAD)._answers(leave_out=False)
    again = answers | {(indicator, Field.ACTUAL): "82,5"}
    at.desk.put(f"4-pengisian/{HEAD}/kirim", "Lagi.docx", fill_controls(sent, again))
    at.desk.work()
    form = at.form(HEAD)
    assert (form.state, form.revision) == (State.WAITING, 3)
    if edited:
        kept = fill_controls(kept, {(indicator, Field.ACTUAL): "77,7"})
    bring(at, "5-verifikasi/setujui", name, kept)
    assert_refused(at, "5-verifikasi", name, kept, "REVISI LAMA", "revisi 2", "revisi 3")
    at.approve(HEAD)
    assert at.form(HEAD).data["rows"][0]["actual"] == "82.5"


def test_by_word_what_was_returned_is_not_approved_any_more(filling: UnderWay) -> None:
    at = filling
    at.send(HEAD)
    code = at.form(HEAD).code
    returned(at, code)
    before = substance(at.office)
    with pytest.raises(ConflictError, match="already returned"):
        decide_by_word(at.office, code, Verdict.APPROVE, "", **DECIDER)
    assert substance(at.office) == before


# --- what is entered -----------------------------------------------------------------------------


def test_an_old_entry_workbook(closed: UnderWay) -> None:
    """What the first print-out was made from must not undo what was corrected since."""
    at = closed
    ready = at.folders.wait("6-entri/Entri*.xlsx")
    name, old = ready.name, ready.read_bytes()
    at.staff.send_entry(("IKU-001", 600, "Salah baca."))
    at.desk.work()
    returned(at, at.document(Kind.PRINTOUT).code)
    assert at.folders.wait(f"6-entri/{name}")
    changed = change_cell(old, "IKU-001", "Realisasi TW", 777)
    changed = change_cell(changed, "IKU-001", "Alasan Perubahan", "Salah ketik.")
    at.desk.put("6-entri/kirim", name, changed)
    at.desk.work()
    assert at.collection.stage == Verb.ENTER
    told = at.said("6-entri/EDISI BARU*.pdf")
    assert "Saudara menulis “777” (alasan: Salah ketik.)" in told
    assert "sekarang tertulis “600”" in told
    (again,) = [n for n in at.names("6-entri") if n.endswith(".xlsx")]
    assert "EDISI 2" in again
    workbook = at.document(Kind.WORKBOOK)
    assert [c["new"] for made in workbook.data["changes"].values() for c in made] == ["600"]
    at.to_initial()
    assert at.collection.stage == Verb.INITIAL
    assert at.names("6-entri") == [n for n in at.names("6-entri") if n.startswith("DITERIMA")]


def test_an_old_roster(filling: UnderWay) -> None:
    at, name = filling, "Daftar Pejabat TW III 2026.xlsx"
    fewer = replace(at.roster, assignments=at.roster.assignments[:1])
    data = write_roster(fewer, at.statements, office_name="Dinas")
    bring(at, "3-penggandaan/kirim", name, data)
    assert (at.desk.inbox / "3-penggandaan" / f"PERBAIKI - {name}").read_bytes() == data
    told = at.said(f"3-penggandaan/SLIP - {name.removesuffix('.xlsx')}.pdf")
    assert "BELUM WAKTUNYA" in told
    assert "tidak dapat diganti lagi" in told


def test_a_form_and_an_entry_workbook_of_a_withdrawn_collection(closed: UnderWay) -> None:
    """The same period has begun anew: what belonged to the old one is not taken for the new."""
    at = closed
    workbook = at.folders.wait("6-entri/Entri*.xlsx")
    entry, name = workbook.read_bytes(), workbook.name
    form = at.office.store.read(at.form(HEAD).blob or "")
    withdraw_case(at.office, at.collection.id, NOTE, **DECIDER)
    at.desk.work()
    at.to_filling()
    assert at.collection.edition == 2
    indicator = at.reporter(HEAD).indicators[0].code
    filled = fill_controls(form, {(indicator, Field.ACTUAL): "5"})
    for folder, called, data in (
        (f"4-pengisian/{HEAD}", "Formulir lama.docx", filled),
        ("6-entri", name, entry),
    ):
        bring(at, f"{folder}/kirim", called, data)
        assert_refused(at, folder, called, data, "PENGUMPULAN INI SUDAH DITARIK", NOTE)
    at.send(HEAD)
    assert at.form(HEAD).state == State.WAITING


# --- seals ---------------------------------------------------------------------------------------


def test_a_print_out_that_was_returned_is_not_sealed_in_its_old_form(closed: UnderWay) -> None:
    at = closed
    at.desk.clock.at = datetime.now(at.desk.clock.at.tzinfo)  # the certificates are of today
    at.to_initial()
    old = at.document(Kind.PRINTOUT)
    signer = at.office.signer("kasubag")
    key = unlock(at.office, signer, bytearray(at.pins["kasubag"], "utf-8"))
    face = SignerFace(KASUBAG, signer.name, signer.nip, "Penata", old.code)
    sealer = Sealer(trust=at.office.trust, tsa_url=None, zone=at.office.settings.office.zone)
    sealed = sealer.initial(
        at.office.store.read(old.pdf or ""),
        INITIAL_FIELD,
        key,
        face,
        at=at.office.now(),
        document=old.name,
    )
    returned(at, old.code)
    at.staff.send_entry(("IKU-001", 777, "Salah ketik."))
    at.desk.work()
    new = at.document(Kind.PRINTOUT)
    assert (new.state, new.pdf != old.pdf) == (State.WAITING, True)
    bring(at, "7-paraf/diparaf", "Sudah diparaf.pdf", sealed)
    assert_refused(at, "7-paraf", "Sudah diparaf.pdf", sealed, "BUKAN NASKAH YANG MENUNGGU")
    before = substance(at.office)
    (stale,) = seal(at.office, [old], Verb.INITIAL, signer, key)
    assert "sudah berubah sejak ditinjau" in stale.error
    assert substance(at.office) == before
    at.seal(Verb.INITIAL)
    assert at.collection.stage == Verb.SIGN
