"""Filed print-outs get what they lack: a measure, a higher level, or one more archival timestamp.

1. What has got its timestamp already is filed with it; what was never measured is measured.
2. Validation data and a timestamp are added behind the filed bytes (ETSI EN 319 142-1 §5.5).
3. The result is judged: it begins with the filed file, adds proof and nothing else, every
   signature holds, and it proves more, or for longer, than before.
4. The longer file is kept, and entered with an event: from here on it is never made twice.
5. It takes its place in the next generation of the dossier.

One that fails does not stop the others. After a crash the next run goes on: before (4) nothing has
happened, after it only (5) is left, which the service takes up as well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from pyhanko.sign.timestamps import TimeStamper

from pipeline.domain.document import Kind
from pipeline.errors import ConflictError, KinerjaError, SigningError
from pipeline.ledger.tables import Document, Proof, Record
from pipeline.office import Office
from pipeline.signing.added import adds_only_proof
from pipeline.signing.renewal import Standing, renew, standing
from pipeline.signing.report import LEVELS, VerificationReport
from pipeline.signing.stamping import tsa
from pipeline.sop.case import Case, case_of
from pipeline.sop.dossier.filing import require_dossier
from pipeline.sop.dossier.renewals import RENEWED
from pipeline.sop.dossier.renewed import FILE_RENEWED, file_renewed
from pipeline.sop.printout.proof import enter_proof, in_event
from pipeline.sop.printout.sealed import expectation_on, seal_times
from pipeline.tasks.account import current_account
from pipeline.tasks.renew.due import Cause, Due, Filed, Measure, filed_printouts

MOST_FAILURES = 3
"""So often in a row the service may fail; then it is not asked again in this run."""
Progress = Callable[[str, int, int], None]
"""Told what is being renewed, how much of it is done, and of how many."""


class Outcome(StrEnum):
    """What became of a print-out that was due."""

    RENEWED = "renewed"
    MEASURED = "measured"
    POSTPONED = "postponed"
    TOO_LATE = "too late"
    FAILED = "failed"


@dataclass(frozen=True)
class Result:
    """What became of one print-out; ``note`` says why, where it was not renewed."""

    due: Due
    outcome: Outcome
    level: str = ""
    holds_until: datetime | None = None
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As JSON values: what it was, and what it is now."""
        until = self.holds_until
        return {
            **self.due.to_dict(),
            "outcome": self.outcome.value,
            "level_now": self.level,
            "holds_until_now": until.isoformat() if until else None,
            "note": self.note,
        }


@dataclass
class _Round:
    """One run: by which service, how long its timestamps last, how often it failed in a row."""

    office: Office
    measure: Measure
    timestamper: TimeStamper | None
    via: str
    stamped_until: datetime | None = None
    failures: int = 0

    def stamped(self, pdf: bytes, document: str) -> bytes:
        """(2) The longer file.

        Raises:
            SigningError: it cannot be renewed, or the service gives no timestamp.
            TrustError: what validates it cannot be had.
        """
        if self.timestamper is None:
            raise SigningError(
                f"{document}: nobody gives a timestamp, for [signing] tsa_url is empty. Name a"
                " time-stamping service there, and put its root into the trust folder."
            )
        if self.failures >= MOST_FAILURES:
            raise SigningError(
                f"{document}: the time-stamping service failed {MOST_FAILURES} times in a row and"
                " was not asked again. Check [signing] tsa_url and the way to it, then repeat."
            )
        try:
            longer = renew(
                pdf,
                self.office.trust,
                self.timestamper,
                at=self.office.now(),
                document=document,
            )
        except SigningError as failed:
            self.failures += isinstance(failed.__cause__, OSError)
            raise
        self.failures = 0
        return longer


def all_due(office: Office) -> list[Due]:
    """Every filed print-out that needs something, by what is written down of it.

    Raises:
        LedgerError: the database does not answer.
        TrustError: the folder of trust anchors cannot be used.
    """
    office.ledger.check()
    return Measure.of(office).due(filed_printouts(office))


def renew_all(
    office: Office, due: Sequence[Due], progress: Progress = lambda _what, _done, _of: None
) -> list[Result]:
    """A result for each of ``due``; one that fails does not stop the others.

    It keeps what is filed provable and decides nothing: whoever may read the office's folder may
    have it done, as with a backup.

    Raises:
        TrustError: the folder of trust anchors cannot be used.
    """
    url = office.settings.signing.tsa_url
    timestamper = tsa(url) if url else None
    via = f"baris perintah, akun {current_account()}"
    round_ = _Round(office, Measure.of(office), timestamper, via)
    results = []
    for done, one in enumerate(due):
        progress(one.filed.code, done, len(due))
        try:
            results.append(_one(round_, one))
        except (KinerjaError, OSError) as failed:
            results.append(Result(one, Outcome.FAILED, one.level, one.holds_until, str(failed)))
    return results


def _one(round_: _Round, due: Due) -> Result:
    filed, cause = due.filed, due.cause
    # (1)
    if cause is Cause.UNFINISHED:
        file_renewed(round_.office, filed.record_id)
        return Result(due, Outcome.RENEWED, due.level, due.holds_until)
    if filed.standing is None:
        filed = replace(filed, standing=_measured(round_, filed))
        due = replace(due, filed=filed)
        now_due = round_.measure.cause(filed)
        if now_due is None:
            return Result(due, Outcome.MEASURED, due.level, due.holds_until)
        cause = now_due
    if cause is Cause.TOO_LATE:
        return Result(due, Outcome.TOO_LATE, due.level, due.holds_until, _too_late(filed))
    if cause is Cause.ENDS_SOON and _is_for_nothing(round_, due):
        return _postponed(due)
    return _stamped(round_, due, cause)


