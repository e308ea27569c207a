"""What receipts say, by what became of a file or a decision, and while it is still news."""

from dataclasses import dataclass

from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import CommandFolder, Verb

ACCEPTED, BOUNCED, REVISED = "diterima", "dipantulkan", "revisi"
NUMBERED, SEALED = "nomor", "disahkan"
ON_PAPER = "pindaian-naskah"
PLACED = "lokasi-naskah"
APPROVED, RETURNED = CommandFolder.APPROVE.value, CommandFolder.RETURN.value
INCOMPLETE = "belum lengkap"

Key = tuple[str, Kind, Verb]


@dataclass(frozen=True)
class Words:
    """A receipt not yet filled in; ``following`` is the step whose people act next.

    It is news while the document is in one of ``states`` (in any, where none is named) and its
    collection at one of ``stages`` (likewise).
    """

    title: str
    summary: str
    steps: tuple[str, ...]
    states: frozenset[State] = frozenset()
    stages: frozenset[Verb] = frozenset()
    following: Verb | None = None

    def are_news(self, state: str, stage: str | None) -> bool:
        """Whether they still hold of a document in ``state``, its collection at ``stage``."""
        stands = not self.states or state in self.states
        return stands and (not self.stages or stage in self.stages)


_BEFORE_HEAD = frozenset({Verb.DRAFT, Verb.CORRECT})
_AFTER_ENTRY = frozenset({Verb.ENTER, Verb.INITIAL, Verb.SIGN})
_SEALS = frozenset({Verb.INITIAL, Verb.SIGN})
_UNDECIDED = frozenset({State.RECEIVED, State.WAITING, State.DECIDED})
_JUDGED = frozenset({State.APPROVED, State.VERIFIED})
_RETURNED = frozenset({State.RETURNED})

_DRAFTED = Words(
    "DITERIMA",
    "Format Data Kinerja dan Daftar Pernyataan {period} lengkap dan diterima.",
    (
        "{who} memeriksanya di {there}; sampai diputuskan tidak perlu tindakan.",
        "Bila disetujui, Daftar Pejabat menunggu Saudara di {roster}; bila dikembalikan, formatnya"
        " ada lagi di folder ini beserta alasannya.",
    ),
    states=_UNDECIDED,
    stages=_BEFORE_HEAD,
    following=Verb.CORRECT,
)
_ALONE = Words(
    "DITERIMA, BELUM LENGKAP",
    "{name} sudah benar dan disimpan; {missing} belum ada.",
    ("Letakkan {missing} {period} di {send}",),
    states=frozenset({State.RECEIVED}),
    stages=frozenset({Verb.DRAFT}),
)
_TO_ENTRY = Words(
    "DICATAT",
    "{name} dikembalikan ke entri oleh {by} pada {when}.",
    (
        "{who} memperbaikinya di {there}; print out yang baru lalu menunggu paraf lagi.",
        "Nomor naskahnya tetap.",
    ),
    states=_RETURNED,
    stages=frozenset({Verb.ENTER}),
    following=Verb.ENTER,
)
_COPIED = Words(
    "DICATAT SEBAGAI SALINAN",
    "{name} yang ditandatangani di atas kertas dicatat sebagai salinan, bukan sebagai TTE.",
    (
        "Simpan naskah aslinya di tempat yang disebut; sampul salinannya menyebut tempat itu.",
        "Salinannya diarsipkan sendiri; hasilnya tersedia di {results}",
    ),
    states=frozenset({State.SIGNED}),
)

