"""Changes of Staf and of verifiers in the print-out's annex, and the paraf put elsewhere."""

from datetime import datetime

import pytest

from pipeline.domain.document import Kind
from pipeline.domain.form import Field
from pipeline.domain.procedure import Verb
from pipeline.signing.appearance import SignerFace
from pipeline.signing.fields import INITIAL_FIELD
from pipeline.signing.seal import Sealer
from pipeline.sop.printout.changes import listed_in
from pipeline.tasks.demo.hand import fill_controls
from pipeline.tasks.seal import unlock, waiting_for
from pipeline.tasks.tick import tick_only

from .under_way import HEAD, KASUBAG, MONDAY, SECRETARY, UnderWay

pytestmark = pytest.mark.slow


def approve_edited(at: UnderWay, post: str, field: Field, text: str) -> None:
    """The verifier changes a field of the form that waits, and approves it so."""
    code = at.form(post).code
    waiting = at.folders.wait(f"5-verifikasi/*{code}.docx")
    indicator = at.reporter(post).indicators[0].code
    data = fill_controls(waiting.read_bytes(), {(indicator, field): text})
    waiting.unlink()
    at.desk.put("5-verifikasi/setujui", waiting.name, data)
    at.desk.work()


def sealed_elsewhere(at: UnderWay) -> bytes:
    """The print-out as another program gives it back, with the Kasubag's paraf."""
    printout, signer = at.document(Kind.PRINTOUT), at.office.signer("kasubag")
    key = unlock(at.office, signer, bytearray(at.pins["kasubag"], "utf-8"))
    face = SignerFace(KASUBAG, signer.name, signer.nip, "Penata", printout.code)
    sealer = Sealer(trust=at.office.trust, tsa_url=None, zone=at.office.settings.office.zone)
    before, now = at.office.store.read(printout.pdf or ""), at.office.now()
    return sealer.initial(before, INITIAL_FIELD, key, face, at=now)


def test_both_kinds_are_listed_and_a_paraf_from_elsewhere_needs_the_ticks(
    filling: UnderWay,
) -> None:
    at = filling
    at.verify(KASUBAG, SECRETARY)
    at.send(HEAD)
    approve_edited(at, HEAD, Field.REMARK, "Menurut rekap.")
    at.staff.send_entry(("IKU-001", 17400, "Salah ketik."))
    at.desk.work()
    listed = listed_in(at.document(Kind.PRINTOUT))
    assert [(c.number, c.stage, c.change.new) for c in listed] == [
        (1, Verb.ENTER, "17.400"),
        (2, Verb.VERIFY, "Menurut rekap."),
    ]
    entry, verified = (c.change for c in listed)
    assert (entry.by, entry.reason) == ("Staf", "Salah ketik.")
    assert (verified.by, verified.reason) == (KASUBAG, "koreksi verifikator")
    assert all(c.via.startswith("melalui folder, akun ") and c.at for c in (entry, verified))
    printed = at.said("7-paraf/Print Out*.pdf")
    for words in ("LAMPIRAN", "Perubahan saat entri", "Koreksi saat verifikasi", "17.400"):
        assert words in printed

    at.desk.clock.at = datetime.now(MONDAY.tzinfo)  # the practice certificates begin today
    at.desk.put("7-paraf/diparaf", "Sudah diparaf.pdf", sealed_elsewhere(at))
    at.desk.work()
    assert at.collection.stage == Verb.INITIAL
    assert "nomor 1-2 pada Lampiran" in at.said("7-paraf/SLIP - Sudah diparaf.pdf")
    waiting = waiting_for(at.office, Verb.INITIAL)
    (ticked,) = tick_only(at.office, waiting, {waiting[0].id: [1, 2]})
    assert (list(ticked.accepted), ticked.changes) == ([1, 2], [])
    at.desk.put("7-paraf/diparaf", "Sudah diparaf.pdf", sealed_elsewhere(at))
    at.desk.work()
    assert at.collection.stage == Verb.SIGN


def test_a_change_that_stands_keeps_who_made_it_when_the_print_out_comes_back(
    filling: UnderWay,
) -> None:
    at = filling
    at.verify(KASUBAG, SECRETARY, HEAD)
    at.staff.send_entry(("IKU-001", 17400, "Salah ketik."))
    at.desk.work()
    [before] = listed_in(at.document(Kind.PRINTOUT))
    at.desk.put("7-paraf/kembalikan", "alasan.txt", b"Periksa IKU-002.")
    printed = at.folders.wait("7-paraf/Print Out*.pdf")
    at.desk.move(printed, "kembalikan")
    at.desk.work()
    at.desk.clock.move(hours=2)
    at.staff.send_entry(("IKU-002", 9000, "Rekap baru."))
    at.desk.work()
    first, second = listed_in(at.document(Kind.PRINTOUT))
    assert first.change == before.change
    assert (second.change.new, second.change.reason) == ("9.000", "Rekap baru.")
    assert second.change.at is not None
    assert first.change.at is not None
    assert second.change.at > first.change.at
