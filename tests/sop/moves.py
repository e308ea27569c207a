"""Random legal and illegal moves against one office, and what must hold after every one of them.

Everybody works at one keyboard: before a move, the machine's account is made somebody's. What that
person may do is written down here a second time, by hand, to judge the program by.
"""

import io
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from zoneinfo import ZoneInfo

import bagit
from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from openpyxl import load_workbook
from sqlalchemy import select

from pipeline.domain.authority import Act
from pipeline.domain.collection import FILED, WITHDRAWN, Amendment
from pipeline.domain.document import Kind, State
from pipeline.domain.duty import duties_of
from pipeline.domain.form import Field
from pipeline.domain.master import Capacity, MasterData, Tenure
from pipeline.domain.naming import post_folder
from pipeline.domain.numbers import format_number
from pipeline.domain.period import Period
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.domain.roster import Assignment, Part, Roster
from pipeline.errors import KinerjaError
from pipeline.files import account_name
from pipeline.forms.package import open_word
from pipeline.forms.readback import read_identity
from pipeline.forms.workbooks.entry_reading import read_entry
from pipeline.forms.workbooks.master import write_master
from pipeline.forms.workbooks.roster import write_roster
from pipeline.forms.workbooks.statements import write_statements
from pipeline.intake.places import ON_BEHALF
from pipeline.ledger.tables import (
    Arrival,
    Collection,
    Decision,
    Document,
    MasterVersion,
    Number,
    Publication,
)
from pipeline.settings import Account
from pipeline.sop.by_word import decide_by_word
from pipeline.sop.decisions import Verdict
from pipeline.sop.master.versions import latest_version, master_on_file
from pipeline.sop.prepare import ask_for_preparation
from pipeline.sop.publish import ANSWER, NOTICE
from pipeline.tasks.account import acting_as
from pipeline.tasks.amend import Correction, amend
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.close import close_collection
from pipeline.tasks.demo.data import sample_roster, sample_statements
from pipeline.tasks.demo.hand import change_cell, fill_controls
from pipeline.tasks.extend import extend_as_account
from pipeline.tasks.init import PRACTICE_SIGNERS, init_office, make_practice_keys
from pipeline.tasks.seal import Taken, seal, sort_out, unlock, waiting_for
from pipeline.tasks.tick import to_tick
from pipeline.tasks.withdraw import withdraw_collection

from .desk import Clock, Desk, DeskOffice, in_any_order
from .holding import Holding, count
from .under_way import HEAD, KASUBAG, SECRETARY, Copied

START = datetime.now(ZoneInfo("Asia/Jakarta")) - timedelta(days=100)
"""The keys are made then; what is signed since lies in the past for whoever verifies it."""

PERIOD = Period.ended_before(START.date())
UPTD = "Kepala Bidang Perikanan Budidaya"
POSTS = (KASUBAG, SECRETARY, HEAD, UPTD)
NIP_OF = {alias: nip for alias, _, _, nip, _ in PRACTICE_SIGNERS}
REFUSED_OUTCOMES = ("ditolak", "dikembalikan", "dipantulkan")
"""What became of files that were not taken; each must have been explained."""
WITHOUT_EFFECT = {"ditolak", "digantikan"}
"""What may become of files without authority; a broken copy is replaced by the next one."""

OWNER = 61234
"""The user id of files that people save; what the service laid out stays its own when moved."""

HANDS = ("staf", "kasubag", "sekretaris", "kabid", "arsiparis", "auditor", "administrator", "asing")
hands = st.sampled_from([*HANDS, "kasubag", "kasubag", "kasubag", "kasubag"])
"""Who sits at the keyboard; ``asing`` is an account that the office does not know."""


@dataclass(frozen=True)
class Substance:
    """What a refused act must leave as it is."""

    documents: tuple[Any, ...]
    collections: tuple[Any, ...]
    decisions: int
    numbers: tuple[Any, ...]
    versions: int


