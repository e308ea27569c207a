"""Does the office still hold everything it promised? Everything is looked at, whatever is found.

Each check of ``CHECKS`` asks one question of the whole office; a finding is a report, not an
exception. The service may run meanwhile: what could be work under way is looked at twice.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from pipeline.archive.fixity import FindingKind, FixityFinding, KnownDossier, check_archive
from pipeline.archive.numbering import gaps, skipped_places
from pipeline.domain.document import CODE_LENGTH, Kind, State
from pipeline.domain.document_number import bare
from pipeline.domain.runs import without
from pipeline.errors import KinerjaError, NotFoundError
from pipeline.files import sha256_of
from pipeline.ledger.tables import Document, Number
from pipeline.office import Office
from pipeline.signing.verify import Expectation
from pipeline.tasks.audit.events import check_events
from pipeline.tasks.audit.expiry import check_expiry
from pipeline.tasks.audit.files import check_arrivals, check_publications, check_store
from pipeline.tasks.audit.records import check_records, filed_records
from pipeline.tasks.audit.report import (
    RESTORE,
    AuditFinding,
    AuditKind,
    AuditReport,
    Check,
    Progress,
    Round,
)
from pipeline.tasks.audit.seals import check_seals
from pipeline.tasks.renew.due import filed_printouts
from pipeline.tasks.verify import (
    PaperPrintout,
    SignedPrintout,
    paper_printouts,
    signed_printouts,
)


def audit(office: Office, progress: Progress = lambda _what, _done, _of: None) -> AuditReport:
    """Audit the whole office.

    Raises:
        LedgerError: the database does not answer at all.
    """
    office.ledger.check()
    round_, findings = Round(office, progress), list[AuditFinding]()
    for name, check in CHECKS.items():
        progress(name, 0, 0)
        try:
            for finding in check(round_):
                findings.append(finding)  # keeps what came before an error
        except Exception as error:  # rows written past the program make checks fail in every way
            known = isinstance(error, KinerjaError | OSError | SQLAlchemyError)
            why = str(error) if known else f"What stands there makes no sense ({error!r})."
            mend = "Mend that, then run `kinerja audit` again."
            findings.append(AuditFinding(AuditKind.NOT_EXAMINED, name, why, mend))
    return AuditReport(tuple(findings), dict(round_.counts), tuple(round_.notes))


ARCHIVE_WORDS: dict[FindingKind, tuple[str, str]] = {
    FindingKind.CHANGED: ("The file has changed since it was filed.", RESTORE),
    FindingKind.MISSING: ("The file is gone.", RESTORE),
    FindingKind.EXTRA: ("The file was not filed here by the procedure.", "Move it elsewhere."),
    FindingKind.BROKEN: ("It is damaged or cannot be read.", RESTORE),
    FindingKind.NO_FOLDER: (
        "The dossier's folder is gone.",
        "Put it back if it was moved, else restore it from the backup.",
    ),
    FindingKind.NO_RECORD: (
        "The ledger knows of no such dossier.",
        "Move it out of the archive, or restore the database it belongs to.",
    ),
    FindingKind.OTHER_BAG: (
        "The bag is sound, but is not the one that was filed.",
        "Compare it with the backup before anything else is filed.",
    ),
    FindingKind.STRAY: ("It belongs to no dossier.", "Move it out of the archive."),
    FindingKind.LEFTOVER: (
        "A filing was cut short here.",
        "Start the service, which files again; then move it out of the archive if it stays.",
    ),
}


CUT_SHORT = (
    "A renewal of its timestamp was cut short: the dossier has it, the ledger not yet.",
    "Run `kinerja renew`, or start the service; either goes on where it stopped.",
)


def _archive(round_: Round) -> Iterator[AuditFinding]:
    office = round_.office
    known = [
        KnownDossier(r.id, PurePosixPath(r.path), r.tagmanifest or "")
        for r in filed_records(office)
    ]
    round_.counts["dossiers"] = len({dossier.path for dossier in known})
    renewing = {one.record_id for one in filed_printouts(office) if one.unfinished}
    for found in [f for f in list(check_archive(office.archive, known)) if _stays(office, f)]:
        message, mend = ARCHIVE_WORDS[found.kind]
        if found.kind is FindingKind.OTHER_BAG and found.record_id in renewing:
            message, mend = CUT_SHORT
        if found.kind is FindingKind.BROKEN:
            message = f"{message} ({found.message})"
        yield AuditFinding(AuditKind.ARCHIVE, str(found.dossier / found.file), message, mend)


def _stays(office: Office, found: FixityFinding) -> bool:
    """Whether a finding is still there when looked at again: a filing may have been under way."""
    folder = office.archive / found.dossier
    if found.kind is FindingKind.LEFTOVER:
        return folder.exists()
    if found.kind not in {FindingKind.NO_RECORD, FindingKind.OTHER_BAG}:
        return True
    now = {r.path: r.tagmanifest for r in filed_records(office)}.get(found.dossier.as_posix())
    bag = folder / "tagmanifest-sha256.txt"
    return now is None or not bag.is_file() or sha256_of(bag) != now


def _signatures(round_: Round) -> Iterator[AuditFinding]:
    signed = {p.sha256: p for p in signed_printouts(round_.office)}
    on_paper = {p.sha256: p for p in paper_printouts(round_.office)}
    round_.counts["print-outs"] = len(signed)
    if on_paper:
        round_.counts["print-outs signed on paper"] = len(on_paper)
    for paper in on_paper.values():
        yield from _paper_finding(round_, paper)
    for done, printout in enumerate(signed.values()):
        round_.progress("signatures", done, len(signed))
        yield from _signature_finding(round_, printout)
    sealed = (State.SIGNED, State.FILED)
    with round_.office.ledger.read() as session:
        claimed = session.execute(
            select(Document.code, Document.name, Document.pdf).where(
                Document.office_id == round_.office.id,
                Document.kind == Kind.PRINTOUT,
                Document.state.in_(sealed),
            )
        ).all()
    held = [(r.code, r.description, r.printout_sha256) for r in filed_records(round_.office)]
    known = {digest for p in signed.values() for digest in (p.sha256, *p.renewed)}
    for code, name, digest in dict.fromkeys([*map(tuple, claimed), *held]):
        if digest not in known and digest not in on_paper:
            yield AuditFinding(
                AuditKind.SIGNATURE,
                f"{code}: {name}",
                "It stands as signed, but no event says when these bytes were signed.",
                "Compare the database with the backup; somebody wrote to it past the program.",
            )


def _signature_finding(round_: Round, printout: SignedPrintout) -> Iterator[AuditFinding]:
    """A fault of the signatures of a print-out, in the file as it was last renewed."""
    about, store = f"{printout.code}: {printout.name}", round_.office.store
    try:
        renewed = store.read(printout.latest).startswith(store.read(printout.sha256))
    except NotFoundError:
        return  # a matter of the store
    if not renewed:
        message = "The renewed file does not begin with the bytes that were signed."
        yield AuditFinding(AuditKind.SIGNATURE, about, message, _mend(about))
        return
    yield from _seal_finding(
        round_, about, printout.latest, printout.expectation, printout.signed_at
    )


def _paper_finding(round_: Round, paper: PaperPrintout) -> Iterator[AuditFinding]:
    """A fault of the paraf under what was printed and signed on paper; no TTE is expected there."""
    if paper.initialled is None:
        return
    about = f"{paper.code}: {paper.name}"
    yield from _seal_finding(round_, about, paper.printed, paper.expectation, paper.initialled)


def _seal_finding(
    round_: Round, about: str, sha256: str, expectation: Expectation, entered: datetime
) -> Iterator[AuditFinding]:
    """A fault of the seals, judged now; or as of their day, of which the ledger is proof.

    Certificates end. Without an archival timestamp (B-LTA) only the ledger then shows that the
    signatures were made before; such print-outs are counted.
    """
    office = round_.office
    try:
        pdf = office.store.read(sha256)
    except NotFoundError:
        return  # a matter of the store
    report = office.verify(pdf, expectation=expectation)
    if report.accepted:
        return
    then = office.verify(pdf, expectation=expectation, at=entered)
    if then.accepted:
        round_.counts["print-outs proven by the ledger only"] += 1
        return
    yield AuditFinding(AuditKind.SIGNATURE, about, then.verdict_text("en"), _mend(about))


def _mend(about: str) -> str:
    return f"Take the file with `kinerja get {about[:CODE_LENGTH]}` and compare it with the backup."


def _numbers(round_: Round) -> Iterator[AuditFinding]:
    """Document numbers run from 1 without gap or repetition, per unit and year.

    What a sequence left out on purpose is no gap: an event says so. Numbers of the office's own
    register have no place in a sequence.
    """
    office = round_.office
    query = select(Number).where(Number.office_id == office.id)
    with office.ledger.read() as session:
        numbers = list(session.scalars(query.order_by(Number.unit, Number.year, Number.seq)))
        skipped = skipped_places(session, office.id)
    round_.counts["numbers"] = len(numbers)
    for (unit, year), runs in gaps(numbers).items():
        if lost := without(runs, skipped.get((unit, year), ())):
            yield _number_finding(f"{unit} {year}", f"Numbers are missing: {_listed(lost)}.")
    for number in numbers:
        if number.cancelled is not None and not number.cancelled.strip():
            yield _number_finding(number.text, "It is cancelled, and nobody said why.")
    for text, times in Counter(bare(n.text) for n in numbers).items():
        if times > 1:
            yield _number_finding(text, f"{times} documents bear this number.")


def _number_finding(place: str, message: str) -> AuditFinding:
    mend = "Compare the database with the backup; a number is never taken back, only cancelled."
    return AuditFinding(AuditKind.NUMBER, place, message, mend)


def _listed(runs: list[range]) -> str:
    """``3, 5–7``."""
    return ", ".join(f"{run[0]}–{run[-1]}" if run[1:] else str(run[0]) for run in runs)


CHECKS: dict[str, Check] = {
    "seals": check_seals,
    "events": check_events,
    "archive": _archive,
    "records": check_records,
    "signatures": _signatures,
    "expiry": check_expiry,
    "numbers": _numbers,
    "store": check_store,
    "arrivals": check_arrivals,
    "publications": check_publications,
}
