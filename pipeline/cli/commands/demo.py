"""``kinerja demo``: the whole procedure, every human part played through the folders."""

import shlex
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from pipeline.cli.options import AsJson, print_json
from pipeline.cli.picture import in_half_blocks
from pipeline.pdf.images import page_png
from pipeline.tasks.demo.play import STEPS, play

TRUE_COLOURS = {"truecolor", "256"}
MOST_FILES = 4


def demo(
    directory: Annotated[
        Path | None, typer.Option("--dir", metavar="DIR", help="Where; a new folder by default.")
    ] = None,
    officials: Annotated[int, typer.Option(min=2, max=2000, help="How many officials.")] = 12,
    as_json: AsJson = False,
) -> None:
    """Run all eight steps on sample data with real LibreOffice and real signatures."""
    target = directory or Path(tempfile.mkdtemp(prefix="kinerja-demo-"))
    if as_json:
        print_json(play(target, officials, lambda _key, _what: None))
        return
    console = Console(highlight=False)
    console.print(f"[bold]kinerja[/]: {officials} officials, in {target}\n")
    with console.status("starting the service") as status:

        def tell(key: str, what: str) -> None:
            if what == "started":
                status.update(f"{key}  {STEPS[key]}")
            else:
                console.print(f" [green]✓[/] [bold]{key}[/]  {STEPS[key]}")

        result = play(target, officials, tell)
    _show(console, result)


def _show(console: Console, result: dict[str, Any]) -> None:
    table = Table(title="\nSeconds for each step of the SOP", box=None, title_justify="left")
    for key in result["seconds"]:
        table.add_column(key, justify="right")
    table.add_row(*(f"{s:.1f}" for s in result["seconds"].values()))
    console.print(table)
    for returned in result["returned"]:
        console.print(f" ↩ {returned['document']}: returned {returned['times']}×")
    console.print()
    console.print(_tree(Path(result["archive"])))
    console.print()
    picture = page_png(Path(result["printout"]), 0, dpi=110)
    if console.is_terminal and console.color_system in TRUE_COLOURS:
        console.print(in_half_blocks(picture, console.width))
    beside = Path(result["office"]) / "cetak-halaman-1.png"
    beside.write_bytes(picture)
    console.print(f"The signed print-out: {escape(result['printout'])}", soft_wrap=True)
    console.print(f"Its first page as a picture: {escape(str(beside))}", soft_wrap=True)
    console.print("What to do next:")
    office, program = shlex.quote(result["office"]), sys.argv[0]
    for line in (
        f"verify {shlex.quote(result['printout'])} --office {office}",
        f"status --office {office}",
        f"audit --office {office}",
        f"run --office {office}    (and drop files into its inbox)",
    ):
        console.print(f"  {program} {line}", soft_wrap=True, markup=False)


def _tree(bag: Path) -> Tree:
    tree = Tree(f"[bold]{escape(bag.name)}[/]  ({escape(str(bag.parent))})")
    for folder in sorted((bag / "data").iterdir()):
        if folder.is_file():
            tree.add(escape(folder.name))
            continue
        branch = tree.add(f"[cyan]{escape(folder.name)}/[/]")
        files = sorted(p for p in folder.rglob("*") if p.is_file())
        for file in files[:MOST_FILES]:
            branch.add(escape(str(file.relative_to(folder))))
        if len(files) > MOST_FILES:
            branch.add(f"… and {len(files) - MOST_FILES} more")
    return tree
