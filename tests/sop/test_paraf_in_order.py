"""Up to three parafs in the procedure's order before the signature, or none (paraf hierarki)."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import Verb
from pipeline.errors import AuthorityError
from pipeline.pdf.convert import Converter
from pipeline.signing.appearance import SignerFace
from pipeline.signing.seal import Sealer
from pipeline.sop.case import case_of
from pipeline.sop.printout.changes import to_accept
from pipeline.sop.printout.paper import paper_of
from pipeline.sop.printout.sealed import verified_now
from pipeline.tasks import init
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.demo.data import sample_roster, sample_statements
from pipeline.tasks.lookup import FoundPrintout, find_by_code
from pipeline.tasks.seal import Sealed, Taken, seal, sort_out, unlock, waiting_for
from pipeline.tasks.status import office_status
from pipeline.tasks.tick import tick_only, to_tick
from pipeline.tasks.verify import Grounds, verify_file
from pipeline.web.pages.verify import status_of
from tests.pdf.on_files import extract_text

from .filed import the_bag
from .signed_by_hand import PLACE, ByHand
from .under_way import (
    HEAD,
    KASUBAG,
    MONDAY,
    OFFICIALS,
    PERIOD,
    SECRETARY,
    Copied,
    UnderWay,
    at_desk,
    practice_office,
)

pytestmark = pytest.mark.slow

ALL_THREE = ("kasubag", "sekretaris", "kabid")
At = Callable[[Sequence[str]], AbstractContextManager[UnderWay]]


@pytest.fixture(scope="session")
def of_three(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Copied:
    """An office with three signers; its forms are verified, and entry is next."""
    root = tmp_path_factory.mktemp("hierarki") / "kantor"
    statements = sample_statements(PERIOD, OFFICIALS)
    official = sample_roster(PERIOD, statements, OFFICIALS).official(HEAD)
    assert official is not None
    third = ("kabid", HEAD, official.name, official.nip, "IV/a")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(init, "PRACTICE_SIGNERS", (*init.PRACTICE_SIGNERS, third))
        made = practice_office(root / "awal")
    with at_desk(made, root / "entri", converter) as at:
        at.to_filling()
        at.desk.clock.at = max(at.desk.clock.at, datetime.now(MONDAY.tzinfo))  # the keys'
        at.verify(KASUBAG, SECRETARY, HEAD)
    return Copied(root / "entri", made.pins)


@pytest.fixture
def printed(of_three: Copied, converter: Converter, tmp_path: Path) -> At:
    """The print-out as it waits first, where these initial; one figure was changed at entry."""

    @contextmanager
    def made(initials: Sequence[str]) -> Iterator[UnderWay]:
        procedure = of_three.root / "templates/data-kinerja/sop.toml"
        before = procedure.read_text(encoding="utf-8")
        actor = f'[[actors]]\nkey = "kabid"\nname = "Kabid"\nposts = ["{HEAD}"]\n\n[[steps]]'
        listed = ", ".join(f'"{key}"' for key in initials)
        text = before.replace("[[steps]]", actor, 1)
        text = text.replace('verb = "initial"', f'verb = "initial"\ninitials = [{listed}]')
        try:
            procedure.write_text(text, encoding="utf-8")
            with at_desk(of_three, tmp_path / "kantor", converter) as at:
                at.staff.send_entry(("IKU-001", 17400, "Salah ketik."))
                at.desk.work()
                yield at
        finally:
            procedure.write_text(before, encoding="utf-8")

    return made


def put(
    at: UnderWay, stage: Verb, alias: str, *, ticks: bool = False, with_initial: bool = False
) -> Sealed:
    """One official seals what waits."""
    office, signer = at.office, at.office.signer(alias)
    key = unlock(office, signer, bytearray(at.pins[alias], "utf-8"))
    waiting = waiting_for(office, stage, with_initial=with_initial)
    sort_out(office, waiting, stage, signer, with_initial=with_initial)
    numbers = {d: [c.number for c in listed] for d, listed in to_tick(waiting).items()}
    taken = Taken(accepts=numbers if ticks else {})
    (result,) = seal(office, waiting, stage, signer, key, taken=taken, with_initial=with_initial)
    at.desk.work()
    return result


def elsewhere(at: UnderWay, alias: str) -> bytes:
    """The print-out as another program gives it back, with the paraf of an official."""
    printout, signer = at.document(Kind.PRINTOUT), at.office.signer(alias)
    key = unlock(at.office, signer, bytearray(at.pins[alias], "utf-8"))
    face = SignerFace(signer.post, signer.name, signer.nip, "Penata", printout.code)
    sealer = Sealer(trust=at.office.trust, tsa_url=None, zone=at.office.settings.office.zone)
    (collection,) = office_status(at.office).collections
    number = re.search(r"paraf (\d) dari", collection.next)
    assert number is not None
    data, now = at.office.store.read(printout.pdf or ""), at.office.now()
    return sealer.initial(data, f"Paraf{number[1]}", key, face, at=now)


def awaited(at: UnderWay) -> str:
    (collection,) = office_status(at.office).collections
    return collection.next


def told(at: UnderWay) -> FoundPrintout:
    found = find_by_code(at.office, at.document(Kind.PRINTOUT).code)
    assert isinstance(found, FoundPrintout)
    return found


def test_three_initial_one_after_the_other_before_the_signature(printed: At) -> None:
    with printed(ALL_THREE) as at:
        waiting = at.document(Kind.PRINTOUT)
        assert (at.collection.stage, awaited(at)) == (Verb.INITIAL, f"{KASUBAG} (paraf 1 dari 3)")
        assert status_of(told(at)) == "Menunggu paraf 1 dari 3"
        printed_words = at.said("7-paraf/Print Out*.pdf")
        for alias in ALL_THREE:
            assert at.office.signer(alias).name in printed_words
        # Each only when it is his turn; the changes are ticked at the first.
        with pytest.raises(AuthorityError, match=r"\(paraf, paraf 1 dari 3\) adalah wewenang"):
            put(at, Verb.INITIAL, "sekretaris")
        assert "nomor 1 pada Lampiran" in put(at, Verb.INITIAL, "kasubag").error
        assert put(at, Verb.INITIAL, "kasubag", ticks=True).error == ""
        with pytest.raises(AuthorityError, match=r"paraf 2 dari 3\) adalah wewenang Sekretaris"):
            put(at, Verb.INITIAL, "kasubag")
        assert (at.collection.stage, awaited(at)) == (Verb.INITIAL, f"{SECRETARY} (paraf 2 dari 3)")
        assert status_of(told(at)) == "Sudah diparaf; menunggu paraf 2 dari 3"
        # A paraf put with another program is taken from him whose turn it is, and from nobody else.
        at.desk.put("7-paraf/diparaf", "mendahului.pdf", elsewhere(at, "kabid"))
        at.desk.work()
        assert "tidak dapat diterima" in at.said("7-paraf/SLIP - mendahului.pdf")
        at.desk.put("7-paraf/diparaf", "selesai.pdf", elsewhere(at, "sekretaris"))
        at.desk.work()
        assert awaited(at) == f"{HEAD} (paraf 3 dari 3)"
        receipt = at.said("7-paraf/DICATAT*.pdf")
        assert f"Naskahnya menunggu paraf 3 dari 3 {HEAD}" in receipt
        assert put(at, Verb.INITIAL, "kabid").error == ""
        assert (at.collection.stage, awaited(at)) == (Verb.SIGN, KASUBAG)
        assert put(at, Verb.SIGN, "kasubag").error == ""
        printout = at.document(Kind.PRINTOUT)
        assert (printout.id, printout.state) == (waiting.id, State.FILED)
        # Whoever looks later sees all four, by their own posts.
        found = told(at)
        assert found.judgement is not None
        assert found.judgement.verdict == "valid"
        assert [(s.verb, s.post) for s in found.judgement.seals] == [
            (Verb.INITIAL, KASUBAG),
            (Verb.INITIAL, SECRETARY),
            (Verb.INITIAL, HEAD),
            (Verb.SIGN, KASUBAG),
        ]
        bag = the_bag(at)
        index = " ".join(extract_text(bag.path / "data/BACA SAYA.pdf").split())
        assert index.count("Paraf") >= 3
        (result,) = at.desk.files("hasil/*/*.pdf")
        assert verify_file(Grounds(at.office.trust, at.office), result).accepted
        assert audit(at.office).findings == ()


def test_the_last_who_initials_may_sign_in_the_same_sitting(printed: At) -> None:
    with printed(("sekretaris", "kasubag")) as at:
        with pytest.raises(AuthorityError, match="paraf 1 dari 2"):
            put(at, Verb.SIGN, "kasubag", with_initial=True)
        assert put(at, Verb.INITIAL, "sekretaris", ticks=True).error == ""
        done = put(at, Verb.SIGN, "kasubag", with_initial=True)
        assert (done.error, list(done.seals)) == ("", [Verb.INITIAL, Verb.SIGN])
        assert at.document(Kind.PRINTOUT).state == State.FILED


def test_what_is_returned_at_the_second_begins_with_the_first_again(printed: At) -> None:
    with printed(("kasubag", "sekretaris")) as at:
        assert put(at, Verb.INITIAL, "kasubag", ticks=True).error == ""
        name = at.document(Kind.PRINTOUT).name
        at.desk.move(at.folders.wait(f"7-paraf/{name}"), "kembalikan")
        at.desk.put("7-paraf/kembalikan", f"{Path(name).stem}.txt", b"Angka IKU-001 keliru.")
        at.desk.work()
        assert at.collection.stage == Verb.ENTER
        at.staff.send_entry()
        at.desk.work()
        assert awaited(at) == f"{KASUBAG} (paraf 1 dari 2)"
        assert put(at, Verb.INITIAL, "kasubag", ticks=True).error == ""
        assert put(at, Verb.INITIAL, "sekretaris").error == ""
        assert at.collection.stage == Verb.SIGN


def test_the_order_is_that_of_the_day_it_was_printed(printed: At) -> None:
    with printed(("kasubag", "sekretaris")) as at:
        procedure = at.office.procedures["data-kinerja"]
        step = procedure.step(Verb.INITIAL).model_copy(update={"initials": ("kabid",)})
        steps = tuple(step if s.verb is Verb.INITIAL else s for s in procedure.steps)
        at.office.procedures["data-kinerja"] = procedure.model_copy(update={"steps": steps})
        assert awaited(at) == f"{KASUBAG} (paraf 1 dari 2)"
        assert put(at, Verb.INITIAL, "kasubag", ticks=True).error == ""
        assert awaited(at) == f"{SECRETARY} (paraf 2 dari 2)"


def test_nobody_initials_and_the_signer_ticks_the_changes(printed: At) -> None:
    with printed(()) as at:
        assert (at.collection.stage, awaited(at)) == (Verb.SIGN, KASUBAG)
        assert status_of(told(at)) == "Menunggu tanda tangan"
        assert not [name for name in at.names("7-paraf") if name.startswith("Print Out")]
        refused = put(at, Verb.SIGN, "kasubag").error
        assert "Centang satu per satu saat tanda tangan" in refused
        assert "`kinerja sign" in refused
        assert put(at, Verb.SIGN, "kasubag", ticks=True).error == ""
        assert at.document(Kind.PRINTOUT).state == State.FILED
        judged = told(at).judgement
        assert judged is not None
        assert (judged.verdict, [s.verb for s in judged.seals]) == ("valid", [Verb.SIGN])
        assert audit(at.office).findings == ()


def test_on_paper_after_two_parafs(printed: At) -> None:
    with printed(("kasubag", "sekretaris")) as at:
        hand = ByHand(at)
        assert put(at, Verb.INITIAL, "kasubag", ticks=True).error == ""
        assert put(at, Verb.INITIAL, "sekretaris").error == ""
        hand.send("pindaian.pdf", hand.scan())
        hand.say()
        printout = at.document(Kind.PRINTOUT)
        assert (printout.state, paper_of(printout) is not None) == (State.FILED, True)
        with at.office.ledger.read() as session:
            case = case_of(session, at.office, at.collection.id)
        report = verified_now(case, printout)
        assert report is not None
        assert [s.field for s in report.signatures if s.kind == "signature"] == ["Paraf1", "Paraf2"]
        assert audit(at.office).findings == ()


def test_on_paper_without_any_paraf(printed: At) -> None:
    with printed(()) as at:
        hand = ByHand(at)
        hand.send("pindaian.pdf", hand.scan())
        assert "perubahan yang belum dicentang: nomor 1" in hand.told()
        waiting = waiting_for(at.office, Verb.SIGN)
        (ticked,) = tick_only(at.office, waiting, {waiting[0].id: [1]})
        assert list(ticked.accepted) == [1]
        hand.send("pindaian.pdf", hand.scan())
        hand.say()
        printout = at.document(Kind.PRINTOUT)
        assert (printout.state, to_accept(printout)) == (State.FILED, [])
        assert told(at).paper.endswith(PLACE)
        assert not (the_bag(at).path / "data/laporan/verifikasi-tanda-tangan.txt").exists()
        assert audit(at.office).findings == ()
