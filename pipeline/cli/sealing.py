"""What ``initial`` and ``sign`` share."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import print_json, read_pin
from pipeline.domain.procedure import Verb
from pipeline.errors import ExitCode, UsageError
from pipeline.office import open_office
from pipeline.tasks.seal import seal, unlock, waiting_for

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
        documents = waiting_for(office, stage, codes)
        pin = read_pin(pin_fd, signer.post)
        try:
            key = unlock(office, signer, pin)
        finally:
            pin[:] = bytes(len(pin))
        results = seal(office, documents, stage, signer, key)
    if as_json:
        print_json([vars(result) for result in results])
    else:
        done = "initialled" if stage is Verb.INITIAL else "signed"
        for result in results:
            typer.echo(f"{result.code}  {result.name}: {result.error or f'{done}, {result.level}'}")
    failed = any(result.error for result in results)
    return int(ExitCode.AT_FAULT if failed else ExitCode.OK)
