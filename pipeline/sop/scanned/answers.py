"""What is said to the sender of a scan that cannot be used, and how to mend it."""

from collections.abc import Sequence

from pipeline.domain.finding import Finding
from pipeline.forms.contexts.notices import Slip
from pipeline.ledger.tables import Document
from pipeline.scans.opening import MOST_PAGES
from pipeline.sop.case import GIVEN_BACK, Delivery
from pipeline.sop.scanned.kept import Scans
from pipeline.sop.scanned.sheets import PREFIX
from pipeline.sop.scanned.sorted_pages import FormPages, SortedPages
from pipeline.sop.slips import Answer, client_folder

UNUSED = "PINDAIAN TIDAK DIPAKAI - {code}.pdf"
"""What the slip is called that tells of a reading which nobody confirmed in time."""
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


def outdated(delivery: Delivery, document: Document, *, handed: bool) -> Answer:
    """The form was laid out for a scan that counts no longer, or for another official."""
    if handed:
        return Answer(
            title="FORMULIR SUDAH DIALIHKAN",
            summary=f"{delivery.name} dibuat dari pindaian sebelum formulir {document.code}"
            " dialihkan kepada pejabat yang sekarang; angkanya belum dikonfirmasi.",
            steps=[
                f"Periksa {PREFIX} yang terbaru, betulkan, lalu kirim yang itu.",
                "Bila tidak ada, isi formulir Word yang terbaru, atau kirim pindaiannya lagi.",
            ],
        )
    return Answer(
        title="PINDAIAN SUDAH DIGANTI",
        summary=f"{delivery.name} dibuat dari pindaian {document.code} yang sudah diganti dengan"
        " pindaian atau formulir yang lebih baru.",
        steps=[
            f"Periksa {PREFIX} atau {GIVEN_BACK} yang terbaru, betulkan, lalu kirim yang itu.",
            "Bila yang lama yang benar, kirim pindaian yang lama sekali lagi.",
        ],
    )


def of_unknown_scan(delivery: Delivery, document: Document) -> Answer:
    """The file has lost what tells for which of several scans it was laid out."""
    return Answer(
        title="PINDAIAN YANG MANA TIDAK DIKETAHUI",
        summary=f"{delivery.name} disimpan dengan program yang membuang tandanya, padahal lebih"
        f" dari satu pindaian {document.code} pernah dibaca. Karena itu tidak dapat dipastikan"
        " pindaian mana yang dikonfirmasinya.",
        steps=[
            f"Betulkan {PREFIX} - {document.name} yang terbaru di folder ini dengan Word atau"
            " LibreOffice, lalu kirim yang itu.",
            f"Bila berkas itu tidak ada lagi, kirim pindaiannya sekali lagi; {PREFIX} yang baru"
            " akan tersedia di folder ini.",
        ],
    )


def too_long(delivery: Delivery, count: int) -> Answer:
    """A file with more pages than are looked at: some of its forms would be left out."""
    return Answer(
        title="TERLALU BANYAK HALAMAN",
        summary=f"{delivery.name} memuat {count} halaman; formulir dibaca dari paling banyak"
        f" {MOST_PAGES} halaman. Tidak satu pun formulir di dalamnya dipakai.",
        steps=[
            f"Pisahkan menjadi beberapa berkas, masing-masing paling banyak {MOST_PAGES} halaman.",
            f"Pindahkan ke {_target(delivery)}",
        ],
    )


def said_twice(delivery: Delivery, code: str, indicators: Sequence[str]) -> Answer:
    """A PDF holds a form more than once, with other values: nobody can tell which counts."""
    return Answer(
        title="FORMULIR YANG SAMA DUA KALI",
        summary=f"{delivery.name} memuat formulir {code} lebih dari satu kali, dengan isian yang"
        " berbeda; tidak dapat ditentukan mana yang berlaku.",
        findings=[
            Finding(indicator, "isiannya berbeda di dua halaman", "kirim yang berlaku saja")
            for indicator in indicators
        ],
        steps=[
            "Simpan PDF dengan formulir yang berlaku saja.",
            f"Pindahkan ke {_target(delivery)}",
        ],
    )


def older(delivery: Delivery, document: Document) -> Answer:
    """What the form was last taken from came after this file."""
    return Answer(
        title="SUDAH ADA KIRIMAN YANG LEBIH BARU",
        summary=f"Formulir {document.code} pada {delivery.name} tidak dipakai, sebab sesudahnya"
        " sudah masuk kiriman lain.",
        steps=["Bila pindaian ini yang benar, kirim sekali lagi tersendiri."],
    )


def unconfirmed(document: Document, sender: str, scans: Scans) -> Slip:
    """A reading that waited to be confirmed when the form was verified without it."""
    return Slip(
        title="PINDAIAN TIDAK DIPAKAI",
        summary=f"Formulir {document.code} sudah diverifikasi menurut kiriman sebelumnya; pindaian"
        f" {scans.names} belum dikonfirmasi, jadi angkanya tidak dipakai.",
        document=document.name,
        recipient=document.post,
        sender=sender,
        code=document.code,
        received=[(scan.name, scan.sha256) for scan in scans.scans],
        steps=[
            "Tidak perlu tindakan bila angkanya sama dengan yang diverifikasi.",
            "Bila berbeda, sampaikan kepada Kasubag disertai alasannya.",
        ],
    )


def set_aside(delivery: Delivery, document: Document, scans: Scans) -> Slip:
    """A reading that waited to be confirmed when a later return was taken instead."""
    names = ", ".join(scan.name for scan in scans.scans)
    return Slip(
        title="PINDAIAN TIDAK DIPAKAI",
        summary=f"Formulir {document.code} datang sebagai {delivery.name}, yang dikirim sesudah"
        f" pindaian {names}. Pindaian itu belum dikonfirmasi, jadi angkanya tidak dipakai.",
        document=document.name,
        recipient=document.post,
        sender="kinerja",
        code=document.code,
        received=[(scan.name, scan.sha256) for scan in scans.scans],
        steps=[
            f"Tidak perlu tindakan bila isi {delivery.name} yang benar.",
            "Bila pindaiannya yang benar, kirim pindaian itu sekali lagi sebelum diverifikasi.",
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
