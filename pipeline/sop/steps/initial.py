"""SOP 7: the Kasubag validates the print-out and puts the paraf; wrong, it goes back to entry.

The paraf itself needs the signer's PIN (`pipeline.tasks.seal`). A folder can only bring a PDF that
was initialled or signed in another program, the scan of a print-out that was signed on paper with
the place of the original (SOP 8), or send the print-out back.
"""

from pipeline.domain.procedure import CommandFolder
from pipeline.ledger.tables import Decision, Document
from pipeline.office import Office
from pipeline.sop.case import Delivery
from pipeline.sop.decisions import receive_decision
from pipeline.sop.printout.on_paper import take_paper, take_place
from pipeline.sop.printout.sealed import take_sealed
from pipeline.sop.slips import Answer, refuse
from pipeline.sop.steps.enter import reopen
from pipeline.sop.targets import find_target

SEALED = (CommandFolder.INITIALLED, CommandFolder.SIGNED)
COMMANDS = {CommandFolder.INITIALLED: "initial", CommandFolder.SIGNED: "sign"}


def receive(delivery: Delivery) -> None:
    """Take a return, or what was initialled or signed elsewhere."""
    if delivery.place.command not in SEALED:
        receive_decision(delivery)
        return
    if delivery.suffix == ".txt" and delivery.place.command is CommandFolder.SIGNED:
        take_place(delivery)
        return
    with delivery.office.ledger.read() as session:
        target = find_target(session, delivery)
    if target is not None and target.exact:
        refuse(delivery, _not_sealed(delivery, target.document), document=target.document)
    elif not (take_sealed(delivery) or take_paper(delivery)):
        refuse(delivery, _foreign(delivery))


def decide(office: Office, decision: Decision, document: Document) -> None:
    """Only a return is decided by folder or by word: it opens entry again."""
    reopen(office, decision, document)


def _foreign(delivery: Delivery) -> Answer:
    steps = [
        "Buka PDF yang menunggu di folder ini, bubuhkan tanda tangan pada kolomnya,",
        "lalu simpan tanpa mengubah yang lain dan pindahkan hasilnya ke folder ini lagi.",
    ]
    if delivery.place.command is CommandFolder.SIGNED:
        steps.append(
            "Bila ditandatangani di atas kertas: pindai semua halamannya (PDF atau foto, 200 sampai"
            " 300 dpi) sehingga QR kecil di kaki setiap halaman terbaca, beserta berkas teks berisi"
            " lokasi naskah aslinya."
        )
    return Answer(
        title="BUKAN NASKAH YANG MENUNGGU",
        summary=f"{delivery.name} bukan print out yang menunggu di tahap ini, ditambah tanda"
        " tangan.",
        steps=steps,
    )


def _not_sealed(delivery: Delivery, document: Document) -> Answer:
    command = COMMANDS[delivery.place.command]
    what = "diparaf" if command == "initial" else "ditandatangani"
    return Answer(
        title=f"BELUM {what.upper()}",
        summary=f"{document.name} dipindahkan ke {delivery.place.command.value}, tetapi belum"
        f" {what}. Memindahkan berkas bukan tanda tangan.",
        steps=[
            f"Jalankan `kinerja {command} {document.code} --as <pejabat>` dan masukkan PIN;",
            "atau bubuhkan dengan program lain pada kolom yang tersedia, lalu pindahkan hasilnya.",
            "Naskahnya tetap menunggu di folder ini.",
        ],
    )
