"""Document numbers (naskah dinas): one sequence per unit and year, reserved before signing."""

from sqlalchemy import func, select

from pipeline.errors import ConfigurationError
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Number


def reserve_number(
    tx: Transaction, document_id: str, *, template: str, classification: str, unit: str, year: int
) -> str:
    """The number of a document: the one it has, else the next; never one that was used before.

    ``template`` names ``{kode}``, ``{urut}``, ``{unit}`` and ``{tahun}``.

    Raises:
        ConfigurationError: the template names something else.
    """
    held = tx.session.get(Number, document_id)
    if held is not None:
        return held.text
    last = tx.session.scalar(
        select(func.max(Number.seq)).where(
            Number.office_id == tx.office_id, Number.unit == unit, Number.year == year
        )
    )
    seq = (last or 0) + 1
    try:
        text = template.format(kode=classification, urut=seq, unit=unit, tahun=year)
    except (KeyError, IndexError, ValueError) as unknown:
        raise ConfigurationError(
            f"filing.number_template '{template}' memuat isian yang tidak dikenal. Yang ada:"
            " {kode}, {urut}, {unit}, {tahun}."
        ) from unknown
    number = Number(
        document_id=document_id, office_id=tx.office_id, unit=unit, year=year, seq=seq, text=text
    )
    tx.session.add(number)
    tx.session.flush()
    return text
