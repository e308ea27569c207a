"""The parts of an examination that are about folders and disks."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from pipeline.intake.home import left_claims
from pipeline.intake.places import command_places
from pipeline.office import Office
from pipeline.tasks.doctor.mounts import network_mount
from pipeline.tasks.doctor.report import Outcome, gathered
from pipeline.tasks.room import NEEDED_TO_TAKE, free_room, short_of_room

GIB = 1 << 30
DISKS = {"state": "status", "inbox": "kotak masuk", "archive": "arsip"}


def check_folders(office: Office) -> Outcome:
    """State, inbox and archive are there, and this account may write to them."""
    return gathered(
        f"folder status, kotak masuk, dan arsip di {office.root} dapat ditulisi",
        _folder_faults(office),
    )


def check_inbox(office: Office) -> Outcome:
    """It is our inbox that lies there, and its events can be heard."""
    if not office.mark.is_there():
        return Outcome(False, f"{office.inbox} bukan kotak masuk kantor ini", office.mark.mend)
    mount = network_mount(office.inbox)
    if mount is not None:
        return Outcome(
            True,
            f"kotak masuk ada di disk jaringan ({mount}): perubahannya baru terlihat setiap"
            f" {office.settings.watch.rescan_s:g} detik",
            "Sebaiknya layanan berjalan di mesin tempat disknya berada.",
        )
    return Outcome(True, f"{office.inbox} adalah kotak masuk kantor ini")


def check_file_system(office: Office) -> Outcome:
    """Files are taken by rename, which needs inbox and ``work`` on one file system."""
    work = office.work if office.work.exists() else office.state
    if work.stat().st_dev == office.inbox.stat().st_dev:
        return Outcome(True, "kotak masuk dan folder kerja ada di satu sistem berkas")
    return Outcome(
        False,
        f"{office.inbox} dan {work} ada di sistem berkas yang berbeda, sehingga tidak ada berkas"
        " yang dapat diambil utuh",
        "Isi [folders] work di kinerja.toml dengan folder di sistem berkas kotak masuk, di"
        " luar folder"
        " yang dibagikan.",
    )


def check_command_folders(office: Office) -> Outcome:
    """Who may write to a command folder may decide: so not everybody should."""
    folders = [
        office.inbox_of(procedure) / place.path
        for procedure in office.procedures.values()
        for place in command_places(office.inbox_of(procedure), procedure)
    ]
    missing = [folder for folder in folders if not folder.is_dir()]
    if missing:
        names = ", ".join(_shown(office, missing))
        mend = "Jalankan layanan, yang membuatnya; lalu atur siapa yang boleh menulis ke dalamnya."
        return Outcome(False, f"folder perintah tidak ada: {names}", mend)
    open_to_all = [f for f in folders if f.stat().st_mode & stat.S_IWOTH]
    if open_to_all:
        names = ", ".join(_shown(office, open_to_all))
        return Outcome(
            True,
            f"siapa pun dapat memutuskan dengan memindahkan berkas ke {names}",
            "Beri tiap folder kepada kelompok yang berwenang: `kinerja doctor --write DIR`"
            " membuat contoh smb.conf dan skrip haknya.",
        )
    told = f"tidak satu pun dari {len(folders)} folder perintah dapat ditulisi semua orang"
    return Outcome(True, told)


def check_claims(office: Office) -> Outcome:
    """Nothing that was taken from a command folder lies in ``work`` for longer than is usual."""
    patience_s = office.settings.watch.quiet_s
    return gathered(
        "semua yang diambil dari folder perintah sudah tercatat",
        (
            Outcome(
                False,
                f"{claim.name}, diambil dari {claim.folder}, belum tercatat setelah"
                f" {patience_s:g} detik"
                f" ({content})",
                "Jalankan layanan bila berhenti; tutup berkasnya bila masih terbuka; beri"
                " akun layanan"
                " hak membacanya. Sesudah itu tercatat sendiri.",
            )
            for claim, content in left_claims(office.work, patience_s)
        ),
    )


def check_disk(office: Office) -> Outcome:
    """At least 1 GiB is free wherever the office writes."""
    free = free_room(office)
    told = ", ".join(f"{DISKS[place]} {amount / GIB:.1f} GiB" for place, amount in free.items())
    if NEEDED_TO_TAKE.intersection(short_of_room(office)):
        return Outcome(
            False,
            f"disk hampir penuh atau hanya dapat dibaca (sisa: {told}): tidak ada berkas yang"
            " diambil dari folder perintah sampai ada ruang",
            "Kosongkan atau perbesar disk; sesudah itu berkasnya diambil sendiri.",
        )
    if min(free.values()) >= GIB:
        return Outcome(True, f"sisa: {told}")
    return Outcome(False, f"sisa kurang dari 1 GiB: {told}", "Kosongkan atau perbesar disk.")


def _folders(office: Office) -> dict[str, Path]:
    return {"status": office.state, "kotak masuk": office.inbox, "arsip": office.archive}


def _folder_faults(office: Office) -> Iterator[Outcome]:
    for label, folder in _folders(office).items():
        if not folder.is_dir():
            mend = f"Sambungkan disknya bila terpisah, atau jalankan `kinerja init {office.root}`."
            yield Outcome(False, f"folder {label} {folder} tidak ada", mend)
        elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            mend = "Beri akun layanan hak baca dan tulis."
            yield Outcome(False, f"folder {label} {folder} tidak dapat ditulisi", mend)


def _shown(office: Office, folders: list[Path], limit: int = 5) -> list[str]:
    names = [folder.relative_to(office.inbox).as_posix() for folder in folders[:limit]]
    rest = len(folders) - limit
    return [*names, f"{rest} lainnya"] if rest > 0 else names
