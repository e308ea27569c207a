"""How long a record is kept, and what becomes of it (jadwal retensi arsip)."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class RetentionRule(BaseModel):
    """Years in active and inactive keeping after ``trigger``, then ``final_action``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    active_years: int = Field(ge=0)
    inactive_years: int = Field(ge=0)
    trigger: str = "sejak berkas ditutup"
    final_action: Literal["musnah", "permanen", "dinilai kembali"]
    exception_text: str = ""

    @property
    def text(self) -> str:
        """As printed: ``aktif 2 tahun, inaktif 3 tahun, lalu musnah``."""
        years = f"aktif {self.active_years} tahun, inaktif {self.inactive_years} tahun"
        return f"{years} {self.trigger}, lalu {self.final_action}"
