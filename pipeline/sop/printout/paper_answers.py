"""What is answered to a scan of a print-out that was signed on paper, when it cannot be taken."""

from collections.abc import Sequence

from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.ledger.tables import Document
from pipeline.scans.page_marks import PageMark
from pipeline.sop.case import Case, Delivery
from pipeline.sop.printout.changes import ListedChange, spans
from pipeline.sop.printout.paper import pages_in_words
from pipeline.sop.slips import Answer, client_folder

_SIGN_IT = "Cetak naskah yang menunggu di folder ini, tanda tangani, lalu pindai semua halamannya."
_UNCHANGED = "Naskah yang menunggu tidak berubah; berkas ini disimpan di ditolak."


def not_here(delivery: Delivery) -> Answer:
    """Paper at the step of the paraf: it comes with the signature, a step later."""
    signing = delivery.procedure.step(Verb.SIGN)
    folder = f"{delivery.procedure.key}/{signing.folder}/{CommandFolder.SIGNED.value}"
    return Answer(
        title="PARAF DI ATAS KERTAS TIDAK DICATAT DI SINI",
        summary=f"{delivery.name} adalah pindaian print out. Di langkah ini paraf dibubuhkan secara"
        " elektronik.",
        steps=[
            "Bubuhkan paraf dengan PIN: `kinerja initial KODE --as <pejabat>`, atau dengan program"
            " lain pada PDF yang menunggu.",
            "Sesudah diparaf, naskah boleh dicetak dan ditandatangani di atas kertas; pindaiannya"
            f" diletakkan di {client_folder(delivery.office, folder)}",
        ],
    )


def several(delivery: Delivery, marks: Sequence[PageMark]) -> Answer:
    """Pages of different print-outs, or of different editions of one."""
    said = sorted({f"{mark.code} revisi {mark.edition}" for mark in marks})
    return Answer(
        title="LEBIH DARI SATU NASKAH",
        summary=f"{delivery.name} memuat halaman dari {len(said)} naskah: {', '.join(said)}.",
        steps=["Pindai setiap naskah sebagai berkas sendiri, lalu kirim lagi.", _UNCHANGED],
    )


def not_waiting(delivery: Delivery, mark: PageMark, printout: Document | None) -> Answer:
    """No print-out of that code waits for a signature."""
    what = (
        f"{printout.name} berstatus {printout.state}" if printout else "tidak dikenal di kantor ini"
    )
    return Answer(
        title="NASKAH TIDAK MENUNGGU TANDA TANGAN",
        summary=f"{delivery.name} adalah pindaian print out {mark.code}: {what}, tidak menunggu"
        " tanda tangan.",
        steps=["Lihat keadaannya dengan `kinerja status`.", _UNCHANGED],
    )


def other_edition(delivery: Delivery, mark: PageMark, edition: int, printout: Document) -> Answer:
    """The paper is of an earlier edition of the print-out."""
    return Answer(
        title="EDISI LAIN",
        summary=f"{delivery.name} adalah cetakan revisi {mark.edition} dari {printout.name},"
        f" padahal yang menunggu adalah revisi {edition}.",
        steps=[_SIGN_IT, "Kertas yang lama tidak berlaku; musnahkan atau beri tanda batal."],
    )


def other_count(delivery: Delivery, mark: PageMark, count: int) -> Answer:
    """The marks speak of another number of pages than the print-out has."""
    return Answer(
        title="JUMLAH HALAMAN BERBEDA",
        summary=f"Tanda halaman pada {delivery.name} menyebut {mark.count} halaman, padahal naskah"
        f" yang menunggu terdiri atas {count} halaman.",
        steps=[_SIGN_IT, _UNCHANGED],
    )


def unmarked(delivery: Delivery, pages: Sequence[int]) -> Answer:
    """Some pages cannot be told."""
    told = pages_in_words([page + 1 for page in pages])
    return Answer(
        title="HALAMAN TIDAK DIKENALI",
        summary=f"Tanda halaman (QR kecil di tengah kaki halaman) tidak terbaca pada {told} dari"
        f" {delivery.name}.",
        steps=[
            "Pindai atau foto ulang dengan 200 sampai 300 dpi, lurus, seluruh halaman terlihat.",
            "Halaman yang bukan bagian naskah jangan disertakan; halaman kosong tidak apa-apa.",
            _UNCHANGED,
        ],
    )


