"""What is too long for the tables that it goes on into."""

from decimal import Decimal

from pipeline.domain.finding import Finding
from pipeline.domain.numbers import format_number
from pipeline.forms.checks.reading import Known, Reading, column


def is_short_enough(reading: Reading, known: Known) -> list[Finding]:
    """Each text of the row."""
    most = known.rules.longest_text
    return [
        Finding(
            column(reading, field),
            f"isinya {format_number(Decimal(len(text)))} karakter; paling panjang"
            f" {format_number(Decimal(most))}",
            "ringkas isinya, dan kirim rinciannya sebagai data dukung",
        )
        for field, text in reading.row.texts.items()
        if len(text) > most
    ]
