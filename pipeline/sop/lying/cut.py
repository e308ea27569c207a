"""A copy that broke off: its sender is told what happened, and to send the file once more."""

from sqlalchemy.orm import Session

from pipeline.ledger.tables import Arrival
from pipeline.office import Office
from pipeline.sop.case import deliver
from pipeline.sop.slips import Answer, client_folder, refuse

MINUTE_S = 60


def refuse_cut(office: Office, arrival_id: str) -> None:
    """Set what came of a broken copy aside, with a slip; the file is as it came, never mended."""
    with office.ledger.read() as session:
        arrival = _open_arrival(session, arrival_id)
    if arrival is None:
        return
    delivery = deliver(office, arrival)
    send = client_folder(office, f"{delivery.procedure.key}/{delivery.place.path}")
    quiet_s = office.settings.watch.quiet_s
    waited = f"{quiet_s / 60:.0f} menit" if quiet_s >= MINUTE_S else f"{quiet_s:.0f} detik"
    empty = "Berkas itu kosong (0 byte)." if arrival.size == 0 else ""
    refuse(
        delivery,
        Answer(
            title="SALINANNYA TERPUTUS",
            summary=f"{delivery.name} tidak sampai utuh: salinannya terputus sebelum selesai."
            f" Sesudah {waited} tidak ada lanjutannya.",
            reasons=[
                *([empty] if empty else []),
                "Sambungan ke folder terputus, komputer dimatikan, atau penyalinan dibatalkan.",
            ],
            steps=[
                "Buka berkas aslinya di komputer Saudara dan pastikan isinya lengkap.",
                f"Salin sekali lagi ke {send} dan tunggu sampai penyalinan selesai.",
            ],
        ),
    )


def _open_arrival(session: Session, arrival_id: str) -> Arrival | None:
    arrival = session.get_one(Arrival, arrival_id)
    return arrival if arrival.outcome is None else None