def not_scanned(delivery: Delivery, pages: Sequence[int]) -> Answer:
    """Pages that no scanner has made: the print-out itself, or one edited with a program."""
    told = pages_in_words([page + 1 for page in pages])
    return Answer(
        title="BUKAN PINDAIAN",
        summary=f"{told.capitalize()} dari {delivery.name} bukan gambar hasil pindaian, melainkan"
        " PDF dari program. Gambar tanda tangan yang ditempelkan bukan tanda tangan.",
        steps=[_SIGN_IT, "Atau bubuhkan tanda tangan elektronik pada kolomnya.", _UNCHANGED],
    )


def unsigned(delivery: Delivery, printout: Document) -> Answer:
    """Nothing is written where the signature belongs."""
    return Answer(
        title="BELUM DITANDATANGANI",
        summary=f"Kolom tanda tangan pada pindaian {printout.name} kosong.",
        steps=[
            "Tanda tangani naskah itu di atas kertas, di antara jabatan dan nama, lalu pindai;",
            f"atau tanda tangani dengan PIN: `kinerja sign {printout.code} --as <pejabat>`.",
            _UNCHANGED,
        ],
    )


def unticked(delivery: Delivery, printout: Document, left: Sequence[ListedChange]) -> Answer:
    """Nobody initials it, and its changes are not ticked yet."""
    numbers = spans([change.number for change in left])
    return Answer(
        title="PERUBAHAN BELUM DICENTANG",
        summary=f"{printout.name} memuat perubahan yang belum dicentang: nomor {numbers} pada"
        " Lampiran.",
        steps=[
            f"Centang dengan `kinerja sign {printout.code} --as PEJABAT --elsewhere`,",
            f"lalu kirim {delivery.name} lagi.",
            _UNCHANGED,
        ],
    )


def unplaced(delivery: Delivery, printout: Document) -> Answer:
    """The page with the signature does not resemble the print-out's."""
    return Answer(
        title="HALAMAN TANDA TANGAN TIDAK TERBACA",
        summary=f"Halaman tanda tangan pada {delivery.name} tidak dapat dicocokkan dengan"
        f" {printout.name}.",
        steps=["Pindai ulang halaman itu utuh dan tajam, 200 sampai 300 dpi, lalu kirim lagi."],
    )


def place_for_which(delivery: Delivery, names: Sequence[str]) -> Answer:
    """A text file with a place, and several print-outs wait."""
    return Answer(
        title="LOKASI UNTUK NASKAH YANG MANA?",
        summary=f"Yang menunggu tanda tangan: {', '.join(names)}.",
        steps=[
            "Beri berkas teks itu nama yang sama dengan pindaiannya, atau letakkan keduanya dalam"
            " satu subfolder, lalu kirim lagi."
        ],
    )


def no_place(delivery: Delivery, why: str) -> Answer:
    """A text file that says no place, or that nobody asked for."""
    return Answer(
        title="LOKASI TIDAK TERBACA",
        summary=f"{delivery.name}: {why}.",
        steps=[
            "Tulis lokasi naskah asli yang ditandatangani di atas kertas, misalnya “Lemari arsip 2,"
            " map TW III 2026, ruang Subbagian Program”, simpan sebagai .txt, lalu letakkan lagi."
        ],
    )


def asked(case: Case, printout: Document, missing: Sequence[int], placed: bool) -> list[str]:
    """What is still to be done, step by step."""
    folder = f"{case.folder(Verb.SIGN)}/{CommandFolder.SIGNED.value}"
    target = client_folder(case.office, folder)
    steps = []
    if missing:
        steps.append(f"Pindai {pages_in_words(missing)} {printout.name}, letakkan di {target}")
    if not placed:
        steps.append(
            "Tulis lokasi naskah asli dalam berkas teks (.txt), misalnya “Lemari arsip 2, map TW"
            f" III 2026”, letakkan di {target}"
        )
    return [*steps, "Naskah dicatat sebagai salinan begitu semuanya ada. Yang sudah ada tersimpan."]
