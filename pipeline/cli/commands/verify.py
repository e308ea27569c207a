"""``kinerja verify``: who signed a PDF, what came after, and whether it may be accepted."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.options import HERE, AsJson, OfficeDir, print_json
from pipeline.domain.plain_text import visible
from pipeline.errors import ExitCode
from pipeline.signing.report import Language, SignatureReport, Verdict
from pipeline.tasks.verify import VerifiedFile, grounds_in, verify_file

Files = Annotated[list[Path], typer.Argument(metavar="FILE", help="PDFs to verify.")]
Lang = Annotated[Language, typer.Option("--lang", help="The language of the verdict.")]
REPLACED: dict[Language, str] = {"id": "Naskah ini", "en": "This print-out is"}
STYLES = {
    Verdict.VALID: "bold green",
    Verdict.INCOMPLETE: "bold yellow",
    Verdict.UNSIGNED: "bold yellow",
    Verdict.INDETERMINATE: "bold yellow",
    Verdict.INVALID: "bold red",
}


def verify(
    files: Files, office: OfficeDir = HERE, as_json: AsJson = False, lang: Lang = "id"
) -> int:
    """Verify the signatures of PDFs; exit code 0 only when every one is valid."""
    with grounds_in(office) as grounds:
        results = [verify_file(grounds, path) for path in files]
    if as_json:
        print_json([result.to_dict() | {"note": grounds.note} for result in results])
    else:
        show(results, note=grounds.note, lang=lang)
    if any(result.missing for result in results):
        return int(ExitCode.NOT_FOUND)
    return int(ExitCode.OK if all(r.accepted for r in results) else ExitCode.AT_FAULT)


def show(
    results: Sequence[VerifiedFile],
    *,
    note: str = "",
    lang: Language = "id",
    console: Console | None = None,
) -> None:
    """The results for a terminal."""
    console = console or Console(highlight=False)
    if note:
        console.print(Text(note, style="yellow"))
    for result in results:
        console.print()
        if result.report is None:
            console.print(Text(visible(result.error), style="red"), soft_wrap=True)
            continue
        console.print(Text(visible(str(result.path)), style="bold"), soft_wrap=True)
        if result.printout:
            about = f"Print-out {result.printout.code} of this office: {result.printout.name}"
            console.print(Text(about))
        verdict, *reasons = result.report.verdict_text(lang).splitlines()
        console.print(Text(verdict, style=STYLES[result.report.verdict]))
        for reason in reasons:
            console.print(Text(reason))
        if result.printout and (replaced := result.printout.replaced(lang)):
            console.print(Text(f"{REPLACED[lang]} {replaced}.", style="bold yellow"))
        if result.report.signatures:
            console.print(_table(result.report.signatures))


def _table(signatures: Sequence[SignatureReport]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold cyan")
    for heading in ("Field", "Signer", "Level", "Signed", "Proven time", "Trusted by", "After it"):
        table.add_column(heading, overflow="fold")
    for found in signatures:
        kind = "timestamp" if found.kind == "timestamp" else "none"
        cells = (
            found.field,
            found.signer or "unreadable",
            found.level or kind,
            _time(found.signing_time),
            _time(found.proven_time),
            found.anchor or "nobody",
            ", ".join(found.after) or "nothing",
        )
        table.add_row(*(Text(visible(cell)) for cell in cells))
    return table


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M %Z}" if moment else "–"
