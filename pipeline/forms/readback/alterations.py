"""What was altered of the printed text: quoted as it was and as it is now.

Nothing of it can reach a signature, for every form is laid out anew from its values; but its author
may have meant it, and the verifier should know.
"""

from difflib import SequenceMatcher

from pipeline.domain.finding import Finding
from pipeline.forms.readback import wording
from pipeline.forms.readback.issued import Issued
from pipeline.forms.readback.matching import Match, Matching
from pipeline.forms.readback.places import Places
from pipeline.forms.readback.plain import is_prompt, squeezed
from pipeline.forms.readback.said import Cell, Story
from pipeline.forms.readback.stories import Heard

SHOWN = 3
MOST_WORDS = 2_000  # of one place, that are compared word by word
Change = tuple[str, str, str]
"""Place, before, after."""
_PLACES = {
    "header": "kepala halaman",
    "footer": "kaki halaman",
    "footnotes": "catatan kaki",
    "endnotes": "catatan akhir",
}


def alterations(issued: Issued, heard: Heard, matching: Matching, places: Places) -> list[Finding]:
    """A warning for each of the first places where printed text was altered, and how many more.

    What stands beside a slot in its own cell is told with its value.
    """
    found = [*_in_rows(issued, matching), *_in_body(issued, heard, matching, places)]
    for kind, place in _PLACES.items():
        before = [cell.text for cell in _cells(issued.heard.around[kind])]
        after = [cell.text for cell in _cells(heard.around[kind])]
        known = set(map(squeezed, before))  # on the first page and on even ones it may stand again
        once = list({squeezed(t): t for t in after if squeezed(t) in known}.values())
        new = [t for t in after if squeezed(t) not in known]
        found += [(place, *pair) for pair in _differences(before, _in_order(after, [*once, *new]))]
    shown = [wording.altered(*change) for change in found[:SHOWN]]
    return [*shown, *([wording.more_altered(len(found) - SHOWN)] if len(found) > SHOWN else [])]


def _in_rows(issued: Issued, matching: Matching) -> list[Change]:
    return [
        (_place(issued, match, column), *pair)
        for match in matching.matches
        for column, (before, after) in match.altered.items()
        for pair in _differences([before], [after])
    ]


def _place(issued: Issued, match: Match, column: int) -> str:
    head = " ".join(issued.heads.get(match.line.row.table, {}).get(column, "").split())
    return f"{match.line.code}, kolom {head}" if head else f"baris {match.line.code}"


def _in_body(issued: Issued, heard: Heard, matching: Matching, places: Places) -> list[Change]:
    """Paragraphs, headings and rows without slots; what was added stands among them."""
    lines = {id(line.row) for line in issued.lines}
    taken = {id(m.row) for m in matching.matches} | {id(row) for _, row in matching.unclear}
    before = _texts(issued.heard.body, lines | _filled(issued, issued.heard))
    after = _texts(heard.body, taken | places.cells | _filled(issued, heard))
    return [("teks tercetak", *pair) for pair in _differences(before, after)]


def _filled(issued: Issued, heard: Heard) -> set[int]:
    """Where a slot's control stands, with nothing beside it: what is typed there is no print."""
    slots = set(issued.slots)
    return {
        id(cell)
        for cell in _cells(heard.body)
        for held in cell.held
        if issued.slot_of(held) in slots
        and (heard is issued.heard or squeezed(held.said) == squeezed(_without_prompt(cell.text)))
    }


def _without_prompt(text: str) -> str:
    return "" if is_prompt(text) else text


def _texts(story: Story, gone: set[int]) -> list[str]:
    rows = [row for row in story.rows if id(row) not in gone]
    cells = (*(c for row in rows for c in row.cells), *story.paragraphs)
    return [cell.text for cell in cells if id(cell) not in gone]


def _cells(story: Story) -> list[Cell]:
    return [*(cell for row in story.rows for cell in row.cells), *story.paragraphs]


def _in_order(all_texts: list[str], kept: list[str]) -> list[str]:
    """Those of ``all_texts`` that are kept, each once, as they follow each other."""
    left, found = list(kept), []
    for text in all_texts:
        if text in left:
            left.remove(text)
            found.append(text)
    return found


def _differences(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    """Before and after of each place where two lists of texts differ, blanks aside."""
    before, after = ([t for t in texts if squeezed(t)] for texts in (before, after))
    one, other = ([squeezed(t) for t in texts] for texts in (before, after))
    if one == other:
        return []
    found = []
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag != "equal" and "".join(one[a:b]) != "".join(other[c:d]):
            found += _words(" ".join(before[a:b]), " ".join(after[c:d]))
    return found


def _words(before: str, after: str) -> list[tuple[str, str]]:
    one, other = before.split(), after.split()
    if max(len(one), len(other)) > MOST_WORDS or not one or not other:
        return [(before, after)]
    keys = list(map(squeezed, one)), list(map(squeezed, other))
    matcher = SequenceMatcher(None, *keys, autojunk=False)
    changes = [op for op in matcher.get_opcodes() if op[0] != "equal"]
    pairs = [(" ".join(one[a:b]), " ".join(other[c:d])) for _, a, b, c, d in changes]
    return [pair for pair in pairs if squeezed(pair[0]) != squeezed(pair[1])]
