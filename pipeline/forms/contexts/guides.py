"""BACA SAYA: of the inbox, made from the SOP, and of an archived dossier."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.domain.period import Period
from pipeline.domain.procedure import CommandFolder, Procedure, Step, Verb
from pipeline.forms.contexts.common import letterhead
from pipeline.settings import OfficeSection

MEANINGS = {
    CommandFolder.SEND: "selesai; kirim ke langkah berikutnya",
    CommandFolder.APPROVE: "benar; setujui",
    CommandFolder.RETURN: "kembalikan{where}, beserta alasannya (komentar Word atau .txt)",
    CommandFolder.INITIALLED: "PDF yang sudah diparaf dengan program lain, sesudah perubahan dalam"
    " lampirannya dicentang (kinerja initial --elsewhere)",
    CommandFolder.SIGNED: "PDF yang sudah ditandatangani dengan program lain; atau pindaian naskah"
    " yang ditandatangani di atas kertas, beserta berkas .txt berisi lokasi naskah aslinya",
}
AT_STEP = {
    (
        Verb.FILL,
        CommandFolder.SEND,
    ): "formulir yang sudah diisi (Word, PDF, pindaian, atau foto) dan data dukungnya",
}
"""What a command means at one step where that is more than elsewhere."""


@dataclass(frozen=True)
class DossierIndex:
    """What the index of a dossier shows; rows are already texts in the template's own names."""

    header: dict[str, str]
    items: Sequence[dict[str, str]]
    events: Sequence[dict[str, str]]
    signatures: Sequence[dict[str, str]]


def inbox_guide_context(office: OfficeSection, procedure: Procedure) -> dict[str, Any]:
    """What to do where, from the SOP."""
    return {
        **letterhead(office, None),
        "sop": {"nama": procedure.identity.name, "nomor": procedure.identity.number or "–"},
        "langkah": [
            {
                "no": str(step.number),
                "pelaksana": _performers(procedure, step),
                "kegiatan": step.activity,
                "kelengkapan": step.standard.required_input,
                "waktu": step.standard.time,
                "output": step.standard.output,
                "folder": _folder(step),
                "perintah": [{"folder": c.value, "arti": _meaning(c, step)} for c in step.commands],
            }
            for step in procedure.steps
        ],
        "dasar_hukum": list(procedure.legal_basis),
        "peringatan": procedure.warning,
    }


def _performers(procedure: Procedure, step: Step) -> str:
    """Who acts at a step; at the paraf all who initial, in their order."""
    actors = procedure.initialling(step) or (procedure.actor(step.actor),)
    return ", lalu ".join(actor.name for actor in actors)


def dossier_index_context(
    office: OfficeSection, period: Period, index: DossierIndex
) -> dict[str, Any]:
    """The index of a dossier."""
    return {
        **letterhead(office, period),
        "berkas": index.header,
        "isi": list(index.items),
        "kejadian": list(index.events),
        "tanda_tangan": list(index.signatures),
    }


def _meaning(command: CommandFolder, step: Step) -> str:
    where = f" ke langkah {step.returns_to}" if step.returns_to else ""
    return AT_STEP.get((step.verb, command), MEANINGS[command]).format(where=where)


def _folder(step: Step) -> str:
    return f"{step.folder}/<jabatan>" if step.verb is Verb.FILL else step.folder