WORDS: dict[Key, Words] = {
    (ACCEPTED, Kind.DRAFT, Verb.DRAFT): _DRAFTED,
    (ACCEPTED, Kind.STATEMENTS, Verb.DRAFT): _DRAFTED,
    (INCOMPLETE, Kind.DRAFT, Verb.DRAFT): _ALONE,
    (INCOMPLETE, Kind.STATEMENTS, Verb.DRAFT): _ALONE,
    (REVISED, Kind.DRAFT, Verb.CORRECT): Words(
        "PERUBAHAN DICATAT",
        "Perubahan Saudara pada {name} dicatat sebagai revisi {revision}. Format itu belum"
        " disetujui: ia menunggu lagi di folder ini.",
        (
            "Periksa CONTOH JADI yang baru di folder ini.",
            "Setujui format itu sekali lagi tanpa mengubahnya, atau kembalikan.",
        ),
        states=_UNDECIDED,
        stages=_BEFORE_HEAD,
    ),
    (APPROVED, Kind.DRAFT, Verb.CORRECT): Words(
        "DICATAT",
        "{name} disetujui {by} pada {when}.",
        ("{who} melengkapi dan mengirim Daftar Pejabat di {there}",),
        states=frozenset({State.APPROVED}),
        stages=frozenset({Verb.DISTRIBUTE}),
        following=Verb.DISTRIBUTE,
    ),
    (RETURNED, Kind.DRAFT, Verb.CORRECT): Words(
        "DICATAT",
        "{name} dikembalikan oleh {by} pada {when}.",
        ("{who} memperbaikinya di {there}; perbaikannya lalu menunggu di folder ini.",),
        states=_RETURNED,
        stages=frozenset({Verb.DRAFT}),
        following=Verb.DRAFT,
    ),
    (ACCEPTED, Kind.ROSTER, Verb.DISTRIBUTE): Words(
        "DITERIMA",
        "{name} diterima; {forms} formulir diterbitkan, satu untuk setiap pejabat yang melapor.",
        (
            "Setiap pejabat mengisi formulir di foldernya sendiri di {there}, paling lambat {due}.",
            "Siapa yang sudah dan belum mengirim: REKAP {period}.txt di folder itu.",
            "Pergantian pejabat diajukan lewat Data Induk di {draft}; formulir yang belum kembali"
            " menyesuaikan sendiri.",
        ),
        stages=frozenset({Verb.FILL}),
        following=Verb.FILL,
    ),
    (ACCEPTED, Kind.FORM, Verb.FILL): Words(
        "DITERIMA",
        "Formulir titipan {code} ({post}) diterima dan menunggu verifikasi.",
        (
            "{who} memeriksanya di {there}",
            "Angka sebagaimana dibaca ada pada tanda terima di {own}; sampaikan kepada pejabatnya.",
        ),
        states=frozenset({State.WAITING, State.DECIDED}),
        following=Verb.VERIFY,
    ),
    (BOUNCED, Kind.FORM, Verb.FILL): Words(
        "PERLU DIPERBAIKI",
        "Formulir titipan {code} ({post}) belum dapat diterima.",
        (
            "Alasannya pada SLIP {returns} - {code}.pdf di {own}; di sana juga PERBAIKI {returns},"
            " dengan isian yang sudah benar.",
            "Sampaikan kepada pejabatnya. Perbaikannya dikirim dari folder itu, atau dititipkan"
            " lagi di sini.",
        ),
        states=frozenset({State.ISSUED, State.WAITING, State.ABSENT}),
    ),
    (APPROVED, Kind.FORM, Verb.VERIFY): Words(
        "DICATAT",
        "Formulir susulan {code} ({post}) disetujui {by} pada {when}.",
        ("Formulir itu diarsipkan bersama berkas pengumpulannya; print out tidak berubah.",),
        states=_JUDGED,
    ),
    (RETURNED, Kind.FORM, Verb.VERIFY): Words(
        "DICATAT",
        "Formulir susulan {code} ({post}) dikembalikan oleh {by} pada {when}.",
        ("{post} memperbaikinya di {own}; perbaikannya lalu menunggu di folder ini.",),
        states=frozenset({State.ABSENT}),
    ),
    (ACCEPTED, Kind.WORKBOOK, Verb.ENTER): Words(
        "DITERIMA",
        "{name} diterima, dengan {changes} perubahan terhadap data yang diverifikasi.",
        (
            "{printing}",
            "Bila ada yang keliru, minta {who} mengembalikan print out itu; isian terakhir lalu"
            " terbuka lagi di folder ini.",
        ),
        states=frozenset({State.RECEIVED}),
        stages=_AFTER_ENTRY,
        following=Verb.INITIAL,
    ),
    (NUMBERED, Kind.PRINTOUT, Verb.ENTER): Words(
        "DITERIMA",
        "{name} memakai nomor {number} seterusnya, juga bila dikembalikan dan dibuat ulang.",
        ("{printing}",),
        stages=_AFTER_ENTRY,
        following=Verb.INITIAL,
    ),
    (RETURNED, Kind.PRINTOUT, Verb.INITIAL): _TO_ENTRY,
    (RETURNED, Kind.PRINTOUT, Verb.SIGN): _TO_ENTRY,
    (SEALED, Kind.PRINTOUT, Verb.INITIAL): Words(
        "DICATAT",
        "Paraf pada {name} diperiksa dan sah.",
        ("Naskahnya menunggu {act} {who} di {there}",),
        stages=_SEALS,
        following=Verb.SIGN,
    ),
    (SEALED, Kind.PRINTOUT, Verb.SIGN): Words(
        "DICATAT",
        "Tanda tangan pada {name} diperiksa dan sah.",
        ("Naskahnya diarsipkan sendiri; hasilnya tersedia di {results}",),
        states=frozenset({State.SIGNED}),
    ),
    (ON_PAPER, Kind.PRINTOUT, Verb.SIGN): _COPIED,
    (PLACED, Kind.PRINTOUT, Verb.SIGN): _COPIED,
    (APPROVED, Kind.MASTER, Verb.CORRECT): Words(
        "DICATAT",
        "{name} disetujui {by} pada {when} dan berlaku sejak saat itu.",
        ("Data yang baru ada pada {ready} di {draft}",),
        states=frozenset({State.APPROVED}),
    ),
    (RETURNED, Kind.MASTER, Verb.CORRECT): Words(
        "DICATAT",
        "{name} dikembalikan oleh {by} pada {when}; Data Induk tidak berubah.",
        ("{who} memperbaikinya di {there}",),
        states=_RETURNED,
        following=Verb.DRAFT,
    ),
}
