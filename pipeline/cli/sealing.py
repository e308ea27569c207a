"""What ``initial`` and ``sign`` share."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import print_json, read_pin
from pipeline.domain.calendar import short_time
from pipeline.domain.procedure import Verb
from pipeline.errors import ExitCode, UsageError
from pipeline.office import open_office
from pipeline.sop.opened import note_opened
from pipeline.sop.ratify import FolderDecision
from pipeline.tasks.seal import seal, sort_out, to_ratify, unlock, waiting_for

Codes = Annotated[
    list[str] | None, typer.Argument(metavar="DOC", help="Short codes of print-outs.")
]
All = Annotated[bool, typer.Option("--all", help="All that wait for this seal.")]
As = Annotated[str, typer.Option("--as", metavar="OFFICIAL", help="Alias or post of the signer.")]


def seal_all(
    stage: Verb,
    codes: Sequence[str],
    *,
    everything: bool,
    signer_name: str,
    pin_fd: int | None,
    office_dir: Path,
    as_json: bool,
) -> int:
    """Seal the named print-outs, or all that wait; the exit code.

    Raises:
        UsageError: neither documents nor ``--all`` were given, or both.
    """
    if bool(codes) == everything:
        raise UsageError("Name the documents, or give --all.")
    with open_office(office_dir) as office:
        signer = office.signer(signer_name)
        waiting = waiting_for(office, stage, codes)
        documents, refused = sort_out(office, waiting, stage, signer)
        note_opened(office, documents, via="baris perintah")
        shown = _show_decisions(to_ratify(office, documents, stage), pin_fd, aside=as_json)
        pin = read_pin(pin_fd, signer.post)
        try:
            key = unlock(office, signer, pin)
        finally:
            pin[:] = bytes(len(pin))
        results = refused + seal(office, documents, stage, signer, key, ratifies=shown)
    if as_json:
        print_json([vars(result) for result in results])
    else:
        done = "initialled" if stage is Verb.INITIAL else "signed"
        for result in results:
            typer.echo(f"{result.code}  {result.name}: {result.error or f'{done}, {result.level}'}")
        for count in (len(result.ratified) for result in results if result.ratified):
            typer.echo(f"{count} decision(s) taken by folder are ratified.")
    failed = any(result.error for result in results)
    return int(ExitCode.AT_FAULT if failed else ExitCode.OK)


def _show_decisions(
    decisions: Sequence[FolderDecision], pin_fd: int | None, *, aside: bool
) -> list[str]:
    """Show what was decided by folder, and ask at a terminal; the ids that the PIN will ratify.

    Raises:
        typer.Abort: the signer does not take them upon himself.
    """
    err = aside or pin_fd is not None
    mine = [decision for decision in decisions if decision.mine]
    others = [decision for decision in decisions if not decision.mine]
    if mine:
        typer.echo(
            "Keputusan lewat folder atas nama jabatan Saudara, disahkan dengan PIN ini:", err=err
        )
    for decision in mine:
        typer.echo(_shown(decision), err=err)
    if others:
        typer.echo("Keputusan pejabat lain, bukan untuk disahkan Saudara:", err=err)
    for decision in others:
        typer.echo(_shown(decision), err=err)
    if mine and pin_fd is None and sys.stdin.isatty():
        typer.confirm("Sahkan keputusan atas nama jabatan Saudara?", abort=True, err=err)
    return [decision.id for decision in mine]


def _shown(decision: FolderDecision) -> str:
    when = short_time(decision.decided_at)
    what = f"{decision.verdict} {decision.code} {decision.document}"
    return f"  {when}  {what}: {decision.actor}, {decision.via}"
