"""The checks of a row, in the order in which their findings are told."""

from pipeline.domain.check_rules import CheckName
from pipeline.forms.checks.arithmetic import adds_up
from pipeline.forms.checks.cumulative import is_of_the_quarter
from pipeline.forms.checks.doubt import reads_as_meant
from pipeline.forms.checks.jump import follows_last_quarter
from pipeline.forms.checks.length import is_short_enough
from pipeline.forms.checks.magnitude import has_its_magnitude
from pipeline.forms.checks.reading import Check
from pipeline.forms.checks.span import is_within_its_span
from pipeline.forms.checks.unit import unit_is_its_own

CHECKS: dict[CheckName, Check] = {
    CheckName.UNIT: unit_is_its_own,
    CheckName.RANGE: is_within_its_span,
    CheckName.READING: reads_as_meant,
    CheckName.MAGNITUDE: has_its_magnitude,
    CheckName.CUMULATIVE: is_of_the_quarter,
    CheckName.JUMP: follows_last_quarter,
    CheckName.ARITHMETIC: adds_up,
    CheckName.LENGTH: is_short_enough,
}
