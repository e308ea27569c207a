"""``kinerja verify``: who signed a PDF, what came after, and whether it may be accepted."""

from collections.abc import Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.options import HERE, AsJson, OfficeDir, print_json
from pipeline.domain.plain_text import visible
from pipeline.errors import ExitCode
from pipeline.signing.findings import Weight
from pipeline.signing.report import Language, Verdict, VerificationReport
from pipeline.signing.statement import Passage, Statement
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
MARKS = {
    Weight.NOTE: ("✓ ", "green"),
    Weight.PENDING: ("✓ ", "green"),
    Weight.DOUBT: ("? ", "yellow"),
    Weight.FAULT: ("✗ ", "red"),
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
        zone = grounds.office.settings.office.zone if grounds.office else UTC
        show(results, note=grounds.note, lang=lang, zone=zone)
    if any(result.missing for result in results):
        return int(ExitCode.NOT_FOUND)
    return int(ExitCode.OK if all(r.accepted for r in results) else ExitCode.AT_FAULT)


def show(
    results: Sequence[VerifiedFile],
    *,
    note: str = "",
    lang: Language = "id",
    zone: tzinfo = UTC,
    console: Console | None = None,
) -> None:
    """The results for a terminal, times in ``zone``."""
    console = console or Console(highlight=False)
    if note:
        console.print(Text(note, style="yellow"))
    for result in results:
        console.print()
        if result.report is None:
            console.print(Text(visible(result.error), style="red"), soft_wrap=True)
            continue
        _show_file(console, result, result.report, zone, lang)


def _show_file(
    console: Console,
    result: VerifiedFile,
    report: VerificationReport,
    zone: tzinfo,
    lang: Language,
) -> None:
    console.print(Text(visible(str(result.path)), style="bold"), soft_wrap=True)
    if result.printout:
        about = f"Print-out {result.printout.code} of this office: {result.printout.name}"
        console.print(Text(about))
    if result.paper:
        about = f"Print-out {result.paper.code} of this office: {result.paper.name}"
        console.print(Text(about))
        said = result.paper.words(lang)
        console.print(Text(f"{said[:1].upper()}{said[1:]}.", style="bold yellow"))
    verdict, *reasons = report.verdict_text(lang).splitlines()
    console.print(Text(verdict, style=STYLES[report.verdict]))
    for reason in reasons:
        console.print(_hanging("-", reason.removeprefix("- ")))
    if result.printout and (replaced := result.printout.replaced(lang)):
        console.print(Text(f"{REPLACED[lang]} {replaced}.", style="bold yellow"))
    for passage in Statement(report, zone, lang).passages():
        console.print()
        console.print(Text.assemble(MARKS[passage.weight], (passage.title, "bold")))
        console.print(_rows(passage))


def _rows(passage: Passage) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for row in passage.rows:
        grid.add_row(f"  {row.label}", Text("\n".join(row.lines)))
    return grid


def _hanging(mark: str, text: str) -> Table:
    """``text`` behind ``mark``, its further lines set in like the first."""
    grid = Table.grid(padding=(0, 1, 0, 0), pad_edge=False)
    grid.add_row(mark, Text(text))
    return grid
