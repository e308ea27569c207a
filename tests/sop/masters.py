"""Master data put on file for a test, and the office's accounts as a test wants them."""

from datetime import date, datetime

from sqlalchemy import func, select

from pipeline.domain.master import Capacity, MasterData, Post, Tenure
from pipeline.ledger.tables import MasterVersion
from pipeline.office import Office
from pipeline.settings import Account
from pipeline.sop.master.versions import keep

KASUBAG = "Kasubag Program, Kepegawaian dan Pelaporan"
SEKRETARIS = "Sekretaris"
EARLY = date(2020, 1, 1)


def tenure(
    post: str,
    nip: str,
    first: date = EARLY,
    last: date | None = None,
    capacity: Capacity = Capacity.DEFINITIVE,
    name: str = "Contoh Pejabat, S.Pi.",
) -> Tenure:
    return Tenure(post, name, nip, "III/d", first, last, capacity, "SK 1")


def master_of(*tenures: Tenure) -> MasterData:
    """Master data of these tenures and their posts."""
    posts = dict.fromkeys(t.post for t in tenures)
    return MasterData(posts=tuple(Post(name) for name in posts), tenures=tenures)


def put_on_file(office: Office, master: MasterData, since: datetime | None = None) -> None:
    """Let these master data hold from ``since`` on."""
    sha256 = keep(office, master)
    with office.ledger.write() as tx:
        last = tx.session.scalar(select(func.max(MasterVersion.seq))) or 0
        tx.session.add(
            MasterVersion(
                office_id=office.id,
                seq=last + 1,
                sha256=sha256,
                document_id=None,
                since=since or tx.now(),
            )
        )


def with_accounts(office: Office, *accounts: Account) -> Office:
    """The same office with other accounts in its settings."""
    settings = office.settings.model_copy(update={"accounts": accounts})
    return Office(office.root, settings, office.now)
