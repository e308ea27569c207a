"""What ``initial`` and ``sign`` share."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import print_json, read_pin
from pipeline.cli.ticking import tick
from pipeline.domain.calendar import short_time
from pipeline.domain.procedure import Verb
from pipeline.errors import ExitCode, UsageError
from pipeline.office import Office, open_office
from pipeline.settings import Signer
from pipeline.signing.keys import SigningKey
from pipeline.sop.opened import note_opened
from pipeline.sop.ratify import FolderDecision
from pipeline.tasks.seal import (
    Sealed,
    Taken,
    seal,
    sort_out,
    sort_out_unticked,
    tick_only,
    to_ratify,
    to_tick,
    unlock,
    waiting_for,
)

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
    accept_changes: str = "",
    elsewhere: bool = False,
) -> int:
    """Seal the named print-outs, or all that wait; the exit code.

    Raises:
        UsageError: neither documents nor ``--all`` were given, or both; or the numbers of changes
            to tick are wrong.
    """
    if bool(codes) == everything:
        raise UsageError("Name the documents, or give --all.")
    with open_office(office_dir) as office:
        signer = office.signer(signer_name)
        waiting = waiting_for(office, stage, codes)
        documents, refused = sort_out(office, waiting, stage, signer)
        note_opened(office, documents, via="baris perintah")
        aside, listed = as_json or pin_fd is not None, to_tick(documents, stage)
        zone, asks = office.settings.office.zone, pin_fd is None
        accepts = tick(documents, listed, accept_changes, zone=zone, asks=asks, aside=aside)
        if elsewhere:
            results = refused + tick_only(office, documents, accepts)
            return _report(results, "ticked", as_json=as_json)
        documents, unticked = sort_out_unticked(documents, accepts)
        results = refused + unticked
        if documents:
            shown = _show_decisions(to_ratify(office, documents, stage), pin_fd, aside=as_json)
            key = _opened(office, signer, pin_fd)
            taken = Taken(shown, accepts)
            results += seal(office, documents, stage, signer, key, taken=taken)
    done = "initialled" if stage is Verb.INITIAL else "signed"
    return _report(results, done, as_json=as_json)


def _opened(office: Office, signer: Signer, pin_fd: int | None) -> SigningKey:
    pin = read_pin(pin_fd, signer.post)
    try:
        return unlock(office, signer, pin)
    finally:
        pin[:] = bytes(len(pin))


def _report(results: Sequence[Sealed], done: str, *, as_json: bool) -> int:
    """Say what became of each; the exit code."""
    if as_json:
        print_json([vars(result) for result in results])
    else:
        for result in results:
            said = result.error or ", ".join(text for text in (done, result.level) if text)
            typer.echo(f"{result.code}  {result.name}: {said}")
        for count in (len(result.accepted) for result in results if result.accepted):
            typer.echo(f"{count} change(s) of the annex are ticked.")
        for count in (len(result.ratified) for result in results if result.ratified):
            typer.echo(f"{count} decision(s) taken by folder are ratified.")
    failed = any(result.error or result.changes for result in results)
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
