"""An office whose inbox is shared, and what the intake makes of what its people do there."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select

from pipeline.files import make_folder, write_whole
from pipeline.intake.claim import Claimer
from pipeline.ledger.tables import Arrival
from pipeline.office import Office, open_office
from pipeline.settings import FILE_NAME
from pipeline.tasks.init import init_office, make_practice_keys
from tests.sop.masters import KASUBAG as KASUBAG_POST
from tests.sop.masters import SEKRETARIS as SEKRETARIS_POST
from tests.sop.masters import master_of, put_on_file, tenure

from .client import Login
from .machine import Machine
from .server import Server, sharing, until

STAF, KASUBAG, SEKRETARIS, KABID = "uji-staf", "uji-kasubag", "uji-sekretaris", "uji-kabid"
STRANGER = "uji-lain"
"""A user of the server whom the office does not know."""
USERS = (STAF, KASUBAG, SEKRETARIS, KABID, STRANGER)
POST = "Kabid Perikanan Tangkap"
PROCEDURE = "data-kinerja"
SEND, APPROVE = f"{PROCEDURE}/1-draft/kirim", f"{PROCEDURE}/2-koreksi/setujui"
OWN = f"{PROCEDURE}/4-pengisian/{POST}"
NIPS = {
    KASUBAG: "198304152008011003",
    SEKRETARIS: "197511202001122002",
    KABID: "198507072010011005",
}
ACCOUNTS = "".join(
    [
        f'\n[[accounts]]\nname = "{STAF}"\nroles = ["staf"]\n',
        *(f'\n[[accounts]]\nname = "{user}"\nnip = "{nip}"\n' for user, nip in NIPS.items()),
    ]
)


@dataclass(frozen=True)
class Shared:
    """An office, the server that shares its inbox, and the machine that both run on."""

    office: Office
    server: Server
    claimers: dict[float, Claimer] = field(default_factory=dict)

    @property
    def machine(self) -> Machine:
        return self.server.machine

    @property
    def staff(self) -> Login:
        return self.server.login(STAF)

    @property
    def head(self) -> Login:
        return self.server.login(KASUBAG)

    @property
    def secretary(self) -> Login:
        return self.server.login(SEKRETARIS)

    def lies(self, path: str) -> Path:
        """Where a file of the share lies on the server."""
        return self.office.inbox / path

    def sweep(self, patience_s: float = 600) -> int:
        """Take what may be taken; how much is waiting."""
        if patience_s not in self.claimers:
            office = self.office
            self.claimers[patience_s] = Claimer(
                office.inbox, office.work, office.store, office.ledger, patience_s=patience_s
            )
        return self.claimers[patience_s].sweep(self.office.procedures)

    def settle(self, patience_s: float = 600) -> None:
        """Sweep until nothing waits any more: the server may close what a client left open."""
        until(lambda: self.sweep(patience_s) == 0, "calm")

    def arrivals(self) -> list[Arrival]:
        with self.office.ledger.read() as session:
            return list(session.scalars(select(Arrival).order_by(Arrival.name)))

    def taken(self) -> dict[str, str]:
        """The name of each arrival with its SHA-256; nothing may have come twice."""
        rows = self.arrivals()
        found = {row.name: row.sha256 for row in rows}
        assert len(found) == len(rows), [row.name for row in rows]
        return found

    def owner_of(self, arrival: Arrival) -> str:
        """The user whose file it was; this process does not see the server's accounts."""
        uids = {f"uid {uid}": user for user, uid in self.server.uids.items()}
        return uids[arrival.owner]


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def new_office(root: Path) -> Path:
    """An office that knows the users of the share, and which posts they hold."""
    made = init_office(root)
    make_practice_keys(made)
    settings = made / FILE_NAME
    write_whole(settings, settings.read_bytes() + ACCOUNTS.encode())
    with open_office(made) as office:
        posts = {KASUBAG: KASUBAG_POST, SEKRETARIS: SEKRETARIS_POST, KABID: POST}
        put_on_file(office, master_of(*(tenure(posts[user], nip) for user, nip in NIPS.items())))
        make_folder(office.inbox / OWN / "kirim")
    return made


@contextmanager
def open_place() -> Iterator[Path]:
    """A scratch folder that every user may pass through, as to a share."""
    with tempfile.TemporaryDirectory(prefix="kinerja-share-") as made:
        place = Path(made)
        place.chmod(0o755)
        yield place


@contextmanager
def shared_copy(made: Path, machine: Machine, uids: dict[str, int]) -> Iterator[Shared]:
    """A copy of a new office, its inbox shared until the end."""
    with open_place() as place:
        shutil.copytree(made, place / "kantor", symlinks=True)
        with (
            open_office(place / "kantor") as office,
            sharing(machine, place / "samba", office, uids) as server,
        ):
            yield Shared(office, server)
