"""``kinerja initial``: needs the signer's PIN."""

from pipeline.cli.options import HERE, AsJson, OfficeDir, PinFd
from pipeline.cli.reviewing import ManifestFrom, ReviewTo
from pipeline.cli.sealing import All, As, Call, Codes, seal_all
from pipeline.cli.ticking import AcceptChanges, Elsewhere
from pipeline.domain.procedure import Verb


def initial(
    docs: Codes = None,
    *,
    as_: As,
    all_: All = False,
    review: ReviewTo = "",
    manifest: ManifestFrom = None,
    accept_changes: AcceptChanges = "",
    elsewhere: Elsewhere = False,
    pin_fd: PinFd = None,
    office: OfficeDir = HERE,
    as_json: AsJson = False,
) -> int:
    """Put the paraf on print-outs that wait for it (SOP 7), each listed change ticked."""
    call = Call(
        Verb.INITIAL,
        docs or [],
        all_,
        as_,
        pin_fd,
        as_json,
        accept_changes=accept_changes,
        elsewhere=elsewhere,
        review=review,
        manifest=manifest,
    )
    return seal_all(call, office)
