"""The part of an examination that is about the database, and the clock that it writes by."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, make_url, select

from pipeline.errors import LedgerError
from pipeline.ledger.address import shown
from pipeline.ledger.tables import Event
from pipeline.office import Office
from pipeline.tasks.doctor.mounts import network_mount
from pipeline.tasks.doctor.report import Outcome

AHEAD = timedelta(minutes=5)


def check_database(office: Office) -> Outcome:
    """It answers, its tables are of this version, and a file of it lies on a local disk."""
    url, where = make_url(office.ledger.url), shown(office.ledger.url)
    require_database(office)
    current, head = office.ledger.versions()
    if current != head:
        return Outcome(
            False,
            f"{where}: tabelnya versi {current}, sedangkan program ini memerlukan versi {head}",
            "Buat cadangan (`kinerja backup`), lalu jalankan layanan; tabelnya dinaikkan sendiri."
            " Bila tabelnya lebih baru dari program, perbarui programnya.",
        )
    mount = network_mount(Path(url.database)) if is_file(office) and url.database else None
    if mount is not None:
        return Outcome(
            False,
            f"{where} terletak di disk jaringan ({mount}), padahal SQLite dapat rusak di sana",
            "Isi [folders] state dengan folder di disk lokal, atau pakai PostgreSQL.",
        )
    return Outcome(True, f"{where}, tabel versi {current}")


def check_failed_work(office: Office) -> Outcome:
    """No chain has given up."""
    require_database(office)
    if failed := office.ledger.failed_work():
        return Outcome(
            False,
            f"{len(failed)} pekerjaan berhenti setelah dicoba berulang kali: {'; '.join(failed)}",
            "Perbaiki penyebabnya, lalu jalankan ulang layanan; pekerjaannya dicoba lagi.",
        )
    return Outcome(True, "tidak ada pekerjaan yang gagal")


def check_clock(office: Office) -> Outcome:
    """It has not gone back behind what is written already."""
    require_database(office)
    with office.ledger.read() as session:
        query = select(func.max(Event.id)).where(Event.office_id == office.id)
        last = session.get(Event, session.scalar(query) or 0)
    now = office.now()
    if last is not None and (written := datetime.fromisoformat(last.at)) > now + AHEAD:
        return Outcome(
            False,
            f"jam mesin menunjukkan {now:%d-%m-%Y %H.%M}, padahal peristiwa terakhir tercatat"
            f" {written.astimezone(now.tzinfo):%d-%m-%Y %H.%M}",
            "Betulkan jam mesin (pasang dan hidupkan NTP: `timedatectl set-ntp true`) sebelum ada"
            " yang ditandatangani.",
        )
    return Outcome(True, f"{now:%d-%m-%Y %H.%M}, tidak mundur dari yang tercatat")


def is_file(office: Office) -> bool:
    """Whether the database is a file of SQLite."""
    return make_url(office.ledger.url).get_backend_name() == "sqlite"


def require_database(office: Office) -> None:
    """Looking must not make an empty database where there is none.

    Raises:
        LedgerError: there is no database, or it does not answer.
    """
    url = make_url(office.ledger.url)
    if is_file(office) and not Path(url.database or "").is_file():
        raise LedgerError(
            f"{url.database}: basis data tidak ada. Pulihkan dari cadangan dengan `kinerja"
            f" restore`; bila kantornya baru, jalankan `kinerja init {office.root}`."
        )
    office.ledger.check()
