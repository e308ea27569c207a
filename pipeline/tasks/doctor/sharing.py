"""The part of an examination that is about the share: files of other accounts."""

import os
from pathlib import Path

from pipeline.intake.untaken import left_lying
from pipeline.office import Office
from pipeline.tasks.doctor.database import require_database
from pipeline.tasks.doctor.report import Outcome, gathered

CAP_LEASE = 28  # linux/capability.h
STATUS = Path("/proc/self/status")
_SHOWN = 5


def check_leases(_office: Office) -> Outcome:
    """The kernel tells this account who still writes to a file of another account."""
    if os.geteuid() == 0 or _capabilities() >> CAP_LEASE & 1:
        return Outcome(True, "layanan melihat apakah berkas milik akun lain masih dibuka")
    return Outcome(
        True,
        "akun ini tidak dapat melihat apakah berkas milik akun lain masih dibuka; berkas seperti"
        " itu diamati dahulu beberapa detik sampai tidak berubah lagi",
        "Jalankan layanan dengan unit systemd dari `kinerja doctor --write DIR`, yang memberinya"
        " CAP_LEASE.",
    )


def check_untaken(office: Office) -> Outcome:
    """Nothing lies in a command folder that cannot be taken."""
    require_database(office)
    with office.ledger.read() as session:
        rows = left_lying(session, office.id)
    told = [f"{row.name} di {row.folder} tidak dapat diambil: {row.why}" for row in rows[:_SHOWN]]
    if len(rows) > _SHOWN:
        told.append(f"dan {len(rows) - _SHOWN} lagi")
    mend = "Pindahkan dari sana; bila hanya tidak terbaca, beri akun layanan hak membacanya."
    return gathered(
        "tidak ada yang tertinggal di folder perintah",
        (Outcome(True, message, mend) for message in told),
    )


def _capabilities() -> int:
    """What this process may do now (``CapEff``), as a set of bits."""
    for line in STATUS.read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("CapEff:"):
            return int(line.split()[1], 16)
    return 0
