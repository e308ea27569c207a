"""Rows whose edits were carried, as the workbook keeps them between two editions."""

from collections.abc import Mapping
from typing import Any

from pipeline.domain.form import Field
from pipeline.ledger.tables import Document
from pipeline.sop.entry.merge import Conflict, Key, Standing
from pipeline.sop.values import rows_from_json, rows_to_json

CARRIED = "carried"
"""In a workbook's data: the rows with edits that were carried."""


def carried_rows(workbook: Document) -> dict[Key, Standing]:
    """What was carried into the next edition of a workbook."""
    found = [_from_json(kept) for kept in workbook.data.get(CARRIED, [])]
    return dict(found)


def carried_to_json(standing: Mapping[Key, Standing]) -> list[dict[str, Any]]:
    """The rows in which something was carried, or clashed."""
    return [
        {
            "form": form,
            "row": rows_to_json([row.row])[0],
            "reason": row.reason,
            "fields": [field.value for field in row.carried],
            "conflicts": [_conflict_to_json(conflict) for conflict in row.conflicts],
        }
        for (form, _), row in standing.items()
        if row.carried or row.conflicts
    ]


def _from_json(kept: Mapping[str, Any]) -> tuple[Key, Standing]:
    (row,) = rows_from_json([kept["row"]])
    key = (kept["form"], row.indicator)
    return key, Standing(
        row,
        kept["reason"],
        tuple(Field(name) for name in kept["fields"]),
        tuple(_conflict_from_json(key, one) for one in kept["conflicts"]),
    )


def _conflict_to_json(conflict: Conflict) -> dict[str, str]:
    return {
        "field": conflict.field.value,
        "laid": conflict.laid,
        "edited": conflict.edited,
        "now": conflict.now,
        "reason": conflict.reason,
    }


def _conflict_from_json(key: Key, kept: Mapping[str, str]) -> Conflict:
    told = (kept["laid"], kept["edited"], kept["now"], kept["reason"])
    return Conflict(key, Field(kept["field"]), *told)
