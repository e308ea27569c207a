"""A returned form against the form that was issued: its values, and all that is odd about it.

1. The issued form gives the pattern: printed words, and the slots between them.
2. Rows and paragraphs of the returned one are found again by what is printed in them.
3. Each slot's value is read in every way there is; ways that disagree are a finding.
4. What was altered outside the slots, tracked or commented is told.
"""

from collections import Counter
from dataclasses import dataclass

from pipeline.domain.finding import Finding
from pipeline.forms.package import WordPackage
from pipeline.forms.readback import wording
from pipeline.forms.readback.alterations import alterations
from pipeline.forms.readback.comments import read_comments
from pipeline.forms.readback.controls import Values
from pipeline.forms.readback.issued import issued_form
from pipeline.forms.readback.matching import Matching, match_rows
from pipeline.forms.readback.places import places_of
from pipeline.forms.readback.stories import hear
from pipeline.forms.readback.values import read_values

MOST_TOLD = 20  # comments and unclear rows


@dataclass(frozen=True)
class FormReading:
    """The values of a returned form, what is odd about it, and how much of it is the issued one.

    ``likeness`` is the share of the issued form's slots, from 0 to 1, whose places were found again
    by what is printed around them.
    """

    fields: Values
    findings: list[Finding]
    likeness: float


def read_returned(package: WordPackage, issued_package: WordPackage) -> FormReading:
    """The values of a returned form, read by the form as it was issued.

    Raises:
        ReadError: a part of either is not well-formed.
    """
    # (1)
    issued, heard = issued_form(hear(issued_package)), hear(package)
    # (2)
    matching = match_rows(issued, heard.body)
    places = places_of(issued, heard, matching)
    # (3)
    values, findings = read_values(issued, heard, places)
    # (4)
    findings += _rows(matching)
    findings += alterations(issued, heard, matching, places)
    findings += [wording.tracked()] if heard.tracked else []
    findings += [wording.commented(text) for text in read_comments(package)[:MOST_TOLD]]
    found = sum(slot in places for slot in issued.slots)
    return FormReading(values, findings, found / max(1, len(issued.slots)))


def _rows(matching: Matching) -> list[Finding]:
    unclear = [wording.unclear(line, row) for line, row in matching.unclear[:MOST_TOLD]]
    lines = {id(match.line): match.line for match in matching.matches}
    times = Counter(id(match.line) for match in matching.matches)
    copied = [wording.copied(lines[key], count) for key, count in times.items() if count > 1]
    return [*unclear, *copied, *([wording.reordered()] if matching.reordered else [])]
