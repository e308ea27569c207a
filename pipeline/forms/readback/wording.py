"""What is said of a returned form, in Indonesian: the place, what was found there, and the mend."""

from collections.abc import Sequence

from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import LABELS, Field
from pipeline.forms.readback.issued import Line
from pipeline.forms.readback.said import Cell, Odd, Row, Slot

WHOLE_FILE = "seluruh berkas"
QUOTED = 60  # characters
_ATTACHED = "isi formulir yang dilampirkan, jangan menghapus baris, kolom, atau kotaknya"
_RETYPE = "hapus isinya, lalu ketik angkanya saja sebagai teks biasa"
_ODD: dict[Odd, tuple[str, str]] = {
    Odd.HIDDEN: ("memuat teks tersembunyi “{hidden}”, yang tidak ikut dibaca", _RETYPE),
    Odd.PICTURE: ("memuat gambar atau kotak teks, yang tidak dapat dibaca sebagai isian", _RETYPE),
    Odd.STRUCK: ("memuat huruf yang dicoret", "hapus yang dicoret, tinggalkan yang berlaku"),
    Odd.RAISED: ("memuat huruf kecil di atas atau di bawah baris (superscript/subscript)", _RETYPE),
    Odd.NUMBERED: ("memakai penomoran otomatis, sehingga angkanya tidak pasti", _RETYPE),
    Odd.CODED: ("memuat bidang (field) yang hasilnya dihitung Word", _RETYPE),
    Odd.FORMULA: ("memuat rumus (equation)", _RETYPE),
    Odd.MERGED: (
        "selnya digabung dengan sel lain; tidak pasti milik isian mana",
        _ATTACHED,
    ),
}
_EVERYWHERE = Odd.HIDDEN | Odd.PICTURE | Odd.STRUCK | Odd.CODED | Odd.FORMULA | Odd.MERGED
TOLD: dict[Field, Odd] = {
    field: _EVERYWHERE if field is not Field.ACTUAL else _EVERYWHERE | Odd.RAISED | Odd.NUMBERED
    for field in Field
}
"""Which oddities are told of each field: in a text a raised letter or a list does no harm."""


def place_of(slot: Slot) -> str:
    """A slot in words."""
    return f"{slot[0]}, kolom {LABELS[slot[1]]}"


def quoted(text: str) -> str:
    """A text in quotation marks, on one line, cut where it is long; ``kosong`` where empty."""
    line = " ".join(text.split())
    if not line:
        return "kosong"
    return f"“{line[:QUOTED]}…”" if len(line) > QUOTED else f"“{line}”"


def lost(slot: Slot) -> Finding:
    """Nobody can tell what was written there, or whether anything was."""
    message = "kotak isian tidak ditemukan; mungkin baris atau kolomnya terhapus"
    return Finding(place_of(slot), message, _ATTACHED)


def disagree(slot: Slot, texts: Sequence[str]) -> Finding:
    """One value, found in several places that say different things."""
    message = f"isinya berbeda di {len(texts)} tempat: {' dan '.join(map(quoted, texts[:3]))}"
    return Finding(place_of(slot), message, "tulis satu isian saja, di kotaknya sendiri")


def foreign(slot: Slot, other: Slot) -> Finding:
    """Another slot's control lies where this one belongs."""
    message = f"kotak isian {place_of(other)} berada di sel ini"
    return Finding(place_of(slot), message, "kembalikan isiannya ke kotaknya masing-masing")


def astray(slot: Slot) -> Finding:
    """Its place is gone, and its control lies where another value belongs."""
    message = "selnya tidak ditemukan, dan kotak isiannya berada di sel lain"
    return Finding(place_of(slot), message, _ATTACHED)


def beside(slot: Slot, text: str) -> Finding:
    """The figure was typed beside its control, or partly so."""
    message = f"ditulis di luar kotak isian; dibaca {quoted(text)}"
    mend = "tidak perlu tindakan bila angkanya benar"
    return Finding(place_of(slot), message, mend, Severity.WARNING)


def prompt_left(slot: Slot, text: str) -> Finding:
    """Something of the prompt stands around the text."""
    message = f"sisa tulisan petunjuk masih ada di isian; dibaca {quoted(text)}"
    mend = "bila isian yang dibaca tidak benar, hapus tulisan petunjuknya dan kirim lagi"
    severity = Severity.ERROR if slot[1] is Field.ACTUAL else Severity.WARNING
    return Finding(place_of(slot), message, mend, severity)


