"""BACA SAYA.pdf of a dossier: all that lies in it, for whoever opens it in thirty years."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from pipeline.archive.dossier import Dossier, Item, layout
from pipeline.archive.premis import ArchiveEvent
from pipeline.domain.calendar import long_date, long_time
from pipeline.domain.document import Kind
from pipeline.forms.contexts.guides import DossierIndex
from pipeline.ledger.tables import Record
from pipeline.signing.fields import SIGNATURE_FIELD
from pipeline.signing.report import SignatureReport
from pipeline.sop.authority import holders_as_of
from pipeline.sop.case import Case, case_of
from pipeline.sop.collection.succession import correction_name, paper_of
from pipeline.sop.printout.paper import ON_PAPER
from pipeline.sop.printout.paper import paper_of as paper_of_print
from pipeline.sop.printout.proof import proofs_of
from pipeline.sop.printout.turns import Turn, turns_on

EVENTS = {
    "collection.opened": "Pengumpulan dibuka",
    "draft.received": "Draf format diterima",
    "pernyataan.received": "Daftar Pernyataan diterima",
    "draft.laid-before": "Draf diajukan kepada Kasubag",
    "document.opened": "Dokumen dibuka",
    "draft.revised": "Draf diubah saat koreksi",
    "draft.setujui": "Format disetujui",
    "draft.kembalikan": "Draf dikembalikan",
    "roster.received": "Daftar Pejabat diterima",
    "form.issued": "Formulir diterbitkan",
    "form.handed-over": "Formulir dialihkan menurut Data Induk",
    "form.post-vacant": "Jabatan lowong selagi formulir terbuka",
    "form.bounced": "Formulir dikembalikan otomatis",
    "form.scanned": "Pindaian formulir dibaca, menunggu dikonfirmasi",
    "form.received": "Formulir diterima",
    "form.repeated": "Formulir yang sama dikirim sekali lagi",
    "evidence.received": "Data dukung diterima",
    "evidence.repeated": "Data dukung dikirim sekali lagi",
    "formulir.setujui": "Formulir disetujui",
    "formulir.kembalikan": "Formulir dikembalikan",
    "form.extended": "Batas waktu formulir diperpanjang",
    "collection.closed": "Pengisian ditutup",
    "collection.withdrawn": "Pengumpulan ditarik",
    "form.verified": "Formulir diverifikasi dan dicap",
    "entry.opened": "Entri dibuka",
    "entry.received": "Entri diterima",
    "printout.made": "Print out dibuat",
    "cetak.kembalikan": "Print out dikembalikan ke entri",
    "printout.initialled": "Print out diparaf",
    "amendment.opened": "Ralat atau perubahan dibuka",
    "form.filed-late": "Formulir susulan diarsipkan",
    "collection.filed": "Naskah diarsipkan",
    "printout.renewed": "Cap waktu arsip print out diperbarui",
    "renewal.filed": "Print out dengan cap waktu baru diarsipkan",
    "printout.measured": "Tingkat tanda tangan print out diukur",
    "record.retrieved": "Arsip diambil",
    "printout.signed": "Print out ditandatangani",
    "printout.paper_received": "Pindaian print out bertanda tangan basah diterima",
    ON_PAPER: "Print out ditandatangani di atas kertas; dicatat sebagai salinan",
    "decision.carried-out": "Keputusan dijalankan",
    "decisions.ratified": "Keputusan lewat folder disahkan dengan PIN",
    "changes.accepted": "Perubahan pada Lampiran dicentang sebelum paraf",
    "act.refused": "Tindakan ditolak karena bukan wewenang",
    "return.held": "Pengembalian ditahan, alasan diminta",
    "arrival.dikembalikan": "Berkas dikembalikan kepada pengirim",
    "arrival.ditolak": "Berkas ditolak",
}


@dataclass(frozen=True)
class FiledPaper:
    """A print-out in a dossier, by its SHA-256: its correction's name, and what has replaced it.

    ``sealed`` is the SHA-256 of the file with its seals: of one signed on paper, what was printed.
    ``turns`` say whose seals they are.
    """

    sha256: str
    name: str
    replaced: str
    sealed: str
    turns: Sequence[Turn]


def filed_papers(session: Session, case: Case, records: Sequence[Record]) -> list[FiledPaper]:
    """The print-outs of a dossier's ``records``, each with what among them has replaced it."""
    newer = {r.amends: paper_of(session, case.office, r) for r in records if r.amends}
    longer = {p.record_id: p.renewal for p in proofs_of(session, records).values() if p.renewal}
    held = {r.id: longer.get(r.id, r.printout_sha256) for r in records}
    cases = {r.id: case_of(session, case.office, r.collection_id) for r in records}
    return [
        FiledPaper(
            held[r.id],
            correction_name(session, cases[r.id]),
            f"digantikan oleh {newer[r.id].words}" if r.id in newer else "",
            _printed(session, cases[r.id]) or held[r.id],
            turns_on(cases[r.id].procedure, cases[r.id].require(session, Kind.PRINTOUT)),
        )
        for r in records
    ]


