"""Where the print-out's figures come from: source forms, their rows, and what was changed since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.domain.consolidation import Share
from pipeline.domain.evaluation import Evaluation
from pipeline.domain.form import LABELS, Change, Field

Row = tuple[str, str]
"""A row of a form: the form's code and the indicator's."""


@dataclass(frozen=True)
class SourceForm:
    """A verified form that the figures come from.

    ``original`` is the SHA-256 of the file as it came, ``sha256`` of the verified PDF; ``rows`` are
    its indicators in the order of its table.
    """

    post: str
    name: str
    code: str
    received: str
    verified: str
    sha256: str
    original: str = ""
    rows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Correction:
    """What was changed since an official reported; ``stage`` as its folder is called.

    ``earlier``: a print-out that this one amends has said so already.
    """

    number: int
    stage: str
    form: str
    post: str
    change: Change
    at_entry: bool = True
    when: str = ""
    earlier: bool = False


def correction_fields(corrections: Sequence[Correction]) -> list[dict[str, str]]:
    """Corrections as rows of the annex."""
    return [
        {
            "no": str(c.number),
            "tahap": c.stage,
            "formulir": c.form,
            "jabatan": c.post,
            "kode": c.change.indicator,
            "kolom": LABELS[c.change.field],
            "lama": c.change.old or "–",
            "baru": c.change.new or "–",
            "alasan": c.change.reason or "–",
            "oleh": c.change.by or "–",
            "lewat": c.change.via,
            "waktu": c.when,
            "terdahulu": "sudah dimuat dalam naskah yang diubah" if c.earlier else "",
        }
        for c in corrections
    ]


def source_fields(sources: Sequence[SourceForm]) -> list[dict[str, str]]:
    """Source forms as rows."""
    return [
        {
            "no": str(n),
            "jabatan": s.post,
            "nama": s.name,
            "kode": s.code,
            "diterima": s.received,
            "diverifikasi": s.verified,
            "sha256": s.sha256,
            "sha256_asli": s.original,
        }
        for n, s in enumerate(sources, start=1)
    ]


def row_numbers(sources: Sequence[SourceForm]) -> dict[Row, int]:
    """The number of each row on its form."""
    return {(s.code, code): n for s in sources for n, code in enumerate(s.rows, start=1)}


def figure_changes(corrections: Sequence[Correction]) -> dict[Row, list[int]]:
    """The numbers of the corrections of each actual."""
    found: dict[Row, list[int]] = {}
    for c in corrections:
        if c.change.field is Field.ACTUAL:
            found.setdefault((c.form, c.change.indicator), []).append(c.number)
    return found


def place_of(
    evaluation: Evaluation,
    share: Share,
    numbers: Mapping[Row, int],
    changed: Mapping[Row, Sequence[int]],
) -> str:
    """Where a figure stands: ``K7QX2M9PA2 baris 3``, and which numbers of the annex changed it."""
    if not share.code:
        return ""
    row = (share.code, evaluation.indicator.code)
    number = f" baris {numbers[row]}" if row in numbers else ""
    listed = ", ".join(map(str, changed.get(row, ())))
    return f"{share.code}{number}" + (f" (diubah: Lampiran no. {listed})" if listed else "")
