"""What a form must show, looked for in one that was filled in with example data.

Without a place for the actual there is nothing to report: an error. A form that shows neither its
code nor its QR cannot be recognised once it was printed or copied out: an error too. What else the
office's own form has and this one does not is a warning; a quarter may well do without it. So is a
form whose blanks only their controls tell apart.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import LABELS, Field
from pipeline.forms.package import W, WordPackage
from pipeline.forms.readback import read_fields
from pipeline.forms.readback.issued import issued_form
from pipeline.forms.readback.stories import hear

_TABLE = "tabel indikator"
_COPY = "ambil kembali kotak isiannya dari draf awal (salin baris tabelnya), lalu kirim lagi"
_OFFICIAL = {"jabatan": "jabatan pejabat", "nama": "nama pejabat"}
_ROW = {"nama": "nama indikator", "satuan": "satuan indikator", "target_tw": "target triwulan"}


def missing_content(filled: WordPackage, sample: Mapping[str, Any]) -> list[Finding]:
    """What is not there in ``filled``, which was made from ``sample``.

    Raises:
        ReadError: a part is not well-formed.
    """
    return [
        *_controls(filled, sample),
        *_alike(filled),
        *_identity(filled, sample),
        *_texts(filled, sample),
    ]


def _controls(filled: WordPackage, sample: Mapping[str, Any]) -> Iterator[Finding]:
    rows = read_fields(filled)
    asked = [row["kode"] for row in sample["indikator"]]
    for field, label in LABELS.items():
        lost = [code for code in asked if field not in rows.get(code, {})]
        if not lost:
            continue
        what = "realisasi" if field is Field.ACTUAL else label
        yield Finding(
            f"{_TABLE}, kolom {label}",
            f"kotak isian untuk {what} tidak ada lagi di dalam format",
            _COPY if field is Field.ACTUAL else f"{_COPY}; abaikan bila memang tidak dipakai",
            Severity.ERROR if field is Field.ACTUAL else Severity.WARNING,
        )


def _alike(filled: WordPackage) -> Iterator[Finding]:
    """Whoever reads a form without its controls must see whose value is written where."""
    issued = issued_form(hear(filled))
    printed = Counter((line.row.table, *line.printed, *line.key) for line in issued.lines)
    if issued.alike or any(times > 1 for times in printed.values()):
        yield Finding(
            "isi format",
            "kotak isian beberapa indikator berada di samping tulisan yang sama; formulir yang"
            " kehilangan kotaknya (disalin, disimpan dengan program lain) tidak dapat dibaca",
            "tulis {{ i.kode }} pada baris yang sama dengan kotak isiannya; abaikan bila formulir"
            " selalu diisi dengan Word",
            Severity.WARNING,
        )


def _identity(filled: WordPackage, sample: Mapping[str, Any]) -> Iterator[Finding]:
    printed = re.search(rf"Kode formulir:?\s*{re.escape(sample['kode'])}", _text(filled))
    drawn = sample["qr"].png in filled.parts.values()
    if printed and drawn:
        return
    lost = [] if printed else ["“Kode formulir: {{ kode }}”"]
    lost += [] if drawn else ["{{ qr }}"]
    yield Finding(
        "kaki halaman",
        f"{' dan '.join(lost)} tidak ada lagi di dalam format; formulir yang dicetak, dipindai,"
        " atau disalin tidak dapat dikenali",
        "salin kaki halaman dari draf awal, lalu kirim lagi",
        Severity.WARNING if printed or drawn else Severity.ERROR,
    )


def _texts(filled: WordPackage, sample: Mapping[str, Any]) -> Iterator[Finding]:
    """Who reports, for when, and on what, must be legible to the official."""
    text = _text(filled).casefold()
    official, rows = sample["pejabat"], sample["indikator"]
    shown = {
        "{{ periode }}": ("periode", [sample["periode"]]),
        **{f"{{{{ pejabat.{k} }}}}": (name, [official[k]]) for k, name in _OFFICIAL.items()},
        **{f"{{{{ i.{k} }}}}": (name, [row[k] for row in rows]) for k, name in _ROW.items()},
    }
    for field, (name, values) in shown.items():
        if any(" ".join(value.split()).casefold() not in text for value in values):
            yield Finding(
                "isi format",
                f"{name} tidak tampak pada formulir",
                f"tambahkan {field} seperti pada draf awal; abaikan bila memang tidak dipakai",
                Severity.WARNING,
            )


def _text(package: WordPackage) -> str:
    """All that is written on the pages, on one line."""
    texts = (t.text or "" for part in package.content_parts() for t in _texts_in(package, part))
    return " ".join("".join(texts).split())


def _texts_in(package: WordPackage, part: str) -> Iterator[etree._Element]:
    return package.xml(part).iter(f"{W}t")
