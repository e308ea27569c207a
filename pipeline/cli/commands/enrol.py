"""``kinerja enrol``: needs a PIN only where a key file hides its certificate."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.options import HERE, AsJson, OfficeDir, PinFd, print_json
from pipeline.cli.pin import read_pin
from pipeline.cli.sealing import As
from pipeline.domain.plain_text import visible
from pipeline.errors import ExitCode
from pipeline.office import open_office
from pipeline.tasks.enrol import Candidate, certificate_of, consider

File = Annotated[
    Path | None,
    typer.Argument(metavar="[CERTIFICATE]", help="PEM or DER file; without it, the signer's key."),
]
Day = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")]
LastDay = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")]
USAGES = {"digital_signature": "digital signature", "non_repudiation": "non-repudiation"}


def enrol(
    certificate: File = None,
    *,
    as_: As,
    first: Day = None,
    last: LastDay = None,
    pin_fd: PinFd = None,
    office: OfficeDir = HERE,
    as_json: AsJson = False,
) -> int:
    """Check a certificate, and show the lines of kinerja.toml that enrol it to an official."""
    with open_office(office) as opened:
        signer = opened.signer(as_)
        found, source = certificate_of(
            opened, signer, certificate, lambda: read_pin(pin_fd, signer.alias)
        )
        days = (first.date() if first else None, last.date() if last else None)
        candidate = consider(opened, signer, found, source, days)
    if as_json:
        print_json(candidate.to_dict())
    else:
        show(candidate)
    return int(ExitCode.OK)


def show(candidate: Candidate, console: Console | None = None) -> None:
    """What the certificate is, and the entry to paste."""
    console = console or Console(highlight=False)
    checked = "not revoked" if candidate.revocation_checked else "not checked: no CRL, no network"
    standing = "PRACTICE" if candidate.practice else "certified" if candidate.certified else ""
    rows = {
        "Certificate": candidate.subject,
        "Issuer": candidate.issuer,
        "Serial": candidate.serial,
        "Valid": f"{candidate.not_before:%Y-%m-%d} to {candidate.not_after:%Y-%m-%d}",
        "Issued for": ", ".join(USAGES[usage] for usage in candidate.usages),
        "Trusted by": f"{candidate.anchor} {f'({standing})' if standing else ''}".rstrip(),
        "Revocation": checked,
        "To enrol": f"{candidate.enrolled.valid_from} to {candidate.enrolled.valid_to}",
    }
    grid = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, told in rows.items():
        grid.add_row(label, Text(visible(told)))
    console.print(Text(f"{candidate.alias}, {visible(candidate.post)}", style="bold"))
    console.print(grid)
    asked = "Is it really this official's? Then write into the [[signers]] entry of kinerja.toml"
    instead = ", instead of the `certificates` there" if candidate.before else ""
    console.print(Text(f"\n{asked}{instead}:\n"), soft_wrap=True)
    console.print(Text(candidate.toml, style="green"), end="", soft_wrap=True)