def _measured(round_: _Round, filed: Filed) -> Standing:
    """(1) What the file proves, entered for the next time; as of its filing, if it has ended since.

    Raises:
        SigningError: its signatures do not hold.
    """
    office = round_.office
    case, printout = _case(office, filed)
    pdf = office.store.read(filed.sha256)
    report = _report(case, printout, pdf)
    if not report.accepted:
        report = _report(case, printout, pdf, at=filed.filed_at)
    if not report.accepted:
        raise SigningError(f"{printout.code}: {report.verdict_text('en')}")
    found = standing(report)
    with office.ledger.write() as tx:
        enter_proof(tx, filed.record_id, found)
        tx.record(
            "printout.measured",
            chain=case.collection.id,
            actor="kinerja",
            via=round_.via,
            document_id=printout.id,
            record=filed.record_id,
            sha256=filed.sha256,
            **in_event(found),
        )
    return found


def _stamped(round_: _Round, due: Due, cause: Cause) -> Result:
    office, filed = round_.office, due.filed
    case, printout = _case(office, filed)
    with office.ledger.read() as session:
        record = session.get_one(Record, filed.record_id)
    require_dossier(office, record)
    pdf = office.store.read(filed.sha256)
    # (2)
    longer = round_.stamped(pdf, f"{printout.code}: {printout.name}")
    # (3)
    found = standing(_judged(case, printout, pdf, longer))
    round_.stamped_until = found.holds_until
    gained = LEVELS.index(found.level) - LEVELS.index(due.level)
    if gained == 0 and cause is Cause.ENDS_SOON and _is_for_nothing(round_, due):
        return _postponed(due)
    if gained < 0 or (gained == 0 and cause is Cause.BELOW):
        raise SigningError(
            f"{filed.code}: {printout.name} stays at {found.level} with a new timestamp too, so"
            " nothing was filed. Run `kinerja doctor`: the revocation lists of the time-stamping"
            " service may be missing or stale."
        )
    # (4)
    _enter(round_, printout, filed, found, longer)
    # (5)
    file_renewed(office, filed.record_id)
    return Result(due, Outcome.RENEWED, found.level, found.holds_until)


def _judged(case: Case, printout: Document, before: bytes, longer: bytes) -> VerificationReport:
    """(3) The verification of the longer file.

    Raises:
        SigningError: it is not the filed bytes and proof behind them, or does not hold.
        ReadError: judging it took too much time or memory.
    """
    report = _report(case, printout, longer)
    if not longer.startswith(before) or not case.office.reader.run(
        adds_only_proof, longer, len(before)
    ):
        raise SigningError(
            f"{printout.code}: {printout.name} got more than a timestamp and validation data."
            " Nothing was filed; please report this."
        )
    if not report.accepted:
        raise SigningError(f"{printout.code}: {report.verdict_text('en')}")
    return report


def _enter(
    round_: _Round, printout: Document, filed: Filed, found: Standing, longer: bytes
) -> None:
    """(4) The longer file is the record's from this commit on.

    Raises:
        ConflictError: another run was quicker.
    """
    sha256 = round_.office.store.put(longer)
    with round_.office.ledger.write() as tx:
        record = tx.session.get_one(Record, filed.record_id)
        proof = tx.session.get(Proof, record.id)
        if record.printout_sha256 != filed.sha256 or (proof is not None and proof.renewal):
            raise ConflictError(f"{filed.code}: another run has renewed it just now.")
        enter_proof(tx, record.id, found, renewal=sha256)
        tx.record(
            RENEWED,
            chain=record.collection_id,
            actor="kinerja",
            via=round_.via,
            document_id=printout.id,
            record=record.id,
            old=filed.sha256,
            sha256=sha256,
            **in_event(found),
        )
        tx.enqueue(FILE_RENEWED, record.id, once=sha256)


def _case(office: Office, filed: Filed) -> tuple[Case, Document]:
    with office.ledger.read() as session:
        record = session.get_one(Record, filed.record_id)
        case = case_of(session, office, record.collection_id)
        return case, case.require(session, Kind.PRINTOUT)


def _report(
    case: Case, printout: Document, pdf: bytes, at: datetime | None = None
) -> VerificationReport:
    with case.office.ledger.read() as session:
        expectation = expectation_on(session, case, seal_times(session, printout))
    return case.office.verify(pdf, expectation=expectation, at=at)


def _is_for_nothing(round_: _Round, due: Due) -> bool:
    """Whether a timestamp of today ends no later than what the print-out has, as far as known."""
    until, ends = round_.stamped_until, due.holds_until
    reached = LEVELS.index(due.level) >= LEVELS.index(due.attainable)
    return reached and until is not None and ends is not None and until <= ends


def _postponed(due: Due) -> Result:
    note = (
        "The time-stamping service still uses the certificate of the last timestamp, so a new one"
        " would prove nothing for longer. Repeat once it has another, or name another service."
    )
    return Result(due, Outcome.POSTPONED, due.level, due.holds_until, note)


def _too_late(filed: Filed) -> str:
    until = filed.standing.holds_until if filed.standing else None
    told = f" on {until.date()}" if until else ""
    return (
        f"The certificate behind its last timestamp or its signatures ended{told}; a new timestamp"
        " proves nothing any more. What is left as proof are the ledger and its seals."
    )
