"""``kinerja sign``: needs the signer's PIN."""

from pipeline.cli.options import HERE, AsJson, OfficeDir, PinFd
from pipeline.cli.sealing import All, As, Codes, seal_all
from pipeline.domain.procedure import Verb


def sign(
    docs: Codes = None,
    *,
    as_: As,
    all_: All = False,
    pin_fd: PinFd = None,
    office: OfficeDir = HERE,
    as_json: AsJson = False,
) -> int:
    """Sign print-outs that have their paraf (SOP 8)."""
    return seal_all(
        Verb.SIGN,
        docs or [],
        everything=all_,
        signer_name=as_,
        pin_fd=pin_fd,
        office_dir=office,
        as_json=as_json,
    )
