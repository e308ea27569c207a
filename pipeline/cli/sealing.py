"""What ``initial`` and ``sign`` share."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.options import print_json
from pipeline.cli.pin import read_pin, wipe
from pipeline.cli.progress import progress_bar
from pipeline.cli.reviewing import show_review, write_review
from pipeline.cli.ticking import tick
from pipeline.domain.calendar import short_time
from pipeline.domain.procedure import Verb
from pipeline.errors import ExitCode, KeyAccessError, UsageError
from pipeline.ledger.tables import Document
from pipeline.office import Office, open_office
from pipeline.settings import Signer
from pipeline.signing.keys import SigningKey
from pipeline.sop.opened import note_opened
from pipeline.sop.ratify import FolderDecision
from pipeline.tasks.review import (
    GivenManifest,
    read_manifest,
    require_for,
    review,
    sort_by_review,
)
from pipeline.tasks.seal import Sealed, Taken, seal, sort_out, to_ratify, unlock, waiting_for
from pipeline.tasks.tick import sort_out_unticked, tick_only, to_tick

Codes = Annotated[
    list[str] | None, typer.Argument(metavar="DOC", help="Short codes of print-outs.")
]
All = Annotated[bool, typer.Option("--all", help="All that wait for this seal.")]
As = Annotated[str, typer.Option("--as", metavar="OFFICIAL", help="Alias or post of the signer.")]


@dataclass(frozen=True)
class Call:
    """What was asked for on the command line."""

    stage: Verb
    codes: Sequence[str]
    everything: bool
    signer: str
    pin_fd: int | None
    as_json: bool
    accept_changes: str = ""
    elsewhere: bool = False
    with_initial: bool = False
    review: str = ""
    manifest: Path | None = None

    @property
    def aside(self) -> bool:
        """Whether what is shown goes to standard error."""
        return self.as_json or self.pin_fd is not None

    @property
    def asks(self) -> bool:
        """Whether somebody may sit at a terminal."""
        return self.pin_fd is None

    def require_one_choice(self) -> None:
        """Documents are named, or all are meant, or those of a manifest.

        Raises:
            UsageError: it is not clear which documents are meant, or what is to be done.
        """
        if self.manifest is not None:
            if self.review or self.elsewhere:
                raise UsageError("--manifest is for sealing; leave --review and --elsewhere out.")
        elif bool(self.codes) == self.everything:
            raise UsageError("Name the documents, or give --all or --manifest FILE.")
        if self.codes and self.everything:
            raise UsageError("Name the documents, or give --all.")


def seal_all(call: Call, office_dir: Path) -> int:
    """Seal the named print-outs, all that wait, or those of a manifest; the exit code.

    Raises:
        UsageError: it is not clear which documents are meant, the numbers of changes to tick are
            wrong, or the manifest is not for this.
    """
    call.require_one_choice()
    with open_office(office_dir) as office:
        signer = office.signer(call.signer)
        given, documents, results = _meant(call, office, signer)
        if call.review:
            written = review(office, documents, call.stage, signer, with_initial=call.with_initial)
            write_review(written, call.review)
            for refused in results:
                typer.echo(f"{refused.code}  {refused.name}: {refused.error}", err=True)
            return int(ExitCode.AT_FAULT if results else ExitCode.OK)
        note_opened(office, documents, via="baris perintah")
        zone = office.settings.office.zone
        accepts = tick(
            documents,
            to_tick(documents),
            call.accept_changes,
            zone=zone,
            asks=call.asks,
            aside=call.aside,
        )
        if call.elsewhere:
            return _report(results + tick_only(office, documents, accepts), call)
        documents, unticked = sort_out_unticked(documents, accepts)
        results += unticked
        if documents:
            results += _sealed(call, office, documents, accepts, given)
    return _report(results, call)


def _meant(
    call: Call, office: Office, signer: Signer
) -> tuple[GivenManifest | None, list[Document], list[Sealed]]:
    """The manifest, if one was given; what is to be sealed; and what is not, with the reason."""
    sitting = call.with_initial
    if call.manifest is None:
        waiting = waiting_for(office, call.stage, call.codes, with_initial=sitting)
        allowed, refused = sort_out(office, waiting, call.stage, signer, with_initial=sitting)
        return None, allowed, refused
    given = read_manifest(call.manifest)
    require_for(given.manifest, office, call.stage, signer, with_initial=sitting)
    waiting, results = sort_by_review(office, given, call.codes)
    allowed, refused = sort_out(office, waiting, call.stage, signer, with_initial=sitting)
    return given, allowed, results + refused


def _sealed(
    call: Call,
    office: Office,
    documents: Sequence[Document],
    accepts: dict[str, list[int]],
    given: GivenManifest | None,
) -> list[Sealed]:
    """Shown, confirmed, the PIN asked, and sealed."""
    sitting, signer = call.with_initial, office.signer(call.signer)
    if given is None:
        given = review(office, documents, call.stage, signer, with_initial=sitting)
        show_review(given, aside=call.aside, asks=call.asks)
    decisions = _show_decisions(to_ratify(office, documents), call.pin_fd, aside=call.as_json)
    key = _opened(office, signer, call.pin_fd)
    taken = Taken(decisions, accepts, given.data)
    with progress_bar("seal", shown=not call.aside) as progress:
        return seal(
            office,
            documents,
            call.stage,
            signer,
            key,
            taken=taken,
            with_initial=sitting,
            progress=progress,
        )


def _opened(office: Office, signer: Signer, pin_fd: int | None) -> SigningKey:
    pin = read_pin(pin_fd, signer.post)
    try:
        return unlock(office, signer, pin)
    except KeyAccessError as refused:
        again = "Tidak ada naskah yang disahkan; sesudah itu ulangi perintah yang sama."
        raise KeyAccessError(f"{refused} {again}") from refused
    finally:
        wipe(pin)


def _report(results: Sequence[Sealed], call: Call) -> int:
    """Say what became of each; the exit code."""
    if call.as_json:
        print_json([_plain(result) for result in results])
    else:
        for result in results:
            typer.echo(f"{result.code}  {result.name}: {_told(result, call)}")
        for count in (len(result.accepted) for result in results if result.accepted):
            typer.echo(f"{count} change(s) of the annex are ticked.")
        for count in (len(result.ratified) for result in results if result.ratified):
            typer.echo(f"{count} decision(s) taken by folder are ratified.")
    failed = any(result.error or result.changes for result in results)
    return int(ExitCode.AT_FAULT if failed else ExitCode.OK)


_DONE = {Verb.INITIAL.value: "initialled", Verb.SIGN.value: "signed"}


def _told(result: Sealed, call: Call) -> str:
    if call.elsewhere and not result.error:
        return "ticked"
    before = [f"{_DONE[e.seal]} already by {e.by}, {short_time(e.at)}" for e in result.earlier]
    now = [_DONE[each] for each in result.seals]
    level = [result.level] if result.level else []
    return ", ".join([*before, *now, *level, *([result.error] if result.error else [])])


def _plain(result: Sealed) -> dict[str, Any]:
    earlier = [{**asdict(one), "at": one.at.isoformat()} for one in result.earlier]
    return {**asdict(result), "earlier": earlier}


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
