"""A figure that is a thousand times too large or too small: another unit, or dots for commas."""

from decimal import Decimal

from pipeline.domain.finding import Finding
from pipeline.forms.checks.doubt import better_read
from pipeline.forms.checks.nearness import is_within
from pipeline.forms.checks.reading import Known, Peer, Reading, column, enumerated, peers, warning
from pipeline.forms.checks.span import is_percent

SCALES = {Decimal(1000): "seribu", Decimal(1_000_000): "sejuta"}
OF_PERCENT = {Decimal(100): "seratus"}  # a share of one in place of a percentage


def has_its_magnitude(reading: Reading, known: Known) -> list[Finding]:
    """Beside target and history, all of them, it is about a thousand (or a million) times off."""
    if better_read(reading, known):  # told as a doubtful number
        return []
    off = out_of_scale(reading, known)
    if off is None:
        return []
    words, others = off
    message = f"{reading.told}: kira-kira {words} {enumerated(others)}"
    mend = (
        f"periksa satuannya ({reading.indicator.unit}) serta titik dan komanya; bila keliru, kirim"
        " ulang; bila benar, jelaskan di kolom Keterangan"
    )
    return [warning(column(reading), message, mend)]


def out_of_scale(reading: Reading, known: Known) -> tuple[str, list[Peer]] | None:
    """``seribu kali`` or ``seperseribu`` and what of; ``None`` where the scale is right."""
    value, factor = reading.value, known.rules.jump_factor
    others = [peer for peer in peers(reading, known) if peer.value]
    if not value or not others:
        return None
    scales = OF_PERCENT if is_percent(reading.indicator, known.rules) else SCALES
    for scale, word in scales.items():
        if all(is_within(value, peer.value * scale, factor) for peer in others):
            return f"{word} kali", others
        if all(is_within(value, peer.value / scale, factor) for peer in others):
            return f"seper{word}", others
    return None
