import pytest
from pydantic import ValidationError

from pipeline.domain.retention import RetentionRule


def test_printed_form() -> None:
    rule = RetentionRule(active_years=2, inactive_years=3, final_action="musnah")
    assert rule.text == "aktif 2 tahun, inaktif 3 tahun sejak berkas ditutup, lalu musnah"


@pytest.mark.parametrize(
    "wrong",
    [{"active_years": -1}, {"final_action": "dibuang"}, {"tambahan": "x"}],
)
def test_what_no_schedule_says_is_refused(wrong: dict[str, object]) -> None:
    right = {"active_years": 2, "inactive_years": 3, "final_action": "permanen"}
    with pytest.raises(ValidationError):
        RetentionRule.model_validate(right | wrong)
