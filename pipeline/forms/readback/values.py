"""The value of each slot: by the tag of its control, its title, and the place where it stands.

What a reader sees at the place of a slot is its value. A control that carries the slot's tag or
title must say the same, wherever it is now; two ways that disagree are a finding, never a choice.
Where the place is gone, the control alone speaks; where both are, the slot is lost.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from pipeline.domain.finding import Finding
from pipeline.domain.form import Field
from pipeline.forms.readback import wording
from pipeline.forms.readback.controls import Values, distinct, either
from pipeline.forms.readback.issued import Issued
from pipeline.forms.readback.matching import Matching, blanks_of
from pipeline.forms.readback.plain import is_broken, squeezed, taken
from pipeline.forms.readback.prompts import without_prompt
from pipeline.forms.readback.said import Cell, Held, Slot
from pipeline.forms.readback.stories import Heard


@dataclass
class Places:
    """Where each slot stands in a returned form: the cell, and what it says of the slot."""

    by_slot: dict[Slot, list[tuple[Cell, str]]] = field(default_factory=lambda: defaultdict(list))


def places_of(matching: Matching, paragraphs: list[tuple[Slot, Cell, str]]) -> Places:
    """Where the slots stand that were found again by what is printed around them."""
    places = Places()
    for slot, cell, value in paragraphs:
        places.by_slot[slot].append((cell, value))
    for match in matching.matches:
        for blank, there in blanks_of(match):
            values = blank.values_in(there.text) if there is not None else None
            if there is None or values is None:
                continue
            for slot, value in zip(blank.slots, values, strict=True):
                places.by_slot[slot].append((there, value))
    return places


def read_values(issued: Issued, heard: Heard, places: Places) -> tuple[Values, list[Finding]]:
    """What was written, by indicator and field, and what is doubtful or lost."""
    controls = _controls(issued, heard)
    values: Values = {}
    findings: list[Finding] = []
    known = frozenset(id(cell) for there in places.by_slot.values() for cell, _ in there)
    for slot in dict.fromkeys([*issued.slots, *controls]):
        found = _Slot(slot, places.by_slot.get(slot, []), controls.get(slot, []), issued, known)
        text, told = found.read()
        if text is not None:
            values.setdefault(slot[0], {})[slot[1]] = text
        elif slot[1] is not Field.ACTUAL:  # of the actual `check_form` tells
            findings.append(wording.lost(slot))
        findings += told
    return values, findings


def _controls(issued: Issued, heard: Heard) -> dict[Slot, list[Held]]:
    """The controls of each slot: by tag, else by title."""
    found: dict[Slot, list[Held]] = {}
    for held in heard.held:
        slot = slot_of_control(issued, held)
        if slot is not None:
            found.setdefault(slot, []).append(held)
    return found


def slot_of_control(issued: Issued, held: Held) -> Slot | None:
    """Which slot a control belongs to, by its tag or, where that was lost, its title."""
    return held.slot or issued.aliases.get(held.alias)


@dataclass(frozen=True)
class _Slot:
    """All that is known of one slot; ``known`` are the cells that are the place of any."""

    slot: Slot
    places: list[tuple[Cell, str]]
    controls: list[Held]
    issued: Issued
    known: frozenset[int]

    def read(self) -> tuple[str | None, list[Finding]]:
        """Its text, ``None`` where it is lost, and what is wrong with it."""
        if not self.places:
            if not self.controls:
                return None, []
            texts = [taken(self._around(held), self.slot[1]) for held in self.controls]
            odd = [cell for held in self.controls for cell in held.cells]
            astray = any(id(cell) in self.known for cell in odd)
            told = [wording.astray(self.slot)] if astray else []
            return either(texts), [*told, *self._disagree(texts), *self._oddities(odd)]
        cells = [cell for cell, _ in self.places]
        texts, prompts = self._texts()
        elsewhere = [
            taken(held.said, self.slot[1])
            for held in self.controls
            if held.said and not any(cell in cells for cell in held.cells)
        ]
        return either([*texts, *elsewhere]), [
            *self._disagree([*texts, *elsewhere]),
            *prompts,
            *self._foreign(cells),
            *self._beside(cells, texts),
            *self._oddities(cells),
        ]

    def _around(self, held: Held) -> str:
        """What a reader sees where a control stands: its cell, where that is this slot's alone."""
        if len(held.cells) != 1 or self.slot not in self.issued.bare:
            return held.said
        [cell] = held.cells
        others = {slot_of_control(self.issued, other) for other in cell.held} - {self.slot, None}
        return held.said if others else cell.text

    def _texts(self) -> tuple[list[str], list[Finding]]:
        texts, findings = list[str](), list[Finding]()
        for _, value in self.places:
            text, rest = without_prompt(taken(value, self.slot[1]), self.slot[1])
            texts.append(text)
            findings += [wording.prompt_left(self.slot, text)] if rest else []
        return texts, findings

    def _disagree(self, texts: list[str]) -> list[Finding]:
        different = distinct(texts)
        return [wording.disagree(self.slot, different)] if len(different) > 1 else []

    def _foreign(self, cells: list[Cell]) -> list[Finding]:
        """Controls of other slots in the place of this one."""
        own = {slot_of_control(self.issued, held) for held in self.controls} | {self.slot, None}
        others = dict.fromkeys(
            slot_of_control(self.issued, held) for cell in cells for held in cell.held
        )
        return [
            wording.foreign(self.slot, other)
            for other in others
            if other is not None and other not in own and other in self.issued.slots
        ]

    def _beside(self, cells: list[Cell], texts: list[str]) -> list[Finding]:
        """What was typed into the cell but not into its control; of a text nobody needs to know."""
        if self.slot[1] is not Field.ACTUAL or not any(texts):
            return []
        inside = [h for cell in cells for h in cell.held if h in self.controls]
        if not inside or any(squeezed(h.said) == squeezed(texts[0]) for h in inside):
            return []
        return [wording.beside(self.slot, texts[0])]

    def _oddities(self, cells: list[Cell]) -> list[Finding]:
        findings = []
        for cell in {id(cell): cell for cell in cells}.values():
            if is_broken(cell.text, self.slot[1]):
                findings.append(wording.broken(self.slot))
            told = cell.odd & wording.TOLD[self.slot[1]]
            findings += [wording.odd(self.slot, one, cell) for one in told]
        return findings
