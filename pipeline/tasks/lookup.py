"""What a short code stands for.

A code is printed on every form and print-out; whoever holds the paper may ask what it stands for.
So the answer to a code says no more than the paper does, and how far the document has come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.document import Kind, State
from pipeline.domain.period import Period
from pipeline.domain.procedure import Verb
from pipeline.errors import NotFoundError, ReadError, TrustError
from pipeline.intake.places import RESULTS
from pipeline.ledger.tables import Document, Number
from pipeline.office import Office
from pipeline.settings import client_path
from pipeline.signing.fields import SIGNATURE_FIELD
from pipeline.signing.report import Finding, SignatureReport, Verdict, VerificationReport
from pipeline.signing.statement import Statement
from pipeline.signing.verify import Expectation
from pipeline.sop.case import Case, case_of
from pipeline.sop.collection.amending import amended_paper
from pipeline.sop.collection.succession import (
    record_of,
    replaced_words,
    replacements,
    with_correction,
)
from pipeline.sop.printout.paper import paper_of
from pipeline.sop.printout.sealed import expectation_on, seal_times
from pipeline.sop.printout.turns import Turn, due, turns_on

SIGNED_STATES = frozenset({State.SIGNED, State.FILED})


@dataclass(frozen=True)
class FoundSheet:
    """A form or another working paper; ``returned`` where it went back to be mended."""

    code: str
    kind: Kind
    period: Period
    state: State
    returned: bool


@dataclass(frozen=True)
class Seal:
    """One paraf or signature: the step of the SOP, its post, and what its certificate says.

    ``proven`` where a trusted timestamp backs ``at``, which is else the signer's own claim, in the
    office's zone. ``certified`` where an Indonesian PSrE issued it (PP 71/2019 art. 60). ``holds``
    where this one, taken alone, is acceptable. ``issuer`` is who issued its certificate;
    ``revocation`` and ``after`` are what was answered about revocation and what followed, in words.
    """

    verb: Verb | None
    post: str
    signer: str
    at: datetime | None
    proven: bool
    certified: bool
    holds: bool
    level: str
    issuer: str
    revocation: str
    after: str


@dataclass(frozen=True)
class Judgement:
    """What a verification made just now found; ``practice`` where a certificate is for exercises.

    ``text`` is the verdict in words, ``reasons`` what it rests on.
    """

    verdict: Verdict
    text: str
    reasons: tuple[str, ...]
    practice: bool
    seals: tuple[Seal, ...]


@dataclass(frozen=True)
class FoundPrintout:
    """A print-out. ``sha256`` is that of the signed file, empty while nothing is signed.

    Once filed it is that of the file in the archive, which may have got later timestamps.

    Signed, it is judged: in ``judgement``, or ``obstacle`` says why that could not be. ``amends``
    names the print-out that it corrects, ``replaced`` says by which others it was replaced; each is
    empty where there is none. ``paper`` says what is kept of one that was signed on paper: it is
    not judged. ``awaits`` is the seal that is due while it waits, ``initialled`` whether it bears a
    paraf already.
    """

    code: str
    title: str
    period: Period
    institution: str
    number: str
    number_cancelled: bool
    state: State
    stage: str
    filed_at: datetime | None
    sha256: str = ""
    judgement: Judgement | None = None
    obstacle: str = ""
    amends: str = ""
    replaced: str = ""
    paper: str = ""
    awaits: str = ""
    initialled: bool = False


def find_by_code(office: Office, code: str) -> FoundSheet | FoundPrintout:
    """What the code on a paper stands for; a signed print-out is verified on the spot.

    Raises:
        NotFoundError: no document of this office bears the code.
    """
    with office.ledger.read() as session:
        document = session.scalar(
            select(Document).where(Document.office_id == office.id, Document.code == code)
        )
        if document is None:
            raise NotFoundError(f"{code}: tidak ada naskah dengan kode ini di kantor ini.")
        case = case_of(session, office, document.collection_id)
        kind, state = Kind(document.kind), State(document.state)
        if kind is not Kind.PRINTOUT:
            returned = state is State.RETURNED or (state is State.ISSUED and document.returns > 0)
            return FoundSheet(code, kind, case.period, state, returned)
        number = session.get(Number, document.id)
        record = record_of(session, case.collection)
        expectation = expectation_on(session, case, seal_times(session, document))
        title, amended = _title(session, case), amended_paper(session, case)
        newer = replacements(session, office, code)
    turns, turn = turns_on(case.procedure, document), due(case, document)
    filed_at = record.filed_at if record else None
    sha256 = document.pdf if document.pdf and state in SIGNED_STATES else ""
    if record is not None and sha256 and state is State.FILED:
        sha256 = record.printout_sha256
    paper = paper_of(document) if sha256 else None
    judgement, obstacle = (None, "")
    if sha256 and paper is None:
        judgement, obstacle = _judged(case, document, sha256, expectation)
    return FoundPrintout(
        code=code,
        title=title,
        period=case.period,
        institution=office.settings.office.name,
        number=number.text if number else "",
        number_cancelled=bool(number and number.cancelled),
        state=state,
        stage=case.collection.stage,
        filed_at=filed_at.astimezone(office.settings.office.zone) if filed_at else None,
        sha256=sha256,
        judgement=judgement,
        obstacle=obstacle,
        amends=amended.words if amended else "",
        replaced=replaced_words(newer),
        paper=paper.words if paper else "",
        awaits=turn.words,
        initialled=turn.field != turns[0].field,
    )


def document_numbers(office: Office) -> dict[str, str]:
    """The number of each print-out by its code; a cancelled one is left out."""
    query = (
        select(Document.code, Number.text)
        .join(Number, Number.document_id == Document.id)
        .where(Document.office_id == office.id, Number.cancelled.is_(None))
    )
    with office.ledger.read() as session:
        return dict(session.execute(query).all())


def results_folder(office: Office, procedure: str, period: str) -> str:
    """Where people find what came of a collection, as their own Explorer shows it."""
    return client_path(office.settings.folders.client_prefix, procedure, RESULTS, period)


def _title(session: Session, case: Case) -> str:
    description = case.procedure.filing.description
    title = description.format(triwulan=case.period.roman, tahun=case.period.year)
    return with_correction(session, case, title)


def _judged(
    case: Case, printout: Document, sha256: str, expectation: Expectation
) -> tuple[Judgement | None, str]:
    """The judgement of the bytes kept under ``sha256``, or why there is none."""
    office = case.office
    try:
        report = office.verify(office.store.read(sha256), expectation=expectation)
    except (NotFoundError, OSError):
        return None, "berkasnya tidak terbaca di penyimpanan kantor."
    except ReadError:
        return None, "pemeriksaannya memerlukan terlalu banyak waktu atau memori."
    except TrustError:
        return None, "daftar sertifikat yang dipercaya kantor ini tidak terbaca."
    if report.sha256 != sha256:
        return None, "berkas di penyimpanan kantor rusak; isinya tidak lagi seperti saat disimpan."
    return _in_words(case, printout, report), ""


def _in_words(case: Case, printout: Document, report: VerificationReport) -> Judgement:
    turns, zone = turns_on(case.procedure, printout), case.office.settings.office.zone
    return Judgement(
        verdict=report.verdict,
        text=report.verdict_text().partition("\n")[0],
        reasons=tuple(dict.fromkeys(map(_reason, report.findings))),
        practice=any(finding.code == "practice" for finding in report.findings),
        seals=tuple(
            _seal(turns, Statement(report, zone), s, zone)
            for s in report.signatures
            if s.kind == "signature"
        ),
    )


def _reason(finding: Finding) -> str:
    """The finding in words, its field called as people call it."""
    return finding.text().replace(f"{SIGNATURE_FIELD}:", "Tanda tangan:", 1)


def _seal(
    turns: Sequence[Turn], statement: Statement, report: SignatureReport, zone: tzinfo
) -> Seal:
    turn = next((turn for turn in turns if turn.field == report.field), None)
    at = report.proven_time or report.signing_time
    return Seal(
        verb=turn.stage if turn else None,
        post=turn.post if turn else "",
        signer=report.signer,
        at=at.astimezone(zone) if at else None,
        proven=report.proven_time is not None,
        certified=report.certified,
        holds=report.holds,
        level=report.level,
        issuer=report.chain[0].issuer if report.chain else "",
        revocation="; ".join(statement.revocation(report)),
        after=statement.after(report),
    )
