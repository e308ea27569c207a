"""``kinerja sign``: needs the signer's PIN."""

from typing import Annotated

import typer

from pipeline.cli.options import HERE, AsJson, OfficeDir, PinFd
from pipeline.cli.reviewing import ManifestFrom, ReviewTo
from pipeline.cli.sealing import All, As, Call, Codes, seal_all
from pipeline.cli.ticking import AcceptChanges, Elsewhere
from pipeline.domain.procedure import Verb

WithInitial = Annotated[
    bool,
    typer.Option(
        "--with-initial", help="Initial and sign in one sitting, where both are this official's."
    ),
]


def sign(
    docs: Codes = None,
    *,
    as_: As,
    all_: All = False,
    with_initial: WithInitial = False,
    review: ReviewTo = "",
    manifest: ManifestFrom = None,
    accept_changes: AcceptChanges = "",
    elsewhere: Elsewhere = False,
    pin_fd: PinFd = None,
    office: OfficeDir = HERE,
    as_json: AsJson = False,
) -> int:
    """Sign print-outs that have their paraf (SOP 8), or initial and sign them in one sitting."""
    call = Call(
        Verb.SIGN,
        docs or [],
        all_,
        as_,
        pin_fd,
        as_json,
        accept_changes=accept_changes,
        elsewhere=elsewhere,
        with_initial=with_initial,
        review=review,
        manifest=manifest,
    )
    return seal_all(call, office)
