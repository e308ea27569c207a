"""What is said to the sender of a scan that cannot be used, and how to mend it."""

from collections.abc import Sequence

from pipeline.domain.finding import Finding
from pipeline.forms.contexts.notices import Slip
from pipeline.ledger.tables import Document
from pipeline.sop.case import Delivery
from pipeline.sop.scanned.sheets import PREFIX
from pipeline.sop.scanned.sorted_pages import FormPages, SortedPages
from pipeline.sop.slips import Answer, client_folder

_PAPER_AGAIN = "foto ulang formulir yang asli, seluruh halaman, tegak lurus dari atas dan terang"


def unreadable(delivery: Delivery, code: str, why: str) -> Answer:
    """The form is known, and its table is not found."""
    return Answer(
        title="PINDAIAN TIDAK TERBACA",
        summary=f"Kode formulir {code} pada {delivery.name} terbaca, tetapi isinya tidak.",
        reasons=why.splitlines(),
        steps=[
            "Foto ulang: seluruh halaman tampak, dari tegak lurus di atasnya, terang merata, tidak"
            " bergerak; atau pindai dengan 200 sampai 300 dpi.",
            "Atau isi formulir Word-nya.",
            f"Pindahkan ke {_target(delivery)}",
        ],
    )


def torn(delivery: Delivery, found: SortedPages) -> Answer:
    """A page carries two codes: nobody can tell whose it is."""
    return Answer(
        title="DUA KODE PADA SATU HALAMAN",
        summary=f"Pada {delivery.name} ada halaman dengan kode lebih dari satu formulir; tidak satu"
        " pun halamannya dipakai.",
        findings=[
            Finding(f"halaman {number + 1}", f"memuat kode {', '.join(codes)}", _PAPER_AGAIN)
            for number, codes in found.torn
        ],
        steps=[
            "Jangan menempelkan kode satu formulir pada formulir lain.",
            "Foto atau pindai satu halaman untuk satu gambar, tanpa formulir lain di sebelahnya.",
            f"Pindahkan ke {_target(delivery)}",
        ],
    )


def stuck_on(delivery: Delivery, code: str, printed: str, number: int) -> Answer:
    """The QR says one form, the print another."""
    message = f"kode QR-nya {code}, padahal yang tercetak kira-kira {printed}"
    return Answer(
        title="KODE QR DAN KODE TERCETAK BERBEDA",
        summary=f"Halaman pada {delivery.name} memuat kode QR dari formulir lain.",
        findings=[Finding(f"halaman {number + 1}", message, _PAPER_AGAIN)],
        steps=[
            "Kirim halaman formulir sebagaimana dicetak; jangan menempelkan kode formulir lain.",
            f"Pindahkan ke {_target(delivery)}",
        ],
    )


def outdated(delivery: Delivery, document: Document) -> Answer:
    """The form was laid out for a scan that a newer one has replaced."""
    return Answer(
        title="PINDAIAN SUDAH DIGANTI",
        summary=f"{delivery.name} dibuat dari pindaian {document.code} yang sudah diganti dengan"
        " pindaian yang lebih baru.",
        steps=[
            f"Periksa {PREFIX} yang terbaru, betulkan, lalu kirim yang itu.",
            "Bila yang lama yang benar, kirim pindaian yang lama sekali lagi.",
        ],
    )


def none_of_many(delivery: Delivery, refused: Sequence[tuple[FormPages, Answer]]) -> Answer:
    """No form of a file with several can be taken."""
    return Answer(
        title="PINDAIAN TIDAK DAPAT DIPAKAI",
        summary=f"{delivery.name} memuat {len(refused)} formulir; tidak satu pun dapat diterima.",
        findings=_each(refused),
        steps=["Betulkan menurut alasan di atas.", f"Pindahkan ke {_target(delivery)}"],
    )


def some_of_many(
    delivery: Delivery, found: SortedPages, refused: Sequence[tuple[FormPages, Answer]]
) -> Slip:
    """What became of each form of a file with several."""
    done = [form.code for form in found.forms if form.code not in {f.code for f, _ in refused}]
    steps = [
        f"Formulir {', '.join(done)}: periksa {PREFIX} di folder ini, betulkan, lalu pindahkan"
        f" formulirnya ke {_target(delivery)}"
    ]
    if refused:
        steps.append("Formulir yang disebut di atas: kirim lagi tersendiri sesudah dibetulkan.")
    return Slip(
        title="PINDAIAN DIBACA",
        summary=f"{delivery.name} memuat {len(found.forms)} formulir; {len(done)} di antaranya"
        " menunggu diperiksa.",
        document=delivery.name,
        recipient=delivery.actor,
        sender="kinerja",
        findings=_each(refused),
        received=[(delivery.name, delivery.arrival.sha256)],
        steps=steps,
    )


def _each(refused: Sequence[tuple[FormPages, Answer]]) -> list[Finding]:
    return [
        Finding(
            f"formulir {form.code}", f"{answer.title}: {answer.summary}", " ".join(answer.steps)
        )
        for form, answer in refused
    ]


def _target(delivery: Delivery) -> str:
    return client_folder(delivery.office, f"{delivery.procedure.key}/{delivery.place.path}")
