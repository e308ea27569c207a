"""How states, spans of time and failed work are called on the pages."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.domain.document import Kind, State

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True)
class Chip:
    """A state in words, and its tone: ``idle``, ``wait``, ``back``, ``ok`` or ``done``."""

    label: str
    tone: str


RETURNED = Chip("Perlu diperbaiki", "back")
"""A form that lies with its official again."""

UNCONFIRMED = Chip("Pindaian menunggu dikonfirmasi", "wait")
"""A form that has come on paper only: what was read is not confirmed yet."""

FORM_STATES: dict[State, Chip] = {
    State.ISSUED: Chip("Belum masuk", "idle"),
    State.WAITING: Chip("Menunggu verifikasi", "wait"),
    State.DECIDED: Chip("Diputuskan", "wait"),
    State.APPROVED: Chip("Disetujui", "ok"),
    State.VERIFIED: Chip("Terverifikasi", "ok"),
    State.FILED: Chip("Diarsipkan", "done"),
    State.ABSENT: Chip("Tidak menyampaikan", "back"),
    State.WITHDRAWN: Chip("Ditarik", "idle"),
}
"""For those who run the collection."""

SHEET_STATES: dict[State, Chip] = {
    State.ISSUED: Chip("Sedang diisi", "idle"),
    State.WAITING: Chip("Sudah masuk; sedang diperiksa", "wait"),
    State.DECIDED: Chip("Sudah masuk; sedang diperiksa", "wait"),
    State.RECEIVED: Chip("Sudah masuk", "wait"),
    State.APPROVED: Chip("Disetujui", "ok"),
    State.VERIFIED: Chip("Terverifikasi", "ok"),
    State.FILED: Chip("Terverifikasi dan diarsipkan", "done"),
    State.ABSENT: Chip("Tidak disampaikan sampai pengumpulan ditutup", "back"),
    State.WITHDRAWN: Chip("Ditarik; tidak berlaku lagi", "idle"),
}
"""For whoever holds the paper."""

IN_WORK = Chip("Dalam pengerjaan", "wait")
"""A working paper that waits with the office itself."""

KINDS: dict[Kind, str] = {
    Kind.DRAFT: "Draft Format Data Kinerja",
    Kind.STATEMENTS: "Daftar Pernyataan",
    Kind.ROSTER: "Daftar Pejabat",
    Kind.FORM: "Formulir Data Kinerja",
    Kind.WORKBOOK: "Buku kerja entri",
    Kind.PRINTOUT: "Print Out Data Kinerja",
    Kind.MASTER: "Usulan perubahan Data Induk",
}

CHAINS: dict[str, str] = {
    "prepare": "Menyiapkan folder",
    "take": "Menerima kiriman",
    "take-cut": "Memberitahukan salinan yang terputus",
    "tell-untaken": "Memberitahukan berkas yang tidak terambil",
    "tell-unsent": "Memberitahukan formulir yang belum dikirim",
    "decide": "Menjalankan keputusan",
    "settle-paper": "Mencatat naskah bertanda tangan basah",
    "lay-before": "Menyajikan draft kepada Kasubag",
    "lay-proposal": "Menyajikan usul perubahan Data Induk",
    "renew": "Menyesuaikan berkas dengan Data Induk",
    "hand-over": "Mengalihkan formulir kepada pejabat yang sekarang",
    "acknowledge": "Menulis tanda terima",
    "renew-papers": "Memperbarui tanda terima dan lembar verifikasi",
    "acknowledge-decision": "Mencatat keputusan",
    "issue": "Menggandakan formulir",
    "summarise": "Membuat ringkasan verifikasi",
    "stamp": "Menyetempel formulir",
    "open-entry": "Menyiapkan buku kerja entri",
    "compile": "Membuat print out",
    "ask-number": "Meminta nomor print out",
    "file": "Mengarsipkan berkas",
    "file-late": "Mengarsipkan formulir susulan",
    "file-renewed": "Mengarsipkan cap waktu baru",
    "lay-starters": "Menyiapkan draft triwulan berikutnya",
    "tell-extended": "Memberitahukan perpanjangan waktu",
    "tell-closed": "Memberitahukan penutupan pengisian",
    "tell-withdrawn": "Memberitahukan penarikan pengumpulan",
    "lay-out": "Menaruh berkas di folder",
}
_NIP = re.compile(r"\b\d{16,18}\b")
_LONGEST = 240


@dataclass(frozen=True)
class Failure:
    """Work that gave up: what it was, and the first line of why."""

    work: str
    reason: str


def failure(text: str) -> Failure:
    """A failed chain, from ``chain key: error``; numbers of persons are masked (UU 27/2022)."""
    called, _, error = text.partition(": ")
    chain = called.partition(" ")[0]
    first = next(iter(_NIP.sub("[nomor]", error).strip().splitlines()), "")
    return Failure(CHAINS.get(chain, chain), first[:_LONGEST])


def span(start: datetime, end: datetime) -> str:
    """The time between, in its largest unit: ``2 hari``, ``5 jam``, ``40 menit``.

    From a full day on, days are counted as on a calendar: from the 6th to the 8th are two. Both
    moments are in the office's zone.
    """
    length = end - start
    if length >= DAY:
        return f"{(end.date() - start.date()).days} hari"
    if length >= HOUR:
        return f"{length // HOUR} jam"
    if length >= MINUTE:
        return f"{length // MINUTE} menit"
    return "kurang dari semenit"


def due_words(due: datetime | None, late_by: str, now: datetime) -> str:
    """How it stands with a deadline: ``tersisa 2 hari`` or ``terlambat 1 hari kerja 2 jam``.

    ``late_by`` is in working time already; empty where nothing is late.
    """
    if due is None:
        return ""
    return f"terlambat {late_by}" if late_by else f"tersisa {span(now, due)}"
