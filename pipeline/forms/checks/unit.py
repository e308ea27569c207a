"""The unit written beside a figure is the indicator's own, or the figure is not its."""

from pipeline.domain.finding import Finding
from pipeline.domain.units import same_unit
from pipeline.forms.checks.reading import Known, Reading, column, quoted


def unit_is_its_own(reading: Reading, known: Known) -> list[Finding]:
    """``52.067 kg`` where the indicator counts in ton; the same unit may stand there."""
    written = reading.figure.unit if reading.figure else ""
    unit = reading.indicator.unit
    if not written or same_unit(written, unit, known.rules.unit_names):
        return []
    asked = f"indikator ini dalam {unit}" if unit else "indikator ini tanpa satuan"
    message = f"tertulis {quoted(reading.written)}: satuannya {quoted(written)}, padahal {asked}"
    mend = f"tulis realisasinya dalam {unit or 'angka'}, angkanya saja, misalnya 52.067,25"
    return [Finding(column(reading), message, mend)]
