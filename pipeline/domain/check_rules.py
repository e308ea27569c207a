"""What a procedure lets its forms be checked by: thresholds, units and words, each a default."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from pipeline.domain.units import SAME_UNITS

Factor = Annotated[Decimal, Field(gt=1)]


class CheckName(StrEnum):
    """The checks of a figure and its row, by the names that ``sop.toml`` uses."""

    UNIT = "satuan"
    RANGE = "rentang"
    READING = "titik-koma"
    MAGNITUDE = "besaran"
    CUMULATIVE = "kumulatif"
    JUMP = "lonjakan"
    ARITHMETIC = "hitungan"
    LENGTH = "panjang"


class CheckRules(BaseModel):
    """The table ``[checks]`` of a procedure.

    A figure is *implausible* beyond ``jump_factor`` times what it is compared with, or below that
    part of it; counts below ``small_count`` move freely. From ``above_plan`` times its quarter's
    target a figure may be the year's so far. ``achievement_tolerance`` is in percentage points.
    ``only_warn`` names the checks whose errors are to travel as warnings.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    jump_factor: Factor = Decimal(3)
    small_count: Decimal = Field(default=Decimal(10), ge=0)
    above_plan: Factor = Decimal("1.5")
    achievement_tolerance: Decimal = Field(default=Decimal("0.1"), ge=0)
    longest_text: int = Field(default=10_000, ge=100, le=32_000)
    percent_units: tuple[str, ...] = ("%",)
    counted_units: tuple[str, ...] = (
        *("orang", "jiwa", "nelayan", "pegawai", "peserta", "keluarga", "kk", "rtp"),
        *("kapal", "unit", "buah", "ekor", "paket", "set", "alat"),
        *("kasus", "pelanggaran", "kegiatan", "kali", "laporan", "dokumen", "berkas", "surat"),
        *("sertifikat", "izin", "rekomendasi", "kelompok", "lembaga", "koperasi", "perusahaan"),
        *("lokasi", "kawasan", "desa", "kecamatan", "kabupaten", "pelabuhan", "upi"),
    )
    signed_units: tuple[str, ...] = ()
    open_words: tuple[str, ...] = (
        *("pertumbuhan", "laju", "kenaikan", "penurunan", "peningkatan", "perubahan", "selisih"),
        *(
            "inflasi",
            "surplus",
            "defisit",
            "neraca",
            "laba",
            "rugi",
            "saldo",
            "kontraksi",
            "margin",
        ),
    )
    ratio_words: tuple[str, ...] = ("capaian", "realisasi", "rasio", "nilai tukar")
    cumulative_words: tuple[str, ...] = ("kumulatif", "akumulasi", "s.d.", "sampai dengan")
    same_units: tuple[tuple[str, ...], ...] = ()
    only_warn: tuple[CheckName, ...] = ()

    @property
    def unit_names(self) -> tuple[tuple[str, ...], ...]:
        """The names of one unit each: the office's own before those that everybody knows."""
        return (*SAME_UNITS, *self.same_units)


class EvidenceRules(BaseModel):
    """The table ``[evidence]``: whether a form may come without data dukung.

    Where it is ``required`` the form comes back, where it is ``expected`` the verifier is told.
    What a form names and what does not come is told in any case.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    required: bool = False
    expected: bool = True
