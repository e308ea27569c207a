"""The print-outs that are about to be sealed, shown to their signer before the PIN is asked."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.domain.procedure import Verb
from pipeline.errors import UsageError
from pipeline.tasks.review import GivenManifest, Reviewed

STDOUT = "-"
_ACTS = {
    (Verb.INITIAL,): "diparaf",
    (Verb.SIGN,): "ditandatangani",
    (Verb.INITIAL, Verb.SIGN): "diparaf dan ditandatangani",
}

ReviewTo = Annotated[
    str,
    typer.Option(
        "--review",
        metavar="FILE",
        help="Write down what would be sealed, - for standard output, and seal nothing.",
    ),
]
ManifestFrom = Annotated[
    Path | None,
    typer.Option(
        "--manifest", metavar="FILE", help="Seal what stands in this review, unchanged since."
    ),
]


def write_review(given: GivenManifest, to: str) -> None:
    """The review as a new file, or on standard output.

    Raises:
        UsageError: the file is there already, or cannot be written.
    """
    if to == STDOUT:
        sys.stdout.write(given.data.decode())
        return
    try:
        with Path(to).open("xb") as file:
            file.write(given.data)
    except FileExistsError as there:
        raise UsageError(f"--review {to}: this file is there already; name another.") from there
    except OSError as refused:
        raise UsageError(f"--review {to}: cannot be written ({refused.strerror}).") from refused


def show_review(given: GivenManifest, *, aside: bool, asks: bool) -> None:
    """Show what is about to be sealed; where somebody sits there (``asks``), have it confirmed.

    Raises:
        typer.Abort: the signer does not confirm.
    """
    manifest = given.manifest
    act = _ACTS[manifest.seal]
    count = len(manifest.documents)
    typer.echo(f"{count} naskah akan {act} oleh {manifest.signer.post}:", err=aside)
    for item in manifest.documents:
        typer.echo("\n".join(_shown(item)), err=aside)
    if asks and sys.stdin.isatty():
        typer.confirm(f"Sudah ditinjau; {count} naskah ini {act}?", abort=True, err=aside)


def _shown(item: Reviewed) -> list[str]:
    number = f", nomor {item.number}" if item.number else ""
    return [
        f"  {item.code}  {item.name}{number}, revisi {item.revision}",
        f"     {_figures(item.figures, len(item.changes))}",
        f"     SHA-256 {item.sha256}",
    ]


def _figures(figures: dict[str, Any] | None, changes: int) -> str:
    if figures is None:
        return f"angka kuncinya tidak tercatat; {changes} perubahan pada Lampiran"
    parts = (
        f"{figures['officials']} pejabat",
        _those("tidak menyampaikan", figures["absent"]),
        _those("terlambat", figures["late"]),
        f"{figures['indicators']} indikator ({figures['reached']} dengan capaian)",
        f"rata-rata capaian {figures['average']} % ({figures['rating']})",
        f"{figures['warnings']} peringatan",
        f"{figures['changes_at_entry']} perubahan saat entri",
        f"{figures['changes_by_verifiers']} koreksi saat verifikasi",
    )
    return "; ".join(part for part in parts if part)


def _those(what: str, posts: Sequence[str]) -> str:
    return f"{len(posts)} {what}: {', '.join(posts)}" if posts else ""
