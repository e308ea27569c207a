"""Rows whose edits were carried, as the workbook keeps them between two editions."""

from collections.abc import Mapping
from typing import Any

from pipeline.domain.form import Field, FilledRow
from pipeline.ledger.tables import Document
from pipeline.sop.entry.merge import Conflict, Key, Standing, carried_onto
from pipeline.sop.values import rows_from_json, rows_to_json

CARRIED = "carried"
"""In a workbook's data: the rows with edits that were carried."""


def carried_rows(workbook: Document, starts: Mapping[Key, FilledRow]) -> dict[Key, Standing]:
    """Every row, of which ``starts`` says what it would be without edits, with what was carried."""
    standing = {key: Standing(start) for key, start in starts.items()}
    for kept in workbook.data.get(CARRIED, []):
        key, row = _from_json(kept)
        if key in starts:
            standing[key] = carried_onto(starts[key], row, key)
    return standing


def carried_to_json(standing: Mapping[Key, Standing]) -> list[dict[str, Any]]:
    """The rows in which something was carried, or clashed."""
    return [
        {
            "form": form,
            "start": rows_to_json([row.before])[0],
            "row": rows_to_json([row.row])[0],
            "reason": row.reason,
            "conflicts": [_conflict_to_json(conflict) for conflict in row.conflicts],
        }
        for (form, _), row in standing.items()
        if row.carried or row.reason or row.conflicts
    ]


def _from_json(kept: Mapping[str, Any]) -> tuple[Key, Standing]:
    start, row = rows_from_json([kept["start"], kept["row"]])
    key = (kept["form"], row.indicator)
    conflicts = tuple(_conflict_from_json(key, one) for one in kept["conflicts"])
    return key, Standing(row, kept["reason"], conflicts, start)


def _conflict_to_json(conflict: Conflict) -> dict[str, Any]:
    return {
        "field": conflict.field.value,
        "laid": conflict.laid,
        "edited": conflict.edited,
        "now": conflict.now,
        "reason": conflict.reason,
        "settled": conflict.settled,
    }


def _conflict_from_json(key: Key, kept: Mapping[str, Any]) -> Conflict:
    told = (kept["laid"], kept["edited"], kept["now"], kept["reason"])
    return Conflict(key, Field(kept["field"]), *told, settled=kept["settled"])
