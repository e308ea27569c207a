import pytest

from pipeline.domain.document import Kind
from pipeline.domain.form import Field, FigureStatus
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
    ],
)
def test_a_form_that_goes_back_keeps_every_figure_that_could_be_read(
    office: Office, written: str, kept: str
) -> None:
    case = at_entry(office, SHARED, {KABID: row("5")})
    with office.ledger.read() as session:
        form = case.require(session, Kind.FORM, KABID)
    filled = row(None).with_actual(None, written, FigureStatus.PROVISIONAL)
    prefilled = Returned(case, form, [filled], late=False).prefilled()
    assert prefilled["IK-1"].text(Field.ACTUAL) == kept
    assert prefilled["IK-1"].text(Field.REMARK) == "kata"
