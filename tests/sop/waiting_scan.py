"""A scan that was read and waits to be confirmed: entered by hand, without any paper."""

import io
from dataclasses import dataclass
from uuid import uuid4

from PIL import Image

from pipeline.domain.document import State
from pipeline.domain.form import Field
from pipeline.domain.naming import post_folder
from pipeline.domain.procedure import CommandFolder
from pipeline.forms.package import open_word
from pipeline.forms.readback import read_fields, read_identity
from pipeline.intake.places import ON_BEHALF
from pipeline.ledger.tables import Document
from pipeline.scans.proposing import Proposal, ProposedPage, ProposedRow
from pipeline.sop.case import case_of
from pipeline.sop.collection.summary import ask_for_summary
from pipeline.sop.scanned.kept import Scan, Scans, put_pages, scans_to_confirm, with_scan
from pipeline.sop.scanned.sheets import lay_to_check, printed, to_check
from pipeline.tasks.demo.hand import fill_controls

from .desk import PROCEDURE
from .under_way import HEAD, UnderWay

NAME = "foto formulir.jpg"


@dataclass(frozen=True)
class Waiting:
    """An official's form of which a scan waits, with the official or with Staf."""

    at: UnderWay
    post: str = HEAD
    by_staff: bool = False

    @property
    def folder(self) -> str:
        """Where it waits."""
        return f"4-pengisian/{ON_BEHALF if self.by_staff else post_folder(self.post)}"

    @property
    def scans(self) -> Scans | None:
        """What the ledger says of it."""
        return scans_to_confirm(self.at.form(self.post))

    @property
    def answers(self) -> dict[tuple[str, Field], str]:
        """What is written on the paper."""
        return self.at.reporter(self.post)._answers(leave_out=False)

    def laid(self, name: str = NAME) -> "Waiting":
        """The scan is read, and everything on it rightly."""
        office, form = self.at.office, self.at.form(self.post)
        scan = _scan(self, name)
        with office.ledger.read() as session:
            case = case_of(session, office, form.collection_id)
            scans = with_scan(office, self.scans, scan, f"{PROCEDURE}/{self.folder}")
            check = to_check(session, case, form, scans)
        blobs = printed(case, check)
        with office.ledger.write() as tx:
            lay_to_check(tx, tx.session.get_one(Document, form.id), scans, check, blobs)
            ask_for_summary(tx, form.collection_id)
        self.at.desk.work()
        return self

    def proposal(self) -> bytes:
        """The form with what was read."""
        (form,) = self.at.desk.files(f"{self.folder}/PERIKSA ANGKA*.docx")
        return form.read_bytes()

    def mark(self) -> str:
        """By what the proposal is known."""
        return read_identity(open_word(self.proposal())).revision

    def actuals(self) -> list[str]:
        """The figures in the proposal."""
        return [row[Field.ACTUAL] for row in read_fields(open_word(self.proposal())).values()]

    def mend(self, actual: str) -> str:
        """Write another figure into the first row of the proposal; the row's indicator."""
        (form,) = self.at.desk.files(f"{self.folder}/PERIKSA ANGKA*.docx")
        code = next(iter(self.answers))[0]
        form.write_bytes(fill_controls(form.read_bytes(), {(code, Field.ACTUAL): actual}))
        return code

    def confirm(self) -> None:
        """Send the proposal as it lies there."""
        self.at.move(f"{self.folder}/PERIKSA ANGKA*.docx", CommandFolder.SEND)


def _scan(waiting: Waiting, name: str) -> Scan:
    office, cells = waiting.at.office, dict[str, dict[Field, Proposal]]()
    for (code, field), text in waiting.answers.items():
        cells.setdefault(code, {})[field] = Proposal(text)
    picture = io.BytesIO()
    Image.new("L", (300, 200), 255).save(picture, "JPEG")
    rows = [ProposedRow(code, "", read) for code, read in cells.items()]
    return Scan(
        arrival=uuid4().hex,
        name=name,
        sha256=office.store.put(picture.getvalue()),
        arrived=office.now().isoformat(),
        sender=waiting.post,
        via="uji",
        pages=[0],
        read=put_pages(office, [ProposedPage(0, True, rows)]),
    )


def settled(at: UnderWay, *posts: str) -> None:
    """These officials' forms are verified, without any of the papers."""
    forms = [at.form(post).id for post in posts]
    with at.office.ledger.write() as tx:
        for id_ in forms:
            tx.session.get_one(Document, id_).state = State.VERIFIED
