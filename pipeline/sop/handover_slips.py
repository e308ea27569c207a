"""What is said of a form whose post has another holder, or none (SOP 4)."""

from dataclasses import dataclass

from pipeline.domain.official import Official
from pipeline.domain.procedure import Verb
from pipeline.forms.contexts.notices import Slip
from pipeline.intake.places import ON_BEHALF
from pipeline.ledger.tables import Document
from pipeline.sop.case import HOLDER, Case
from pipeline.sop.official_form import official_folder
from pipeline.sop.scanned.kept import Scans, is_unconfirmed, scans_to_confirm
from pipeline.sop.scanned.sheets import PREFIX
from pipeline.sop.slips import client_folder

HANDED_OVER, VACANT = "FORMULIR DIALIHKAN", "JABATAN LOWONG"


@dataclass(frozen=True)
class WaitingScans:
    """Scans that wait to be confirmed; ``form`` and ``sheet`` are what lies there for that."""

    scans: Scans
    form: str
    sheet: str


def handover_slip(
    case: Case, document: Document, holder: Official, name: str, waiting: WaitingScans | None
) -> Slip:
    """The form lies there with another header, or what was read of scans, or both.

    ``name`` is empty where the form itself does not.
    """
    same = Official(**document.data[HOLDER]).nip == holder.nip
    folder = official_folder(case, document.post)
    steps = _of_form(case, folder, name) if name else []
    if waiting is not None:
        own = waiting.scans.folder == folder
        steps += _of_own(case, waiting) if own else [_of_staff(case, waiting)]
    return Slip(
        title=HANDED_OVER,
        summary=f"Formulir {document.code} ({document.post}) dibuat ulang dengan data jabatan"
        + (" yang baru menurut Data Induk." if same else f" {holder.title} yang sekarang."),
        document=document.name,
        recipient=holder.title,
        sender="kinerja",
        code=document.code,
        steps=[
            *steps,
            "Bila berkas yang lama masih terbuka di Word, tutup tanpa melanjutkannya; pakai yang"
            " baru.",
        ],
    )


def _of_form(case: Case, folder: str, name: str) -> list[str]:
    return [
        f"Buka {name} di folder ini: isian yang sudah diketik sebelumnya tetap ada di dalamnya.",
        "Periksa isian itu, lengkapi, lalu simpan. Batas waktunya tidak berubah.",
        f"Pindahkan ke {client_folder(case.office, f'{folder}/kirim')}",
    ]


def _of_own(case: Case, waiting: WaitingScans) -> list[str]:
    send = client_folder(case.office, f"{waiting.scans.folder}/kirim")
    return [
        f"Pindaian {waiting.scans.names} dikirim sebelumnya dan belum dikonfirmasi: bandingkan"
        f" {waiting.form} dengan lembar {waiting.sheet}.",
        "Betulkan yang salah, lengkapi, lalu simpan. Batas waktunya tidak berubah.",
        f"Pindahkan formulir itu ke {send}",
    ]


def _of_staff(case: Case, waiting: WaitingScans) -> str:
    """Staf brought the scan, and has what was read of it."""
    where = client_folder(case.office, waiting.scans.folder)
    return (
        f"Atau periksa bersama Staf angka dari pindaian {waiting.scans.names}: {PREFIX} ada di"
        f" {where}"
    )


def vacancy_slip(case: Case, document: Document) -> Slip:
    """Nobody holds the post of a form that is awaited."""
    folder = official_folder(case, document.post)
    scans = scans_to_confirm(document)
    return Slip(
        title=VACANT,
        summary=f"{document.post} lowong menurut Data Induk, sedangkan formulirnya"
        f" ({document.code}, {case.period.short}) belum kembali.",
        document=document.name,
        recipient=case.actor_of(Verb.DISTRIBUTE),
        sender="kinerja",
        code=document.code,
        steps=[
            "Tulis Plt., Plh., atau pejabat yang baru di lembar Pejabat pada Data Induk.xlsx, lalu"
            f" kirim lewat {client_folder(case.office, case.folder(Verb.DRAFT, 'kirim'))}",
            "Begitu disetujui Kasubag, formulir itu beralih sendiri kepadanya; isiannya tetap ada.",
            f"Sampai saat itu formulirnya menunggu di {client_folder(case.office, folder)}",
            *([_waiting_scan(case, scans)] if scans and is_unconfirmed(document) else []),
        ],
    )


def _waiting_scan(case: Case, scans: Scans) -> str:
    """What Staf may do about a scan that nobody is left to confirm."""
    send = client_folder(case.office, f"{case.folder(Verb.FILL, ON_BEHALF)}/kirim")
    return (
        f"Pindaian {scans.names} menunggu dikonfirmasi: bila tidak akan ada penggantinya, periksa"
        f" {PREFIX} di {client_folder(case.office, scans.folder)}, betulkan, lalu pindahkan ke"
        f" {send}; tercatat disampaikan melalui Staf."
    )
