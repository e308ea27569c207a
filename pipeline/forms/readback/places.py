"""Where each slot stands in a returned form, and whether what is printed beside it still stands.

A slot that has its cell to itself is all that the cell says. Between printed words it is what
stands between them; where the words stand but leave it open where a value ends, the controls tell.
Where neither holds the printed words were altered, and no value is taken by its place.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from pipeline.forms.readback.issued import Blank, Issued, blank_in
from pipeline.forms.readback.matching import Matching, blanks_of
from pipeline.forms.readback.plain import squeezed
from pipeline.forms.readback.said import Cell, Slot
from pipeline.forms.readback.stories import Heard


@dataclass
class Places:
    """Of each slot its cells, and what they say of it; and the cells whose print was altered."""

    by_slot: dict[Slot, list[tuple[Cell, str]]] = field(default_factory=lambda: defaultdict(list))
    by_cell: dict[int, set[Slot]] = field(default_factory=lambda: defaultdict(set))
    altered: dict[Slot, list[tuple[Blank, Cell]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, blank: Blank, cell: Cell, values: list[str] | None) -> None:
        """The blank stands in ``cell`` and says ``values``; ``None`` where its print is altered."""
        for at, slot in enumerate(blank.slots):
            if values is None:
                self.altered[slot].append((blank, cell))
            else:
                self.by_slot[slot].append((cell, values[at]))
                self.by_cell[id(cell)].add(slot)

    @property
    def cells(self) -> set[int]:
        """The identities of all cells that were found."""
        altered = (id(cell) for found in self.altered.values() for _, cell in found)
        return {*self.by_cell, *altered}

    def __contains__(self, slot: Slot) -> bool:
        """Whether a cell was found for it."""
        return slot in self.by_slot or slot in self.altered


def places_of(issued: Issued, heard: Heard, matching: Matching) -> Places:
    """Where the slots stand that were found again by what is printed around them."""
    places = Places()
    for blank in issued.paragraphs:
        if any(map(squeezed, blank.printed)):
            _in_paragraphs(issued, heard, blank, places)
    for match in matching.matches:
        for blank, there in blanks_of(match):
            if there is not None:
                places.add(blank, there, _values(issued, blank, there))
    return places


def _in_paragraphs(issued: Issued, heard: Heard, blank: Blank, places: Places) -> None:
    """A paragraph with slots: by its words; where none has them, by the controls that it held.

    By those alone where another paragraph has the same words. What was issued without slots is none
    of it, whatever words it begins and ends with.
    """
    own = [held for held in heard.body.held if issued.slot_of(held) in blank.slots]
    holding = {id(cell) for held in own for cell in held.cells}
    by_words = [
        (cell, values)
        for cell in heard.body.paragraphs
        if (id(cell) in holding or squeezed(cell.text) not in issued.only_printed)
        and blank not in issued.alike
        and (values := blank.values_in(cell.text)) is not None
    ]
    for cell, values in by_words:
        places.add(blank, cell, values)
    if not by_words:
        for cell in heard.body.paragraphs:
            if id(cell) in holding:
                places.add(blank, cell, _values(issued, blank, cell))


def _values(issued: Issued, blank: Blank, cell: Cell) -> list[str] | None:
    values = blank.values_in(cell.text)
    return _by_controls(issued, blank, cell) if values is None else values


def _by_controls(issued: Issued, blank: Blank, cell: Cell) -> list[str] | None:
    """What the controls of a cell hold, where nothing but the issued words stands beside them."""
    now, values = blank_in(cell, issued.slot_of)
    same = now.slots == blank.slots and [*map(squeezed, now.printed)] == [
        *map(squeezed, blank.printed)
    ]
    return values if same else None
