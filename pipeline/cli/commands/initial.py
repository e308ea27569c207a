"""``kinerja initial``: needs the signer's PIN."""

from pipeline.cli.options import HERE, AsJson, OfficeDir, PinFd
from pipeline.cli.sealing import All, As, Codes, seal_all
from pipeline.cli.ticking import AcceptChanges, Elsewhere
from pipeline.domain.procedure import Verb


def initial(
    docs: Codes = None,
    *,
    as_: As,
    all_: All = False,
    accept_changes: AcceptChanges = "",
    elsewhere: Elsewhere = False,
    pin_fd: PinFd = None,
    office: OfficeDir = HERE,
    as_json: AsJson = False,
) -> int:
    """Put the paraf on print-outs that wait for it (SOP 7), each listed change ticked."""
    return seal_all(
        Verb.INITIAL,
        docs or [],
        everything=all_,
        signer_name=as_,
        pin_fd=pin_fd,
        office_dir=office,
        as_json=as_json,
        accept_changes=accept_changes,
        elsewhere=elsewhere,
    )
