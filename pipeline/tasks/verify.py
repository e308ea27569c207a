"""Any PDF verified: by the office's trust, and a print-out of its own by who had to sign it.

1. Settle the grounds: the trust folder of the office, or nobody's where there is none.
2. Recognise a print-out that this office signed, by its bytes.
3. Judge the signatures; of such a print-out, against the certificates that were enrolled to its
   officials on the day of each signing, as the ledger wrote it down.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.procedure import Verb
from pipeline.errors import ConfigurationError, NotFoundError, ReadError, TrustError
from pipeline.ledger.tables import Collection, Document, Event
from pipeline.office import Office, judged, open_office
from pipeline.settings import FILE_NAME
from pipeline.signing.report import Language, VerificationReport
from pipeline.signing.trust import ANCHORS, Trust
from pipeline.signing.verify import Expectation
from pipeline.sop.case import Case, case_of
from pipeline.sop.collection.succession import (
    Paper as Successor,
)
from pipeline.sop.collection.succession import (
    replaced_in_english,
    replaced_words,
    replacements,
)
from pipeline.sop.dossier.renewals import RENEWED
from pipeline.sop.printout.paper import ON_PAPER, Paper, paper_of
from pipeline.sop.printout.sealed import (
    SEAL_EVENTS,
    SealTimes,
    expectation_of,
    expectation_on,
    seal_times,
    sealed_field,
)

NOBODY = Trust(anchors=())


@dataclass(frozen=True)
class Grounds:
    """What a verification rests on; ``note`` says what is missing, empty where nothing is."""

    trust: Trust
    office: Office | None = None
    note: str = ""


@dataclass(frozen=True)
class SignedPrintout:
    """A print-out as it was signed, by the ledger; ``signed_at`` is when that was entered.

    ``newer`` are the print-outs that have replaced it, one after the other; ``renewed`` the longer
    files that archival timestamps have made of it.
    """

    code: str
    name: str
    sha256: str
    signed_at: datetime
    expectation: Expectation
    newer: tuple[Successor, ...] = ()
    renewed: tuple[str, ...] = ()

    @property
    def latest(self) -> str:
        """SHA-256 of the file as it was last renewed, or else as it was signed."""
        return self.renewed[-1] if self.renewed else self.sha256

    def replaced(self, lang: Language = "id") -> str:
        """By what it has been replaced, in words; empty where it is the one that holds."""
        return replaced_words(self.newer) if lang == "id" else replaced_in_english(self.newer)


@dataclass(frozen=True)
class PaperPrintout:
    """A print-out that was signed on paper, by the ledger: its copy, and what was printed.

    ``expectation`` is of what was printed, which bears no more than the paraf; the last one was
    entered at ``initialled``, ``None`` where nobody initials.
    """

    code: str
    name: str
    sha256: str
    printed: str
    paper: Paper
    initialled: datetime | None
    expectation: Expectation

    def words(self, lang: Language = "id") -> str:
        """What it is, and where the original lies."""
        return self.paper.words if lang == "id" else self.paper.in_english


@dataclass(frozen=True)
class VerifiedFile:
    """The outcome for one file; ``error`` where it could not be judged.

    It is ``missing`` where it is not there, or not ours to read. ``printout`` is the print-out of
    this office that the file is, or begins with; ``paper`` the one that was signed on paper, of
    which it is the copy, or what was printed.
    """

    path: Path
    report: VerificationReport | None = None
    printout: SignedPrintout | None = None
    paper: PaperPrintout | None = None
    error: str = ""
    missing: bool = False

    @property
    def accepted(self) -> bool:
        """Whether the file may be taken as signed."""
        return self.report is not None and self.report.accepted

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        if self.report is None:
            return {"file": str(self.path), "accepted": False, "error": self.error}
        known = self.printout
        return {
            "file": str(self.path),
            "printout": {
                "code": known.code,
                "name": known.name,
                "signed_at": known.signed_at.isoformat(),
                "replaced_by": [
                    {"code": p.code, "number": p.number, "date": p.day.isoformat()}
                    for p in known.newer
                ],
            }
            if known
            else None,
            "on_paper": {
                "code": self.paper.code,
                "name": self.paper.name,
                "original_at": self.paper.paper.place,
                "copy_sha256": self.paper.sha256,
                "printed_sha256": self.paper.printed,
            }
            if self.paper
            else None,
            **self.report.to_dict(),
        }


@contextmanager
def grounds_in(directory: Path) -> Iterator[Grounds]:
    """(1) The grounds that the office in ``directory`` gives; those of nobody where there is none.

    Raises:
        ConfigurationError: there is an office, but its settings are wrong.
        LedgerError: its database does not answer, so its print-outs cannot be recognised.
    """
    if not (directory / FILE_NAME).exists():
        yield Grounds(
            NOBODY,
            note=f"There is no office in {directory.resolve()}, so nobody is trusted and no"
            " signature can be determined. Name an office with --office.",
        )
        return
    with open_office(directory) as office:
        office.ledger.check()
        try:
            grounds = Grounds(office.trust, office)
        except TrustError as unusable:
            folder = office.state / office.settings.signing.trust
            grounds = Grounds(
                NOBODY,
                office,
                "Nobody is trusted here, so no signature can be determined. Put the root"
                f" certificates that the office relies on into {folder / ANCHORS}.\n{unusable}",
            )
        yield grounds


def verify_file(grounds: Grounds, path: Path) -> VerifiedFile:
    """(2) and (3) for one file; what is wrong with it is in the result."""
    try:
        pdf = path.read_bytes()
    except OSError as unreadable:
        why = unreadable.strerror or "unreadable"
        said = f"{path}: no such file can be read ({why})."
        return VerifiedFile(path, error=said, missing=True)
    printout = known_printout(grounds.office, pdf) if grounds.office else None
    expectation = printout.expectation if printout else None
    try:
        report = judged(pdf, grounds.trust, expectation=expectation)
    except ReadError as unreadable:
        return VerifiedFile(path, printout=printout, error=f"{path}: {unreadable}")
    paper = known_paper(grounds.office, pdf) if grounds.office else None
    return VerifiedFile(path, report, printout, paper)


def known_printout(office: Office, pdf: bytes) -> SignedPrintout | None:
    """(2) The signed print-out that ``pdf`` begins with: itself, or with something after it.

    Later archival timestamps leave the signed bytes in front; so does whoever appends to them.
    """
    whole, view = sha256(pdf).hexdigest(), memoryview(pdf)
    for printout in signed_printouts(office):
        if printout.sha256 == whole:
            return printout
        size = _size(office, printout.sha256)
        if size < len(pdf) and sha256(view[:size]).hexdigest() == printout.sha256:
            return printout
    return None


def known_paper(office: Office, pdf: bytes) -> PaperPrintout | None:
    """The print-out signed on paper of which ``pdf`` is the copy, or what was printed."""
    whole = sha256(pdf).hexdigest()
    return next((p for p in paper_printouts(office) if whole in (p.sha256, p.printed)), None)


def paper_printouts(office: Office) -> list[PaperPrintout]:
    """Every print-out that the ledger says was signed on paper.

    Raises:
        ConfigurationError: one belongs to a procedure that the office no longer lists.
    """
    found: list[PaperPrintout] = []
    with office.ledger.read() as session:
        rows = session.execute(
            select(Event, Document)
            .join(Document, Document.id == Event.document_id)
            .where(Event.office_id == office.id, Event.kind == ON_PAPER)
            .order_by(Event.chain, Event.seq)
        ).all()
        for event, document in rows:
            paper = paper_of(document)
            if paper is None or paper.copy != event.payload.get("sha256"):
                continue  # returned since: another print-out stands in its place
            case, moments = _case(session, office, document), seal_times(session, document).at
            expectation = expectation_of(session, case, document)
            initials = [at for field, at in moments.items() if field in expectation.fields]
            found.append(
                PaperPrintout(
                    code=document.code,
                    name=document.name,
                    sha256=paper.copy,
                    printed=paper.printout,
                    paper=paper,
                    initialled=max(initials, default=None),
                    expectation=expectation,
                )
            )
    return found


def signed_printouts(office: Office) -> list[SignedPrintout]:
    """Every print-out that the ledger says was signed, with what must hold of it.

    Raises:
        ConfigurationError: one belongs to a procedure that the office no longer lists.
    """
    found: list[SignedPrintout] = []
    zone = office.settings.office.zone
    moments: dict[str, dict[str, datetime]] = defaultdict(dict)
    with office.ledger.read() as session:
        rows = session.execute(
            select(Event, Document)
            .join(Document, Document.id == Event.document_id)
            .where(Event.office_id == office.id, Event.kind.in_((*SEAL_EVENTS, RENEWED)))
            .order_by(Event.chain, Event.seq)
        ).all()
        for event, document in rows:
            if event.kind == RENEWED:
                found = [_renewed(printout, event) for printout in found]
                continue
            verb, at = SEAL_EVENTS[event.kind], datetime.fromisoformat(event.at).astimezone(zone)
            moments[document.id][sealed_field(event)] = at
            if verb is Verb.SIGN:
                times = SealTimes(document, moments[document.id])
                case = _case(session, office, document)
                found.append(
                    SignedPrintout(
                        code=document.code,
                        name=document.name,
                        sha256=str(event.payload.get("sha256", "")),
                        signed_at=at,
                        expectation=expectation_on(session, case, times),
                        newer=tuple(replacements(session, office, document.code)),
                    )
                )
    return found


def _renewed(printout: SignedPrintout, event: Event) -> SignedPrintout:
    """The print-out with the renewal that an event tells of, if it is this one's."""
    if event.payload.get("old") != printout.latest:
        return printout
    return replace(printout, renewed=(*printout.renewed, str(event.payload.get("sha256", ""))))


def _case(session: Session, office: Office, document: Document) -> Case:
    procedure = session.get_one(Collection, document.collection_id).procedure
    if procedure not in office.procedures:
        raise ConfigurationError(
            f"{office.root / FILE_NAME}: procedures: '{procedure}' is missing, but"
            f" {document.code} ({document.name}) belongs to it. Add it again: it says who had to"
            " sign."
        )
    return case_of(session, office, document.collection_id)


def _size(office: Office, digest: str) -> int:
    """Bytes of a print-out in the store; 0 where it is gone, which ``kinerja audit`` reports."""
    try:
        return office.store.size(digest)
    except NotFoundError:
        return 0
