"""The part of an audit that is about the seals: each whole, signed, entered, and in its order."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from pipeline.errors import SigningError, TrustError
from pipeline.ledger.chain import GENESIS
from pipeline.ledger.seal import Seal
from pipeline.ledger.tables import Event
from pipeline.office import Office
from pipeline.signing.sealing_key import load_sealing_key, signer_of
from pipeline.signing.stamp import read_timestamp
from pipeline.tasks.audit.report import AuditFinding, AuditKind, Round
from pipeline.tasks.sealing.events import SealRecord, office_chain, seal_record
from pipeline.tasks.sealing.folder import (
    Entry,
    copy_folder,
    entries,
    not_copied,
    seal_folder,
    strangers,
)
from pipeline.tasks.sealing.ledger import key_path, sealing, unsealed

_COPY = "Put the file back from its copy or from the backup."
_FORGED = "Compare it with its copy and with the backup; somebody wrote to it past the program."


def check_seals(round_: Round) -> Iterator[AuditFinding]:
    """Every seal is as it was made; those that are may speak for the ledger (`Round.seals`).

    Steps: (1) take files and events together, as they stand between two sealings; (2) each file by
    itself; (3) the seals among themselves; (4) their copies; (5) what is worth knowing.
    """
    office = round_.office
    with sealing(office, patience_s=30), office.ledger.read() as session:  # (1)
        lying, record = entries(seal_folder(office)), seal_record(session, office.id)
    round_.counts["seals"] = len(lying)
    judge = _Judge(office, record)
    sound = list[Entry]()
    for done, entry in enumerate(lying):  # (2)
        round_.progress("seals", done, len(lying))
        fault = judge.fault(entry)
        if fault is None:
            sound.append(entry)
            yield from judge.stamp_findings(round_, entry)
        else:
            yield _finding(entry.path.name, *fault)
    said = [entry.file.seal for entry in sound if entry.file]
    accepted = max((seal.accepts for seal in said if seal.accepts < seal.number), default=0)
    round_.seals += [seal for seal in said if seal.number > accepted]
    yield from _order(lying, sound, record, accepted)  # (3)
    yield from _unsigned_losses(record, accepted)
    for stranger in strangers(seal_folder(office)):
        yield _finding(stranger.name, "It is none of the seals.", "Move it elsewhere.")
    yield from _copies(round_, lying, judge, accepted)  # (4)
    _notes(round_, lying, record)  # (5)


class _Judge:
    """Looks at one seal at a time."""

    def __init__(self, office: Office, record: SealRecord) -> None:
        self._office, self._record = office, record
        self._known = set(record.keys)
        own = load_sealing_key(key_path(office))
        if own is not None:
            self._known.add(own.fingerprint)

    def fault(self, entry: Entry) -> tuple[str, str] | None:
        """What is wrong with a seal in itself, and the mend."""
        if entry.file is None:
            return "It is no seal any more, or no longer a whole one.", _COPY
        if entry.signature is None:
            return "Its signature is gone.", _COPY
        signer = self._signer(entry)
        if signer is None:
            return "It, or its signature, has changed since it was sealed.", _COPY
        if signer not in self._known:
            told = f"It is signed with a key that the ledger does not know (SHA-256 {signer})."
            return told, _FORGED
        return self._misplaced(entry, entry.file.seal)

    def _misplaced(self, entry: Entry, seal: Seal) -> tuple[str, str] | None:
        """Whether a sound seal is not the one that should lie here."""
        if seal.office != self._office.id:
            return f"It is a seal of another office: {seal.office}.", "Move it elsewhere."
        if seal.number != entry.number:
            return f"It is seal {seal.number} under another name.", _COPY
        entered = self._record.sealed.get(seal.number)
        if entered is not None and entered.payload["sha256"] != entry.sha256:
            return "It is not the seal that the ledger says was made.", _FORGED
        return None

    def is_signed(self, entry: Entry) -> bool:
        """Whether it was sealed with one of our keys, whatever the ledger says of it now."""
        return entry.signature is not None and self._signer(entry) in self._known

    def _signer(self, entry: Entry) -> str | None:
        try:
            return signer_of(entry.data, entry.signature or b"")
        except SigningError:
            return None

    def stamp_findings(self, round_: Round, entry: Entry) -> Iterator[AuditFinding]:
        """What is wrong with its timestamp, where it has one or had."""
        if entry.number in self._record.stamped and entry.stamp is None:
            yield _finding(entry.path.name, "Its timestamp is gone.", _COPY)
        if entry.stamp is None or entry.signature is None:
            return
        round_.counts["timestamps of seals"] += 1
        try:
            stamp = read_timestamp(entry.signature, entry.stamp, self._office.trust)
        except SigningError as error:
            yield _finding(entry.stamp_path.name, str(error), _COPY)
            return
        except TrustError as error:
            yield AuditFinding(
                AuditKind.NOT_EXAMINED, entry.stamp_path.name, str(error), "Mend that first."
            )
            return
        if not stamp.intact:
            yield _finding(entry.stamp_path.name, "It is not a timestamp of this seal.", _COPY)
        elif not stamp.trusted:
            yield _finding(
                entry.stamp_path.name,
                "The time-stamping authority is not one that the trust folder vouches for.",
                "Put its root certificate into the folder trust/anchors, if you believe it.",
            )


def _unsigned_losses(record: SealRecord, accepted: int) -> Iterator[AuditFinding]:
    """Losses that the ledger says were accepted, and no seal: an event alone silences none."""
    for event in record.accepted:
        if event.payload["through"] > accepted:
            yield _finding(
                f"{office_chain(event.office_id)}, event {event.seq}",
                "A loss is said to be accepted here, but no seal bears that out.",
                "If an administrator did, and was cut short: repeat `kinerja audit --accept-loss`."
                f" Else: {_FORGED}",
            )


def _order(
    lying: Sequence[Entry], sound: Sequence[Entry], record: SealRecord, accepted: int
) -> Iterator[AuditFinding]:
    """What is missing, what the ledger does not know, and what does not follow its predecessor."""
    there = sorted(entry.number for entry in lying if entry.number > accepted)
    most = max([accepted, *there, *record.sealed])
    for before, after in pairwise([accepted, *there, most + 1]):
        first, last = before + 1, after - 1
        if first > last:
            continue
        when = f" (made {record.sealed[last].at[:16]})" if last in record.sealed else ""
        which = f"seal {first}" if first == last else f"seals {first}–{last}"
        yield _finding(which, f"Missing from the folder of the seals{when}.", _COPY)
    digests = {entry.number: entry.sha256 for entry in sound}
    for entry in sound:
        if entry.number <= accepted:
            continue
        if entry.number not in record.sealed:
            yield _finding(
                entry.path.name,
                "The ledger does not say that this seal was made: the database is older than it,"
                " the end of the office's chain was cut, or making it was cut short.",
                "Restore the newest backup of the database; where nothing else is found, seal with"
                " `kinerja audit --seal`, which enters it.",
            )
        named = digests.get(entry.number - 1, GENESIS if entry.number == 1 else None)
        if named is not None and entry.file and entry.file.seal.previous != named:
            told = f"It does not follow seal {entry.number - 1}: it names another one."
            yield _finding(entry.path.name, told, _FORGED)


def _copies(
    round_: Round, lying: Sequence[Entry], judge: _Judge, accepted: int
) -> Iterator[AuditFinding]:
    """The copies are the same; where one is not, or is all that is left, it speaks too."""
    office = round_.office
    folder = copy_folder(office)
    if folder is None:
        return
    try:
        waiting, copies = not_copied(seal_folder(office), folder), entries(folder)
    except OSError as error:
        yield AuditFinding(
            AuditKind.NOT_EXAMINED,
            f"copies of the seals in {folder}",
            f"They cannot be read: {error.strerror}.",
            "Connect that disk again; see [seals] copy_to in kinerja.toml.",
        )
        return
    round_.counts["copies of seals"] = len(copies)
    if waiting:
        round_.notes.append(f"{len(waiting)} file(s) of the seals wait to be copied.")
    ours = {entry.path.name: entry for entry in lying}
    for copy in copies:
        entry = ours.get(copy.path.name)
        if entry is not None and _same(entry, copy):
            continue
        if copy.file is not None and copy.number > accepted and judge.is_signed(copy):
            round_.seals.append(copy.file.seal)
        if entry is None and copy.number <= accepted:
            continue
        if entry is None:
            yield _finding(f"copy {copy.path.name}", "The seal itself is gone.", _COPY)
        else:
            yield _finding(f"copy {copy.path.name}", "It differs from the seal itself.", _FORGED)


def _same(entry: Entry, copy: Entry) -> bool:
    mine, theirs = (entry.signature, entry.stamp), (copy.signature, copy.stamp)
    held = all(b is None or a == b for a, b in zip(mine, theirs, strict=True))
    return entry.data == copy.data and held


def _notes(round_: Round, lying: Sequence[Entry], record: SealRecord) -> None:
    """Keys that changed, losses that were accepted, and what is not sealed or stamped yet."""
    office = round_.office
    for event in list(record.keys.values())[1:]:
        round_.notes.append(f"Another sealing key since {_since(event)}; the one before was lost.")
    for event in record.restored:
        made = event.payload.get("made_at", "?")
        round_.notes.append(f"Restored {event.at[:16]} from the backup of {made}.")
    for event in record.accepted:
        through = event.payload["through"]
        told = f"The loss of what the seals up to {through} held was accepted {event.at[:16]}"
        round_.notes.append(f"{told} by {event.actor}: {event.payload.get('reason', '')}")
    if not record.sealed and not lying:
        round_.notes.append("The ledger has not been sealed yet.")
    elif unsealed(office).something:
        round_.notes.append("What happened since the last seal is not sealed yet.")
    if office.settings.signing.tsa_url and (waiting := sum(e.stamp is None for e in lying)):
        round_.notes.append(f"{waiting} seal(s) wait for their timestamp.")


def _since(event: Event) -> str:
    said: Mapping[str, object] = event.payload
    return f"seal {said['number']} ({event.at[:16]}, SHA-256 {said['sha256']})"


def _finding(place: str, message: str, mend: str) -> AuditFinding:
    return AuditFinding(AuditKind.SEAL, place, message, mend)
