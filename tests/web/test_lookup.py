from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pipeline.domain.document import State
from pipeline.errors import NotFoundError
from pipeline.ledger.tables import Document, Number, Record
from pipeline.office import Office
from pipeline.settings import Enrolment, SigningSection
from pipeline.tasks.lookup import FoundPrintout, document_numbers, find_by_code, results_folder
from tests.web.conftest import SignedPaper
from tests.web.offices import PRINTOUT_CODE, signer_of

Make = Callable[..., Office]


def test_an_unknown_code_is_not_found(open_office: Make) -> None:
    with pytest.raises(NotFoundError):
        find_by_code(open_office(busy=True), "AAAAAAAAAA")


def test_the_certificate_must_have_been_enrolled_when_it_was_signed_not_now(
    open_office: Make, signed_paper: SignedPaper
) -> None:
    """An enrolment that ended since does not undo a signature, nor does a later one mend it."""
    signed_on = datetime(2026, 10, 8, 3, tzinfo=UTC)
    ended = Enrolment(
        sha256=signed_paper.certificate, valid_from="2026-01-01", valid_to="2026-10-08"
    )
    later = ended.model_copy(update={"valid_from": datetime(2026, 10, 9, tzinfo=UTC).date()})
    verdicts = []
    for enrolment in (ended, later):
        signer = signer_of(signed_paper.certificate).model_copy(
            update={"certificates": (enrolment,)}
        )
        trust = SigningSection(trust=str(signed_paper.pki.trust))
        office = open_office(busy=True, signers=(signer,), signing=trust)
        enter_as_signed(office, signed_paper.pdf, signed_on)
        office.now = lambda: datetime(2027, 5, 1, tzinfo=UTC)
        found = find_by_code(office, PRINTOUT_CODE)
        assert isinstance(found, FoundPrintout)
        assert found.judgement is not None
        verdicts.append(found.judgement.verdict)
    assert verdicts == ["valid", "invalid"]


def test_cancelled_numbers_are_left_out(open_office: Make) -> None:
    office = open_office(busy=True)
    assert document_numbers(office).keys() == {PRINTOUT_CODE, "S5T8WZ4NHC"}
    with office.ledger.write() as tx:
        tx.session.get_one(Number, f"doc-{PRINTOUT_CODE}").cancelled = "salah nomor"
    assert document_numbers(office).keys() == {"S5T8WZ4NHC"}


def test_results_lie_where_explorer_shows_them(open_office: Make) -> None:
    folder = results_folder(open_office(), "data-kinerja", "2026-TW3")
    assert folder == r"K:\data-kinerja\hasil\2026-TW3"


def enter_as_signed(office: Office, pdf: bytes, at: datetime) -> None:
    office.now = lambda: at
    office.ledger.now = office.now
    with office.ledger.write() as tx:
        document = tx.session.get_one(Document, f"doc-{PRINTOUT_CODE}")
        document.pdf, document.state = office.store.put(pdf), State.FILED
        tx.session.get_one(Record, f"rec-{PRINTOUT_CODE}").printout_sha256 = document.pdf
        for kind in ("printout.initialled", "printout.signed"):
            tx.record(
                kind,
                chain=document.collection_id,
                actor="Kasubag",
                via="uji",
                document_id=document.id,
            )
