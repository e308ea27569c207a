"""What people are told about a proposal to change the master data."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from pipeline.domain.finding import Finding, errors
from pipeline.domain.procedure import Procedure, Verb
from pipeline.forms.contexts.notices import Slip
from pipeline.ledger.tables import Decision, Document
from pipeline.office import Office
from pipeline.sop.case import Delivery
from pipeline.sop.master.versions import MASTER_NAME
from pipeline.sop.slips import Answer, client_folder, print_slip

READY_NAME = f"{MASTER_NAME}.xlsx"


class Notice(Enum):
    """What became of a proposal."""

    RECEIVED = auto()
    APPROVED = auto()
    RETURNED = auto()
    OVERTAKEN = auto()


@dataclass(frozen=True)
class _Told:
    title: str
    summary: str
    steps: Sequence[str]


_TOLD: dict[Notice, _Told] = {
    Notice.RECEIVED: _Told(
        "DITERIMA",
        "{name} menunggu keputusan {head}. Data Induk belum berubah sampai disetujui.",
        (
            "Bila ada yang terlupa atau keliru: {ready} di folder ini memuat usul itu. Ubah, lalu"
            " pindahkan ke {send}; yang baru menggantikan yang menunggu.",
        ),
    ),
    Notice.APPROVED: _Told(
        "DISETUJUI",
        "{name} disetujui {by} dan berlaku sejak sekarang.",
        (
            "{ready} di folder ini sudah memuat data yang baru.",
            "Daftar Pernyataan dan Daftar Pejabat yang tersedia, serta formulir yang belum kembali,"
            " menyesuaikan sendiri; yang sedang dikerjakan orang tidak disentuh.",
        ),
    ),
    Notice.RETURNED: _Told(
        "DIKEMBALIKAN UNTUK DIPERBAIKI",
        "{name} dikembalikan oleh {by}; Data Induk tidak berubah.",
        (
            "Perbaiki PERBAIKI {count} - {name} di folder ini menurut alasan di atas.",
            "Pindahkan ke {send}",
        ),
    ),
    Notice.OVERTAKEN: _Told(
        "TIDAK DIJALANKAN",
        "{name} dibuat dari Data Induk versi {base}, padahal sesudah itu sudah ada versi lain yang"
        " disetujui. Tidak ada bagian usul ini yang dijalankan.",
        (
            "Staf: buka {ready} yang terbaru di {draft}",
            "Tulis kembali perubahannya di sana; isi usul ini ada di TIDAK DIJALANKAN - {name} di"
            " folder itu.",
            "Pindahkan buku kerja terbaru itu ke {send}",
        ),
    ),
}


def print_notice(
    office: Office,
    procedure: Procedure,
    proposal: Document,
    notice: Notice,
    decision: Decision | None = None,
) -> str:
    """The slip about a proposal as PDF in the store; its SHA-256."""
    told, head = _TOLD[notice], procedure.actor(procedure.step(Verb.CORRECT).actor).name
    draft = f"{procedure.key}/{procedure.step(Verb.DRAFT).folder}"
    words = {
        "name": proposal.name,
        "head": head,
        "by": decision.actor if decision else head,
        "count": proposal.returns + 1,
        "base": proposal.data["base"],
        "ready": READY_NAME,
        "draft": client_folder(office, draft),
        "send": client_folder(office, f"{draft}/kirim"),
    }
    slip = Slip(
        title=told.title,
        summary=told.summary.format(**words),
        document=proposal.name,
        recipient=procedure.actor(procedure.step(Verb.DRAFT).actor).name,
        sender=words["by"] if notice is Notice.RETURNED else "kinerja",
        code=proposal.code,
        reasons=decision.note.splitlines() if decision else (),
        steps=[step.format(**words) for step in told.steps],
    )
    return print_slip(office, procedure, None, slip)


def print_unchanged(delivery: Delivery) -> str:
    """The slip for a workbook that changes nothing, as PDF in the store; its SHA-256."""
    slip = Slip(
        title="TIDAK ADA PERUBAHAN",
        summary=f"{delivery.name} sama dengan Data Induk yang berlaku; tidak ada yang diajukan.",
        document=delivery.name,
        recipient=delivery.actor,
        sender="kinerja",
        steps=[f"Bila memang ada yang berubah, tulis di {READY_NAME}, simpan, lalu kirim lagi."],
    )
    return print_slip(delivery.office, delivery.procedure, None, slip)


def faulty(delivery: Delivery, findings: Sequence[Finding]) -> Answer:
    """For a workbook with faults: none of it is applied."""
    return Answer(
        title="PERLU DIPERBAIKI",
        summary=f"{delivery.name} belum dapat diajukan; {len(errors(findings))} hal perlu"
        " diperbaiki. Data Induk tidak berubah.",
        findings=findings,
        steps=[
            f"Perbaiki {delivery.back_name} di folder ini.",
            f"Pindahkan lagi ke {_sent_to(delivery)}",
        ],
    )


def stale(delivery: Delivery, base: int) -> Answer:
    """For a workbook that was laid out from another version than the one on file."""
    return Answer(
        title="BUKAN DARI DATA INDUK TERBARU",
        summary=f"{delivery.name} tidak dibuat dari Data Induk versi {base} yang berlaku sekarang,"
        " sehingga akan membatalkan perubahan orang lain. Data Induk tidak berubah.",
        steps=[
            f"Buka {READY_NAME} yang terbaru di folder ini.",
            f"Tulis kembali perubahan dari {delivery.back_name} di sana, lalu simpan.",
            f"Pindahkan buku kerja terbaru itu ke {_sent_to(delivery)}",
        ],
    )


def edited(delivery: Delivery) -> Answer:
    """For a workbook that was changed, or never laid out, in a folder where one only decides."""
    draft = f"{delivery.procedure.key}/{delivery.procedure.step(Verb.DRAFT).folder}/kirim"
    return Answer(
        title="PERUBAHAN DIAJUKAN LEWAT STAF",
        summary=f"{delivery.name} tidak sama dengan usul yang menunggu di folder ini; tidak"
        " diputuskan apa pun.",
        steps=[
            "Putuskan usul yang masih menunggu di folder ini tanpa mengubahnya, atau kembalikan"
            " dengan menyebut apa yang harus diubah.",
            f"Perubahan Data Induk diajukan lewat Staf: {client_folder(delivery.office, draft)}",
        ],
    )


def _sent_to(delivery: Delivery) -> str:
    return client_folder(delivery.office, f"{delivery.procedure.key}/{delivery.place.path}")
