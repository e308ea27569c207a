"""The value of each slot: by the tag of its control, its title, and the place where it stands.

What a reader sees at the place of a slot is its value. A control that carries the slot's tag or
title must say the same, wherever it is now; two ways that disagree are a finding, never a choice.
Where the place is gone, the control alone speaks; where both are, the slot is lost.
"""

from dataclasses import dataclass

from pipeline.domain.finding import Finding
from pipeline.domain.form import Field
from pipeline.forms.readback import wording
from pipeline.forms.readback.controls import Values, distinct, either
from pipeline.forms.readback.issued import Issued
from pipeline.forms.readback.places import Places
from pipeline.forms.readback.plain import is_broken, squeezed, taken
from pipeline.forms.readback.prompts import without_prompt
from pipeline.forms.readback.said import Cell, Held, Slot
from pipeline.forms.readback.stories import Heard


def read_values(issued: Issued, heard: Heard, places: Places) -> tuple[Values, list[Finding]]:
    """What was written, by indicator and field, and what is doubtful or lost."""
    controls = _controls(issued, heard)
    values: Values = {}
    findings: list[Finding] = []
    for slot in dict.fromkeys([*issued.slots, *controls]):
        found = _Slot(slot, places, controls.get(slot, []), issued)
        text, told = found.read()
        if text is not None:
            values.setdefault(slot[0], {})[slot[1]] = text
        elif slot[1] is not Field.ACTUAL:  # of the actual `check_form` tells
            findings.append(wording.lost(slot))
        findings += told
        findings += [
            wording.reworded(slot, blank.text, cell.text, text)
            for blank, cell in places.altered.get(slot, [])
        ]
    return values, findings


def _controls(issued: Issued, heard: Heard) -> dict[Slot, list[Held]]:
    """The controls of each slot: by tag, else by title."""
    found: dict[Slot, list[Held]] = {}
    for held in heard.held:
        slot = issued.slot_of(held)
        if slot is not None:
            found.setdefault(slot, []).append(held)
    return found


@dataclass(frozen=True)
class _Slot:
    """All that is known of one slot."""

    slot: Slot
    all_places: Places
    controls: list[Held]
    issued: Issued

    @property
    def places(self) -> list[tuple[Cell, str]]:
        """Its cells, and what they say of it."""
        return self.all_places.by_slot.get(self.slot, [])

    def read(self) -> tuple[str | None, list[Finding]]:
        """Its text, ``None`` where it is lost, and what is wrong with it."""
        if not self.places:
            seen = self._beside_altered_print()
            held = [one for one in self.controls if not (seen and self._is_altered(one))]
            if not seen and not held:
                return None, []
            texts = [*seen, *(taken(self._around(one), self.slot[1]) for one in held)]
            odd = [cell for one in held for cell in one.cells]
            astray = any(id(cell) in self.all_places.by_cell for cell in odd)
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

    def _beside_altered_print(self) -> list[str]:
        """All that stands in cells whose print was altered, where the control does not tell it.

        Of a figure the altered words are a part: its unit.
        """
        altered = self.all_places.altered.get(self.slot, [])
        alone = [taken(c.text, self.slot[1]) for blank, c in altered if len(blank.slots) == 1]
        if self.slot[1] is Field.ACTUAL:
            return [text for text in alone if any(map(str.isdigit, text))]
        return [] if self.controls else [without_prompt(t, self.slot[1])[0] for t in alone]

    def _is_altered(self, held: Held) -> bool:
        """Whether a control stands in a cell of its own whose print was altered."""
        altered = self.all_places.altered.get(self.slot, [])
        return any(cell in held.cells for _, cell in altered)

    def _around(self, held: Held) -> str:
        """What a reader sees where a control stands: its cell, where that is this slot's alone."""
        if len(held.cells) != 1 or self.slot not in self.issued.bare:
            return held.said
        [cell] = held.cells
        others = {self.issued.slot_of(other) for other in cell.held} - {self.slot, None}
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
        own = {self.issued.slot_of(held) for held in self.controls} | {self.slot, None}
        own |= {slot for cell in cells for slot in self.all_places.by_cell.get(id(cell), ())}
        others = dict.fromkeys(self.issued.slot_of(held) for cell in cells for held in cell.held)
        return [
            wording.foreign(self.slot, other)
            for other in others
            if other is not None and other not in own and other in self.issued.slots
        ]

    def _beside(self, cells: list[Cell], texts: list[str]) -> list[Finding]:
        """What was typed into the cell but not into its control; of a text nobody needs to know.

        A control that says what the cell does not is one of two ways that disagree.
        """
        if self.slot[1] is not Field.ACTUAL or not any(texts):
            return []
        inside = [h for cell in cells for h in cell.held if h in self.controls]
        if not inside or any(squeezed(h.said) == squeezed(texts[0]) for h in inside):
            return []
        said = [h.said for h in inside if squeezed(h.said) not in squeezed(texts[0])]
        if said:
            return [wording.disagree(self.slot, [texts[0], *said])]
        return [wording.beside(self.slot, texts[0])]

    def _oddities(self, cells: list[Cell]) -> list[Finding]:
        findings = []
        for cell in {id(cell): cell for cell in cells}.values():
            if is_broken(cell.text, self.slot[1]):
                findings.append(wording.broken(self.slot))
            told = cell.odd & wording.TOLD[self.slot[1]]
            findings += [wording.odd(self.slot, one, cell) for one in told]
        return findings