def broken(slot: Slot) -> Finding:
    """What stood on two lines may have been joined, or is one figure in two pieces."""
    message = "ada ganti baris di tempat yang tidak wajar; dua baris mungkin tergabung menjadi satu"
    severity = Severity.ERROR if slot[1] is Field.ACTUAL else Severity.WARNING
    return Finding(place_of(slot), message, "periksa, lalu tulis dalam satu baris", severity)


def reworded(slot: Slot, before: str, after: str, text: str | None) -> Finding:
    """The words printed beside a blank were altered: the unit of a figure may be another."""
    message = (
        f"tulisan tercetak di sel isian diubah: diterbitkan {quoted(before)}, sekarang tertulis"
        f" {quoted(after)}"
    )
    if slot[1] is Field.ACTUAL:
        mend = "kembalikan tulisan tercetaknya, dan tulis angkanya dalam satuan yang diterbitkan"
        return Finding(place_of(slot), message, mend)
    message += f"; dibaca {quoted(text)}" if text is not None else ""
    mend = "bila yang dibaca tidak benar, kembalikan tulisan tercetaknya dan isi lagi di kotaknya"
    return Finding(place_of(slot), message, mend, Severity.WARNING)


def odd(slot: Slot, what: Odd, cell: Cell) -> Finding:
    """More, or something other, is to be seen in a cell than its letters say."""
    message, mend = _ODD[what]
    hidden = " ".join("".join(cell.hidden).split())[:QUOTED]
    figure = slot[1] is Field.ACTUAL or what is Odd.MERGED
    severity = Severity.ERROR if figure else Severity.WARNING
    return Finding(place_of(slot), message.format(hidden=hidden), mend, severity)


def unclear(line: Line, row: Row) -> Finding:
    """A row of which nobody can tell whose values stand in it."""
    shown = quoted(" | ".join(cell.text for cell in row.cells[:3]))
    message = f"baris {shown} tidak jelas milik indikator mana; teks tercetaknya diubah"
    return Finding(f"baris {line.code}", message, _ATTACHED)


def copied(line: Line, times: int) -> Finding:
    """An indicator's row stands there several times."""
    message = f"barisnya ada {times} kali; isinya dibandingkan satu sama lain"
    mend = "tidak perlu tindakan bila isinya sama"
    return Finding(f"baris {line.code}", message, mend, Severity.WARNING)


def reordered() -> Finding:
    """The rows stand in another order."""
    message = "urutan baris indikator berubah; setiap isian dibaca menurut kode indikatornya"
    mend = "tidak perlu tindakan bila isinya benar"
    return Finding("tabel indikator", message, mend, Severity.WARNING)


def altered(place: str, before: str, after: str) -> Finding:
    """Something was changed that is printed."""
    if not before:
        message = f"teks ditambahkan di luar kotak isian: {quoted(after)}; tidak ikut dibaca"
    elif not after:
        message = f"teks tercetak dihapus: {quoted(before)}; yang berlaku tetap yang diterbitkan"
    else:
        message = f"teks tercetak diubah: {quoted(before)} → {quoted(after)}; yang berlaku tetap"
        message += " yang diterbitkan"
    mend = "bila yang tercetak keliru, sampaikan kepada Kasubag; jangan mengubahnya di formulir"
    return Finding(place, message, mend, Severity.WARNING)


def more_altered(count: int) -> Finding:
    """How much more of what is printed was changed."""
    message = f"teks tercetak juga diubah di {count} tempat lain; perubahan itu tidak dipakai"
    mend = "bandingkan dengan formulir yang diterbitkan"
    return Finding(WHOLE_FILE, message, mend, Severity.WARNING)


def tracked() -> Finding:
    """Insertions and deletions that nobody has accepted."""
    message = "memuat lacak perubahan (Track Changes) yang belum diterima; dibaca seolah diterima"
    mend = "bila ada yang tidak dimaksud, terima atau tolak perubahannya di Word, lalu kirim lagi"
    return Finding(WHOLE_FILE, message, mend, Severity.WARNING)


def commented(text: str) -> Finding:
    """What an official wants the verifier to read."""
    message = f"komentar di formulir: “{text[:300]}”"
    mend = "tidak menghalangi; dibaca oleh verifikator"
    return Finding("komentar", message, mend, Severity.WARNING)
