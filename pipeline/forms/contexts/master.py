"""What the section head decides on when the master data are to change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.domain.calendar import long_time
from pipeline.domain.finding import Finding
from pipeline.domain.master_changes import MasterChange
from pipeline.forms.contexts.common import finding_fields, letterhead
from pipeline.settings import OfficeSection


@dataclass(frozen=True)
class Proposal:
    """A proposed change of the master data; ``old_version`` is 0 before there are any.

    ``proposer`` says who proposes, and through which channel where that matters.
    """

    code: str
    proposer: str
    old_version: int
    new_version: int
    changes: Sequence[MasterChange]
    warnings: Sequence[Finding] = ()


def proposal_context(office: OfficeSection, proposal: Proposal, moment: datetime) -> dict[str, Any]:
    """The list of changes as printed; ``moment`` is when they were proposed."""
    return {
        **letterhead(office, None),
        "kode": proposal.code,
        "pengusul": proposal.proposer,
        "waktu": long_time(moment),
        "versi_lama": str(proposal.old_version) if proposal.old_version else "–",
        "versi_baru": str(proposal.new_version),
        "jumlah": str(len(proposal.changes)),
        "peringatan": finding_fields(list(proposal.warnings)),
        "perubahan": [
            {
                "no": str(number),
                "data": change.what,
                "kolom": change.field,
                "semula": change.old or "–",
                "menjadi": change.new or "–",
            }
            for number, change in enumerate(proposal.changes, start=1)
        ],
    }
