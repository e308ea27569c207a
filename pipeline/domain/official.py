"""Officials as the roster names them."""

import re
from dataclasses import dataclass
from datetime import date

RANKS = {
    "I/a": "Juru Muda",
    "I/b": "Juru Muda Tingkat I",
    "I/c": "Juru",
    "I/d": "Juru Tingkat I",
    "II/a": "Pengatur Muda",
    "II/b": "Pengatur Muda Tingkat I",
    "II/c": "Pengatur",
    "II/d": "Pengatur Tingkat I",
    "III/a": "Penata Muda",
    "III/b": "Penata Muda Tingkat I",
    "III/c": "Penata",
    "III/d": "Penata Tingkat I",
    "IV/a": "Pembina",
    "IV/b": "Pembina Tingkat I",
    "IV/c": "Pembina Utama Muda",
    "IV/d": "Pembina Utama Madya",
    "IV/e": "Pembina Utama",
}
_FIRST_PPPK_CODE = 21
_GAP = r"[^\S\r\n]?"
_PERSONAL = re.compile(
    r"(?P<id>[0-9a-fA-F]{32,})"
    rf"|(?<!\d)\d{{8}}{_GAP}\d{{6}}{_GAP}\d{_GAP}(?P<serial>\d{{3}})(?!\d)"
    rf"|(?<!\d)\d{{4}}(?:{_GAP}\d{{4}}){{3}}(?!\d)"
)


@dataclass(frozen=True)
class Official:
    """Who holds a post: ``nip`` is 18 digits, ``grade`` as ``III/d`` or ``Golongan IX``.

    ``capacity`` is ``Plt.`` or ``Plh.``, empty for a post's own holder.
    """

    post: str
    name: str
    nip: str
    grade: str
    unit: str
    capacity: str = ""

    @property
    def title(self) -> str:
        """The post as printed: ``Plt. Kepala Bidang …``."""
        return f"{self.capacity} {self.post}".strip()

    @property
    def rank(self) -> str:
        """Pangkat and golongan as printed in a signature block."""
        rank = RANKS.get(self.grade)
        return f"{rank} ({self.grade})" if rank else self.grade


def nip_problem(nip: str) -> str | None:
    """Why ``nip`` cannot be one, in Indonesian; ``None`` where its form is right.

    PNS: birth ``YYYYMMDD``, start ``YYYYMM``, sex 1/2, serial. PPPK: birth, year, contract code
    from 21, sex, serial. There is no check digit.
    """
    digits = re.sub(r"\s", "", nip)
    if not re.fullmatch(r"\d{18}", digits):
        return f"NIP harus 18 angka, yang tertulis {len(digits)} tanda"
    if not _is_date(digits[:8]):
        return "delapan angka pertama NIP bukan tanggal lahir (TTTTBBHH)"
    month = int(digits[12:14])
    if not (1 <= month <= 12 or month >= _FIRST_PPPK_CODE):
        return "angka ke-13 dan ke-14 NIP bukan bulan pengangkatan atau kode PPPK"
    if digits[14] not in "12":
        return "angka ke-15 NIP harus 1 (laki-laki) atau 2 (perempuan)"
    return None


def show_nip(nip: str) -> str:
    """``198609262015051001`` as ``19860926 201505 1 001``."""
    return f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}" if len(nip) == 18 else nip


def mask_personal(text: str) -> str:
    """``text`` for logs: of every NIP only the last three digits, of a NIK none.

    Both as 18 or 16 digits in a row and in groups as they are printed. Hexadecimal ids of 32 digits
    or more, such as a SHA-256, stay readable.
    """
    return _PERSONAL.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    if found["id"]:
        return found["id"]
    return "*" * 15 + found["serial"] if found["serial"] else "*" * 16


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True
