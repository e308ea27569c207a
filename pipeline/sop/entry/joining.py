"""A form that came after the closing joins the figures, if it is verified while entry is open."""

from collections.abc import Sequence

from pipeline.domain.document import State
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Document
from pipeline.sop.case import Case
from pipeline.sop.returned import LATE

JOINED = "joined"
"""In a form's data: when it was let in that came after the closing."""


def join_late(tx: Transaction, case: Case) -> list[Document]:
    """Let the verified forms that came after the closing count from now on; these forms."""
    joining = [
        form
        for form in case.own_forms(tx.session)
        if form.data.get(LATE) and form.state == State.VERIFIED
    ]
    for form in joining:
        form.data = {**form.data, LATE: False, JOINED: tx.now().isoformat()}
        tx.record(
            "form.joined",
            chain=case.collection.id,
            actor="kinerja",
            via="layanan",
            document_id=form.id,
            revision=form.revision,
        )
    return joining


def joined_news(forms: Sequence[Document]) -> list[str]:
    """What staff are told of forms that have joined."""
    return [f"Formulir {f.code} ({f.post}) menyusul dan sudah diverifikasi." for f in forms]
