"""An office with many print-outs that wait for a seal, each of a collection of its own."""

from collections.abc import Callable
from hashlib import sha256

from pipeline.domain.document import CODE_ALPHABET, State
from pipeline.domain.procedure import Verb
from pipeline.ledger.tables import Collection, Document
from pipeline.office import Office
from tests.sop.desk import marked
from tests.tasks import small_office as small

FIGURES = {
    "officials": 12,
    "absent": ["Kepala UPTD Pelabuhan"],
    "late": [],
    "indicators": 34,
    "reached": 33,
    "average": "97,50",
    "rating": "Sangat Tinggi",
    "warnings": 3,
    "changes_at_entry": 0,
    "changes_by_verifiers": 0,
}


def code_of(number: int) -> str:
    """The code of the print-out with this number, from 0."""
    digits = sha256(str(number).encode()).digest()[:10]
    return "".join(CODE_ALPHABET[digit % len(CODE_ALPHABET)] for digit in digits)


def add_waiting(
    office: Office,
    prepared: Callable[[int], bytes],
    count: int,
    *,
    stage: Verb = Verb.INITIAL,
) -> list[str]:
    """``count`` print-outs that wait at ``stage``; their codes, in the order of their names."""
    codes = [code_of(number) for number in range(count)]
    blobs = [office.store.put(prepared(number)) for number in range(count)]
    now = office.now()
    with office.ledger.write() as tx:
        for number, (code, blob) in enumerate(zip(codes, blobs, strict=True)):
            period = f"{2026 + number // 4}-TW{number % 4 + 1}"
            names = {"id": f"{number:032x}", "office_id": office.id, "period": period}
            more = {"opened_at": now, "stage_since": now, "stage": stage}
            tx.session.add(Collection(procedure="data-kinerja", **names, **more))
            tx.session.flush()
            waits = {"state": State.WAITING.value, "pdf": blob, "blob": blob}
            document = small.a_document(office, f"{number:031x}d", code, **waits)
            document.collection_id, document.name = names["id"], f"Print Out {number:04}.pdf"
            document.data = {"key_figures": FIGURES}
            tx.session.add(document)
    return codes


def distinct(prepared: bytes) -> Callable[[int], bytes]:
    """The same print-out for each number, made distinct by a line of its own."""
    return lambda number: marked(prepared, f"naskah {number}")


def clear(office: Office) -> None:
    """Forget all collections and documents."""
    with office.ledger.write() as tx:
        for table in (Document, Collection):
            tx.session.query(table).delete()