def _printed(session: Session, case: Case) -> str:
    """What was printed of a print-out that was signed on paper; empty for any other."""
    printout = case.document(session, Kind.PRINTOUT)
    paper = paper_of_print(printout) if printout else None
    return paper.printout if paper else ""


def index_of(
    case: Case, dossier: Dossier, events: Sequence[ArchiveEvent], papers: Sequence[FiledPaper]
) -> DossierIndex:
    """The index as the template prints it."""
    zone = case.office.settings.office.zone
    placed = layout(dossier)
    replaced = {paper.sha256: paper.replaced for paper in papers if paper.replaced}
    sources = {item.sha256: item for _, item in placed}
    return DossierIndex(
        header={
            "kode_klasifikasi": dossier.classification,
            "nomor": dossier.number,
            "uraian": dossier.description,
            "kurun_waktu": f"{long_date(dossier.date_start)} – {long_date(dossier.date_end)}",
            "unit_pengolah": dossier.creating_unit,
            "retensi": dossier.retention,
            "keamanan": dossier.security_class,
            "nomor_naskah": dossier.document_number or "–",
        },
        items=[
            {
                "no": str(n),
                "uraian": _title(item, replaced),
                "tanggal": long_date(item.date),
                "berkas": path.removeprefix("data/"),
                "sha256": item.sha256,
            }
            for n, (path, item) in enumerate(placed, start=1)
        ],
        events=[
            {
                "waktu": long_time(e.when.astimezone(zone)),
                "pelaku": e.agent,
                "kejadian": EVENTS.get(e.type, e.type),
            }
            for e in events
        ],
        signatures=[
            _signature(case, paper, report)
            for paper in papers
            if paper.sealed in sources
            for report in _signatures(case, sources[paper.sealed])
        ],
    )


def _title(item: Item, replaced: Mapping[str, str]) -> str:
    said = replaced.get(item.sha256) if item.role == "printout" else None
    return f"{item.title} ({said})" if said else item.title


def _signatures(case: Case, printout: Item) -> list[SignatureReport]:
    """Paraf and signature of a filed print-out; a field that was signed anew counts once."""
    source = printout.source
    pdf = source if isinstance(source, bytes) else source.read_bytes()
    found = case.office.verify(pdf).signatures
    return list({s.field: s for s in found if s.kind == "signature"}.values())


def _signature(case: Case, paper: FiledPaper, report: SignatureReport) -> dict[str, str]:
    zone = case.office.settings.office.zone
    what = "Tanda tangan" if report.field == SIGNATURE_FIELD else "Paraf"
    at = report.signing_time
    return {
        "peran": f"{what} {paper.name}".strip(),
        "nama": report.signer,
        "jabatan": _sealing_title(case, paper, report),
        "waktu": long_time(at.astimezone(zone)) if at else "–",
        "penerbit": report.issuer,
        "tingkat": report.level,
    }


def _sealing_title(case: Case, paper: FiledPaper, seal: SignatureReport) -> str:
    """The post that sealed, as whoever held it then is called."""
    turn = next((turn for turn in paper.turns if turn.field == seal.field), None)
    if turn is None or seal.signing_time is None:
        return "–"
    at = seal.signing_time.astimezone(case.office.settings.office.zone)
    with case.office.ledger.read() as session:
        holders = holders_as_of(session, case.office, at)
    return holders.title(turn.post, at.date())
