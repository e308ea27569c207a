"""What a signer is shown of a print-out: the figures that it says itself."""

import pytest

from pipeline.domain.document import Kind
from pipeline.sop.printout.key_figures import figures_in
from pipeline.sop.values import findings_of

from .under_way import HEAD, KASUBAG, SECRETARY, UnderWay


@pytest.mark.slow
def test_the_key_figures_are_those_that_are_printed(closed: UnderWay) -> None:
    at = closed
    at.staff.send_entry(("IKU-001", 600, "Salah baca."))
    at.desk.work()
    figures = figures_in(at.document(Kind.PRINTOUT))
    printed = at.said("7-paraf/Print Out*.pdf")
    assert figures is not None
    assert f"{figures.average} {figures.rating}" in printed
    assert (figures.officials, figures.absent, figures.late) == (3, (HEAD,), ())
    assert figures.indicators == len(at.statements.indicators)
    assert (figures.changes_at_entry, figures.changes_by_verifiers) == (1, 0)
    warned = sum(len(findings_of(at.form(post))) for post in (KASUBAG, SECRETARY))
    assert figures.warnings == warned