class Moves(RuleBasedStateMachine):
    """One office, moved at random."""

    resting: Copied | None = None

    # --- the office ----------------------------------------------------------------------------

    @initialize(seed=st.integers(0, 2**16), kind=st.sampled_from(["plain", "summed", "shared"]))
    def open_the_office(self, seed: int, kind: str) -> None:
        """A new office; how indicators are reported is drawn."""
        if Moves.resting is None:
            root = init_office(Path(mkdtemp(prefix="kinerja-moves-")) / "kantor")
            Moves.resting = Copied(root, make_practice_keys(root, lambda: START))
        self.pins = Moves.resting.pins
        root = Path(mkdtemp(prefix="kinerja-move-")) / "kantor"
        shutil.copytree(Moves.resting.root, root)
        self.clock = Clock(START)
        self.desk = Desk(DeskOffice(root, self.clock), self.clock, in_any_order(seed))
        self.office = self.desk.office
        self.statements = sample_statements(PERIOD, len(POSTS))
        self.roster = arranged(sample_roster(PERIOD, self.statements, len(POSTS)), kind)
        self.kept: list[bytes] = []
        self.holding = Holding(self.desk)
        self.moves = 0
        self.sit("staf")
        ask_for_preparation(self.office)
        self.desk.work()

    def teardown(self) -> None:
        """The dossiers are valid and the audit is clean, whatever was done."""
        if not hasattr(self, "desk"):
            return
        for collection in self.collections():
            event(f"{collection.amendment or 'a collection'} ended at {collection.stage}")
        for form in (f for f in self.documents(Kind.FORM) if f.data.get("late")):
            event(f"a late form is {form.state}")
        try:
            for path in self.office.archive.glob("*/*/*"):
                bagit.Bag(str(path)).validate()
            self.sit("auditor")
            assert audit(self.office).findings == ()
        finally:
            self.desk.close()

    def sit(self, hand: str) -> None:
        """Let somebody have the keyboard."""
        me = account_name(self.office.root.stat().st_uid)
        master = self.master()
        kabid = master.holder(HEAD, self.clock.at.date())
        entries = {
            "kasubag": {"nip": self.nip_of_head()},
            "sekretaris": {"nip": NIP_OF["sekretaris"]},
            "kabid": {"nip": kabid.nip if kabid else self.roster.officials[2].nip},
            "staf": {"roles": ("staf",)},
            "arsiparis": {"roles": ("arsiparis",)},
            "auditor": {"roles": ("auditor",)},
            "administrator": {"roles": ("administrator",)},
        }
        known = entries.get(hand)
        names = (me, account_name(OWNER)) if known else ("orang-lain",)
        accounts = tuple(Account(name=name, **(known or {})) for name in names)
        self.office.settings = self.office.settings.model_copy(update={"accounts": accounts})
        self.hand = hand

    def save(self, folder: str, name: str, data: bytes) -> None:
        """Whoever sits there saves a file of his own."""
        self.desk.put(folder, name, data, owner=OWNER)

    def may_send(self, *entitled: str) -> bool:
        """Whether a file saved by whoever sits there counts: an unknown owner says nothing."""
        return self.hand in {*entitled, "asing"} or os.geteuid() != 0

    def may_decide(self, hand: str, entitled: str, *, by_word: bool) -> bool:
        """Whether a decision of this hand counts; where one person holds two posts, in both."""
        own = {entitled}
        if self.one_person_is_both():  # then nobody but the Kepala Dinas judges these two's forms
            own = set() if entitled == "sekretaris" else {"kasubag", "sekretaris"}
        return hand in own or (not by_word and (hand == "asing" or os.geteuid() != 0))

    def one_person_is_both(self) -> bool:
        """Whether the Sekretaris is Plh. Kasubag today."""
        return self.nip_of_head() == NIP_OF["sekretaris"]

    def nip_of_head(self) -> str:
        """Of whoever is Kasubag today."""
        holder = self.master().holder(KASUBAG, self.clock.at.date())
        return holder.nip if holder else NIP_OF["kasubag"]

    # --- moves: the right next step ------------------------------------------------------------

    @rule(steps=st.integers(1, 5), by_word=st.booleans())
    def go_on(self, steps: int, by_word: bool) -> None:
        """The right person does what is due, a few times."""
        for _ in range(steps):
            self.next_step(by_word=by_word)

    @rule(by_word=st.booleans())
    def go_on_to_the_end(self, by_word: bool) -> None:
        """Everybody does what is due until the collection is filed."""
        for _ in range(40):
            running = self.running()
            if running is None and self.collections():
                return
            self.next_step(by_word=by_word)

    def next_step(self, *, by_word: bool) -> None:
        """One thing that is due."""
        running = self.running()
        stage = running.stage if running else None
        if stage in {None, Verb.DRAFT}:
            self.staff_sends_papers(hand="staf", kind="right")
        elif stage == Verb.CORRECT:
            self.decide_draft(hand="kasubag", verdict=Verdict.APPROVE, by_word=by_word)
        elif stage == Verb.DISTRIBUTE:
            self.staff_sends_roster(hand="staf", kind="right")
        elif stage == Verb.FILL:
            waiting = self.forms(State.WAITING)
            if waiting:
                hand = "sekretaris" if waiting[0].post == KASUBAG else "kasubag"
                if self.one_person_is_both():
                    hand, by_word = "asing", False
                self.decide_form(
                    hand=hand, which=0, verdict=Verdict.APPROVE, by_word=by_word, edited=False
                )
            else:
                self.official_returns(which=0, kind="right", place="own")
        elif stage == Verb.ENTER:
            self.staff_enters(hand="staf", kind="agreed")
        elif stage in {Verb.INITIAL, Verb.SIGN}:
            alias = "sekretaris" if self.one_person_is_both() else "kasubag"
            self.put_seal(alias=alias, stage=Verb(stage), pin_right=True)

    # --- moves: each at any time, by anybody ---------------------------------------------------

    @rule(
        hand=st.sampled_from(["staf", "staf", "kasubag", "asing"]),
        kind=st.sampled_from(["right", "right", "rubbish", "other period", "half"]),
    )
    def staff_sends_papers(self, hand: str, kind: str) -> None:
        """Draft and statements into 1-draft/kirim."""
        self.sit(hand)
        data = write_statements(self.statements, office_name="Dinas")
        name = f"Daftar Pernyataan {PERIOD.short}.xlsx"
        if kind == "other period":
            other = replace(self.statements, period=PERIOD.next)
            data, name = write_statements(other, office_name="Dinas"), "Daftar Pernyataan.xlsx"
        if kind == "rubbish":
            data = b"PK\x03\x04 bukan buku kerja"
        drafts = self.desk.files(f"1-draft/*Format*{PERIOD.short}.docx")
        if drafts and kind == "right":
            self.desk.move(drafts[-1], CommandFolder.SEND)
        if kind != "half" or not drafts:
            self.save("1-draft/kirim", name, data)
        self.at_work(may=self.may_send("staf"))

    @rule(hand=hands, verdict=st.sampled_from(list(Verdict)), by_word=st.booleans())
    def decide_draft(self, hand: str, verdict: Verdict, by_word: bool) -> None:
        """Approve or return the draft."""
        may = self.may_decide(hand, "kasubag", by_word=by_word)
        self.decide(hand, self.documents(Kind.DRAFT), "2-koreksi", verdict, by_word, may=may)

    @rule(
        hand=hands,
        which=st.integers(0, 9),
        verdict=st.sampled_from(list(Verdict)),
        by_word=st.booleans(),
        edited=st.booleans(),
    )
    def decide_form(
        self, hand: str, which: int, verdict: Verdict, by_word: bool, edited: bool
    ) -> None:
        """Approve or return a form; nobody judges his own."""
        forms = self.forms(State.WAITING) or self.documents(Kind.FORM)
        if not forms:
            return
        form = forms[which % len(forms)]
        both = self.one_person_is_both() and form.post in {KASUBAG, SECRETARY}
        entitled = "sekretaris" if form.post == KASUBAG or both else "kasubag"
        may = self.may_decide(hand, entitled, by_word=by_word)
        self.decide(hand, [form], "5-verifikasi", verdict, by_word, may=may, edited=edited)

    @rule(hand=hands, by_word=st.booleans())
    def return_printout(self, hand: str, by_word: bool) -> None:
        """Send the print-out back to entry."""
        may = self.may_decide(hand, "kasubag", by_word=by_word)
        stage = self.running()
        folder = "8-tanda-tangan" if stage and stage.stage == Verb.SIGN else "7-paraf"
        papers = self.documents(Kind.PRINTOUT)
        self.decide(hand, papers, folder, Verdict.RETURN, by_word, may=may)

    def decide(
        self,
        hand: str,
        documents: list[Document],
        folder: str,
        verdict: Verdict,
        by_word: bool,
        *,
        may: bool,
        edited: bool = False,
    ) -> None:
        """One decision, by word or by moving the file; on a document that may not even wait."""
        if not documents:
            return
        self.sit(hand)
        document = documents[-1]
        note = "Mohon diperbaiki." if verdict is Verdict.RETURN else ""
        if by_word:
            self.attempt(lambda: self.by_word(document, verdict, note), may=may)
            return
        found = [
            path
            for path in self.desk.files(f"{folder}/*.*")
            if path.suffix in {".docx", ".pdf"} and self.is_of(path, document)
        ]
        if not found:
            return
        command = f"{folder}/{verdict.value}"
        if note:
            self.save(command, f"{found[0].stem}.txt", note.encode())
            self.at_work(may=self.may_send("kasubag", "sekretaris"))
        if not found[0].exists():
            return
        if edited and found[0].suffix == ".docx":
            code = self.roster.assignments[0].indicator
            data = fill_controls(found[0].read_bytes(), {(code, Field.REMARK): "diperiksa"})
            found[0].unlink()
            self.save(folder, found[0].name, data)
        self.kept.append(found[0].read_bytes())
        self.desk.move(found[0], verdict.value)
        self.at_work(may=may)

    def by_word(self, document: Document, verdict: Verdict, note: str) -> None:
        """As `kinerja approve` and `kinerja return` do."""
        actor, via = acting_as(self.office, Act.DECIDE, document=document)
        decide_by_word(self.office, document.code, verdict, note, actor=actor, via=via)

    @rule(
        hand=st.sampled_from(["staf", "staf", "kasubag", "asing"]),
        kind=st.sampled_from(["right", "right", "unknown post", "twice", "rubbish"]),
    )
    def staff_sends_roster(self, hand: str, kind: str) -> None:
        """A roster into 3-penggandaan/kirim."""
        self.sit(hand)
        roster = self.roster
        master = self.master()
        if master.posts:
            held = master.officials_on(self.clock.at.date())
            names = {o.post for o in held}
            roster = replace(
                roster,
                officials=held,
                assignments=tuple(a for a in roster.assignments if a.post in names),
            )
        if kind == "unknown post":
            roster = replace(
                roster, officials=(*roster.officials, replace(HEADLESS, unit="Sekretariat"))
            )
        if kind == "twice":
            roster = replace(roster, officials=(*roster.officials, roster.officials[0]))
        data = write_roster(roster, self.statements, office_name="Dinas")
        if kind == "rubbish":
            data = data[: len(data) // 2]
        self.save("3-penggandaan/kirim", f"Daftar Pejabat {PERIOD.short}.xlsx", data)
        self.at_work(may=self.may_send("staf"))

    @rule(
        which=st.integers(0, 9),
        kind=st.sampled_from(
            [
                *("right", "right", "right", "missing", "words", "unavailable", "mute"),
                *("provisional", "old", "rubbish"),
            ]
        ),
        place=st.sampled_from(["own", "own", "own", "behalf", "foreign"]),
    )
    def official_returns(self, which: int, kind: str, place: str) -> None:
        """A form comes back: whole, faulty, old, or into somebody else's folder."""
        self.sit("asing")
        forms = self.forms(State.ISSUED) or self.forms(State.ABSENT) or self.documents(Kind.FORM)
        if not forms:
            return
        form = forms[which % len(forms)]
        folder = f"4-pengisian/{post_folder(form.post)}"
        lying = [p for p in self.desk.files(f"{folder}/*.docx") if self.is_of(p, form)]
        if kind == "old" and self.kept:
            data = self.kept[which % len(self.kept)]
        elif kind == "rubbish":
            data = b"bukan Word"
        elif lying:
            data = fill_controls(lying[-1].read_bytes(), self.answers(form.post, kind, which))
            lying[-1].unlink()
        else:
            return
        self.kept.append(data)
        others = [post_folder(p) for p in POSTS if p != form.post]
        target = {"own": folder, "behalf": "4-pengisian/_titipan"}.get(
            place, f"4-pengisian/{others[which % len(others)]}"
        )
        self.save(f"{target}/kirim", "formulir.docx", data)
        self.at_work(may=True)

    def answers(self, post: str, kind: str, which: int) -> dict[tuple[str, Field], str]:
        """What an official types."""
        typed: dict[tuple[str, Field], str] = {}
        for number, duty in enumerate(duties_of(self.roster, post, self.statements)):
            if duty.summed_of:
                continue
            code = duty.indicator.code
            figure = format_number(Decimal(100 + which))
            written = {
                "missing": "" if number == 0 else figure,
                "words": "lima ribu",
                "unavailable": "belum tersedia",
                "mute": "belum tersedia",
                "provisional": f"{figure} (sementara)",
            }.get(kind, figure)
            typed[code, Field.ACTUAL] = written
            if kind != "mute":
                typed[code, Field.REMARK] = "menunggu rekap dari lapangan"
        return typed

    @rule(
        hand=st.sampled_from(["staf", "staf", "kasubag", "asing"]),
        kind=st.sampled_from(["agreed", "as it is", "changed", "mute", "rubbish"]),
    )
    def staff_enters(self, hand: str, kind: str) -> None:
        """The entry workbook comes back."""
        self.sit(hand)
        ready = self.desk.files(f"6-entri/Entri*{PERIOD.short}*.xlsx")
        if not ready:
            return
        data = ready[-1].read_bytes()
        if kind in {"changed", "mute"}:
            code = read_entry(data).rows[0].indicator_code
            data = change_cell(data, code, "Realisasi TW", 4321)
            if kind == "changed":
                data = change_cell(data, code, "Alasan Perubahan", "salah ketik pada formulir")
        if kind == "agreed":
            data = self.agreed(data)
        if kind == "rubbish":
            data = data[:1000]
        self.save("6-entri/kirim", ready[-1].name, data)
        if kind != "rubbish":
            ready[-1].unlink()
        self.at_work(may=self.may_send("staf"))

    def agreed(self, data: bytes) -> bytes:
        """The workbook with one figure for what two share, and the reason."""
        return change_all(data, shared_codes(self.roster), 777, "disepakati")

    @rule(
        alias=st.sampled_from(["kasubag", "kasubag", "sekretaris"]),
        stage=st.sampled_from([Verb.INITIAL, Verb.SIGN]),
        pin_right=st.sampled_from([True, True, True, False]),
    )
    def put_seal(self, alias: str, stage: Verb, pin_right: bool) -> None:
        """A paraf or the signature: with the right PIN by whoever holds the post, else not."""
        self.sit("asing")  # the PIN decides, not the account
        pin = self.pins[alias] if pin_right else "00000000"
        holder = self.master().holder(KASUBAG, self.clock.at.date())
        holds = (holder.nip if holder else NIP_OF["kasubag"]) == NIP_OF[alias]
        if self.master().posts and holder is None:
            holds = False

        def act() -> None:
            signer = self.office.signer(alias)
            documents, _ = sort_out(self.office, waiting_for(self.office, stage), stage, signer)
            key = unlock(self.office, signer, bytearray(pin, "utf-8"))
            ticks = {d: [c.number for c in cs] for d, cs in to_tick(documents).items()}
            taken = Taken(accepts=ticks)
            results = seal(self.office, documents, stage, signer, key, taken=taken)
            failed = [r.error for r in results if r.error]
            if failed:
                raise KinerjaError("; ".join(failed))

        self.attempt(act, may=pin_right and holds)

    # --- moves: the life of a collection -------------------------------------------------------

    @rule(hand=hands)
    def close(self, hand: str) -> None:
        """Close the filling without everyone."""
        self.sit(hand)
        self.attempt(
            lambda: close_collection(self.office, str(PERIOD), "Batas waktu lewat."),
            may=hand == "kasubag",
        )

    @rule(hand=hands, which=st.integers(0, 9), days=st.integers(-3, 30))
    def extend(self, hand: str, which: int, days: int) -> None:
        """More time for one official."""
        self.sit(hand)
        forms = self.forms(State.ISSUED) or self.documents(Kind.FORM)
        if forms:
            form = forms[which % len(forms)]
            until = self.clock.at.date() + timedelta(days=days)
            self.attempt(
                lambda: extend_as_account(self.office, form.code, until, "Sedang dinas luar."),
                may=hand == "kasubag",
            )

    @rule(hand=hands, sure=st.sampled_from([True, False, False, False]))
    def withdraw(self, hand: str, sure: bool) -> None:
        """Withdraw the collection."""
        self.sit(hand)
        if sure:
            self.attempt(
                lambda: withdraw_collection(self.office, str(PERIOD), "Salah triwulan."),
                may=hand == "kasubag",
            )

    @rule(hand=hands, kind=st.sampled_from(list(Amendment)), which=st.integers(0, 3))
    def amend(self, hand: str, kind: Amendment, which: int) -> None:
        """Open a correction of what is filed."""
        self.sit(hand)
        correction = Correction(kind, "Salah ketik.", (POSTS[which],))
        self.attempt(
            lambda: amend(self.office, str(PERIOD), correction),
            may=hand == "kasubag",
        )

    @rule(
        kind=st.sampled_from(["plh kabid", "plh kasubag", "retire", "stale", "nothing"]),
        days=st.integers(1, 20),
    )
    def propose_master(self, kind: str, days: int) -> None:
        """A change of the master data is proposed."""
        self.sit("staf")
        master = self.master()
        if not master.posts:
            return
        with self.office.ledger.read() as session:
            version = latest_version(session, self.office.id)
        seq = version.seq if version else 0
        since = self.clock.at.date() + timedelta(days=days)
        if kind.startswith("plh"):
            sekretaris = next(t for t in master.tenures if t.post == SECRETARY)
            taken = Tenure(
                HEAD if kind == "plh kabid" else KASUBAG,
                sekretaris.name,
                sekretaris.nip,
                sekretaris.grade,
                since,
                since + timedelta(days=60),
                Capacity.DEPUTY,
                f"SK/{len(master.tenures)}/2026",
            )
            master = replace(master, tenures=(*master.tenures, taken))
        if kind == "retire":
            ended = tuple(
                replace(t, active_to=since) if t.post == UPTD and t.active_to is None else t
                for t in master.tenures
            )
            master = replace(master, tenures=ended)
        number = seq - 1 if kind == "stale" else seq
        data = write_master(master, office_name="Dinas", version=number)
        self.save("1-draft/kirim", "Data Induk.xlsx", data)
        self.at_work(may=True)

    @rule(hand=hands, verdict=st.sampled_from(list(Verdict)), by_word=st.booleans())
    def decide_master(self, hand: str, verdict: Verdict, by_word: bool) -> None:
        """Decide on a proposal."""
        with self.office.ledger.read() as session:
            query = select(Document).where(Document.kind == Kind.MASTER)
            proposals = list(session.scalars(query.order_by(Document.updated_at)))
        may = self.may_decide(hand, "kasubag", by_word=by_word)
        self.decide(hand, proposals, "2-koreksi", verdict, by_word, may=may)

    @rule(hours=st.integers(1, 72))
    def let_time_go_by(self, hours: int) -> None:
        """The clock goes on."""
        self.clock.move(hours=hours)

    # --- how a move is judged ------------------------------------------------------------------

    def attempt(self, act: Callable[[], object], *, may: bool) -> None:
        """An act by command: what may not be, or cannot be, says why and changes nothing."""
        before = self.substance()
        try:
            act()
        except KinerjaError as refused:
            why = str(refused).strip()
        else:
            why = ""
            assert may, f"{self.hand} acted without authority"
        if why:
            assert self.substance() == before
        self.desk.work()

    def at_work(self, *, may: bool) -> None:
        """Work off what was sent by folder; every file that was not taken is explained.

        ``may`` is about files that whoever sits there has saved; what the service laid out and
        somebody moved counts by the folder it was moved to.
        """
        before = self.substance()
        with self.office.ledger.read() as session:
            seen = set(session.scalars(select(Arrival.id)))
        self.desk.work()
        with self.office.ledger.read() as session:
            new = session.scalars(select(Arrival).where(Arrival.id.not_in(seen))).all()
            for arrival in new:
                assert arrival.outcome is not None
                if arrival.outcome in REFUSED_OUTCOMES:
                    self.assert_explained(session, arrival)
        own = [a for a in new if a.owner == account_name(OWNER)]
        if not may:
            assert {a.outcome for a in own} <= WITHOUT_EFFECT, (
                f"{self.hand} acted without authority"
            )
        if not may and len(own) == len(new):
            assert self.substance() == before, f"{self.hand} changed something by a refused file"

    def assert_explained(self, session: Any, arrival: Arrival) -> None:
        """Its slip lies with the sender, and says what to do next.

        What Staf brought for an official is answered in the official's own folder.
        """
        stage = arrival.folder.rpartition("/")[0]
        if stage.endswith(ON_BEHALF) and arrival.document_id:
            form = session.get_one(Document, arrival.document_id)
            stage = stage.replace(ON_BEHALF, post_folder(form.post))
        slips = session.scalars(
            select(Publication).where(
                Publication.path.like(f"{stage}/%.pdf"), Publication.role.in_((NOTICE, ANSWER))
            )
        )
        said = [self.office.said[s.sha256] for s in slips if s.sha256 in self.office.said]
        about = [c for c in said if "langkah" in c and c["langkah"] and c["ringkas"]]
        assert about, f"{arrival.name} was {arrival.outcome} without a word"

    def substance(self) -> Substance:
        """What stands in the ledger."""
        with self.office.ledger.read() as session:
            documents = session.execute(
                select(
                    Document.id, Document.state, Document.revision, Document.blob, Document.pdf
                ).order_by(Document.id)
            )
            collections = session.execute(
                select(Collection.id, Collection.stage).order_by(Collection.id)
            )
            return Substance(
                tuple(map(tuple, documents)),
                tuple(map(tuple, collections)),
                count(session, Decision),
                tuple(session.scalars(select(Number.text).order_by(Number.text))),
                count(session, MasterVersion),
            )

    @invariant()
    def everything_holds(self) -> None:
        """What always holds."""
        if hasattr(self, "desk"):
            self.moves += 1
            self.holding.check()

    # --- looking -------------------------------------------------------------------------------

    def is_of(self, path: Path, document: Document) -> bool:
        """Whether a file in the folders is this document's."""
        with self.office.ledger.read() as session:
            relative = path.relative_to(self.office.inbox).as_posix()
            row = session.scalar(
                select(Publication)
                .where(Publication.path == relative, Publication.state == "placed")
                .order_by(Publication.id.desc())
            )
        if row is None or row.document_id != document.id:
            return False
        if path.suffix != ".docx" or document.kind != Kind.FORM:
            return row.role == "main"
        return read_identity(open_word(path.read_bytes())).code == document.code

    def master(self) -> MasterData:
        """The master data on file."""
        with self.office.ledger.read() as session:
            return master_on_file(session, self.office)

    def collections(self) -> list[Collection]:
        """All collections, by edition."""
        return self.holding.collections()

    def running(self) -> Collection | None:
        """The collection under way."""
        found = [c for c in self.collections() if c.stage not in {FILED, WITHDRAWN}]
        return found[-1] if found else None

    def documents(self, kind: Kind) -> list[Document]:
        """The documents of a kind, those of the latest collection last."""
        return self.holding.documents(kind)

    def forms(self, state: State) -> list[Document]:
        """The forms in a state."""
        return [form for form in self.documents(Kind.FORM) if form.state == state]


def arranged(roster: Roster, kind: str) -> Roster:
    """The roster with one indicator summed from two posts, or shared by two."""
    code = next(a.indicator for a in roster.assignments if a.post == HEAD)
    more = {
        "plain": (),
        "summed": (
            Assignment(HEAD, code, Part.CONTRIBUTES),
            Assignment(UPTD, code, Part.CONTRIBUTES),
        ),
        "shared": (Assignment(UPTD, code),),
    }[kind]
    return replace(roster, assignments=(*roster.assignments, *more))


def shared_codes(roster: Roster) -> set[str]:
    """The indicators that two report."""
    codes = {a.indicator for a in roster.assignments}
    return {c for c in codes if len(roster.reporters(c)) > 1}


def change_all(data: bytes, codes: set[str], value: float, reason: str) -> bytes:
    """The entry workbook with one figure, and a reason, in every row of these indicators."""
    book = load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    values = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = next(n for n, row in enumerate(values) if "Realisasi TW" in row)
    columns = {name: values[head].index(name) + 1 for name in ("Realisasi TW", "Alasan Perubahan")}
    for number, row in enumerate(values[head + 1 :], start=head + 2):
        if codes & set(map(str, row)):
            sheet.cell(number, columns["Realisasi TW"]).value = value
            sheet.cell(number, columns["Alasan Perubahan"]).value = reason
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HEADLESS = sample_roster(PERIOD, sample_statements(PERIOD, 9), 9).officials[8]
"""An official of whom the master data know nothing."""
