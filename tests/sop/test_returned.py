import pytest

from pipeline.domain.document import Kind
from pipeline.domain.duty import Duty
from pipeline.domain.form import Field
from pipeline.forms.checks.form import check_form
from pipeline.forms.checks.reading import Known
from pipeline.office import Office
from pipeline.sop.returned import Returned

from .figures_on_file import KABID, SHARED, at_entry, row


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("12.345,5", "12.345,5"),
        ("12.345 (sementara)", "12.345 (sementara)"),
        ("12.345*", "12.345*"),
        ("Belum tersedia", "Belum tersedia"),
        ("kira-kira 12", ""),
        ("", ""),
        ("12.345 galon", ""),
    ],
)
def test_a_form_that_goes_back_keeps_every_figure_that_could_be_read(
    office: Office, written: str, kept: str
) -> None:
    case = at_entry(office, SHARED, {KABID: row("5")})
    with office.ledger.read() as session:
        form = case.require(session, Kind.FORM, KABID)
        statements = case.statements(session)
    duties = [Duty(i) for i in statements.indicators if i.code == "IK-1"]
    texts = {Field.ACTUAL: written, Field.REMARK: "kata"}
    rows, _ = check_form(duties, {"IK-1": texts}, Known(3))
    prefilled = Returned(case, form, rows, late=False).prefilled()
    assert prefilled["IK-1"].text(Field.ACTUAL) == kept
    assert prefilled["IK-1"].text(Field.REMARK) == "kata"
