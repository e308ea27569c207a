"""What a reporter says its contributors come to, against what they reported."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from pipeline.domain.check_rules import CheckRules
from pipeline.domain.consolidation import Reported
from pipeline.domain.duty import Duty
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import LABELS, Field, FilledRow
from pipeline.domain.numbers import format_number
from pipeline.domain.roster import Roster
from pipeline.domain.sums import stated_totals

_MEND = (
    "periksa kontribusi setiap unit dan Keterangan pelapornya; kinerja memakai jumlah kontribusinya"
)


def total_doubts(
    roster: Roster,
    duties: Sequence[Duty],
    form: Reported,
    others: Iterable[Reported],
    rules: CheckRules,
) -> list[Finding]:
    """A warning where a reporter's Keterangan states another total than the parts come to.

    Only once every part has come; whichever form comes last is told of it.
    """
    by_post = {other.post: other for other in others} | {form.post: form}
    found: list[Finding] = []
    for duty in duties:
        if duty.summed_of or duty.contributes:
            found += _doubts(roster, duty, by_post, rules)
    return found


def _doubts(
    roster: Roster, duty: Duty, by_post: Mapping[str, Reported], rules: CheckRules
) -> Iterator[Finding]:
    code, unit = duty.indicator.code, duty.indicator.unit
    parts = [_row(by_post, post, code) for post in roster.contributors(code)]
    figures = [part.actual for part in parts if part is not None and part.actual is not None]
    if not figures or len(figures) < len(parts):
        return
    total = sum(figures, Decimal(0))
    for post in roster.reporters(code):
        row = _row(by_post, post, code)
        remark = row.text(Field.REMARK) if row else ""
        for stated in stated_totals(remark, unit, len(figures), rules.unit_names):
            if total not in stated.readings:
                message = (
                    f"“{stated.written}” ({post}) tidak cocok: kontribusi {len(figures)} unit"
                    f" berjumlah {format_number(total)}"
                )
                place = f"{code}, kolom {LABELS[Field.REMARK]}"
                yield Finding(place, message, _MEND, Severity.WARNING)


def _row(by_post: Mapping[str, Reported], post: str, code: str) -> FilledRow | None:
    return by_post[post].rows.get(code) if post in by_post else None
