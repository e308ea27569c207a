"""Master data changed through the folders: Staf sends the workbook, the Kasubag approves."""

from pipeline.domain.master import MasterData
from pipeline.domain.procedure import CommandFolder
from pipeline.forms.workbooks.master import write_master
from pipeline.sop.master.versions import master_on_file, version_on_file

from .under_way import UnderWay

READY = "Data Induk.xlsx"


def on_file(at: UnderWay) -> tuple[MasterData, int]:
    """The master data that hold now, and the number of their version."""
    with at.office.ledger.read() as session:
        return master_on_file(session, at.office), version_on_file(session, at.office.id)


def workbook(at: UnderWay, master: MasterData, version: int | None = None) -> bytes:
    """A workbook as Staf saves it; laid out from the version on file unless another is named."""
    base = on_file(at)[1] if version is None else version
    return write_master(master, office_name="Dinas", version=base)


def send(at: UnderWay, data: bytes, name: str = READY) -> None:
    """Staf edits the workbook that lies ready, and moves it on."""
    (at.desk.inbox / "1-draft" / name).unlink(missing_ok=True)
    at.desk.put("1-draft/kirim", name, data)
    at.desk.work()


def change(at: UnderWay, master: MasterData) -> None:
    """Have ``master`` proposed and approved."""
    send(at, workbook(at, master))
    at.move("2-koreksi/Usul Data Induk*.xlsx", CommandFolder.APPROVE)
