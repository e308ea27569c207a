"""What was changed since the officials reported: listed on the print-out, ticked at the paraf.

1. The list is made with the print-out and kept with it (`list_changes`): its annex says the same.
2. Whoever puts the paraf ticks each change of this edition by its number (`accept`).
3. Without every tick no paraf is entered (`require_accepted`).

A print-out that was returned is made anew, and so is its list: ticks hold for one revision.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from pipeline.domain.document import Kind
from pipeline.domain.form import Change
from pipeline.domain.naming import without_nik
from pipeline.domain.procedure import Verb
from pipeline.errors import ConflictError
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Document
from pipeline.sop.case import Case
from pipeline.sop.printout.turns import first_seal
from pipeline.sop.values import change_from_json, change_to_json, changes_of, counts

LISTED, ACCEPTED = "listed", "accepted"
"""In a print-out's data: its list of changes, and the ticks of each revision."""
BY_VERIFIER = "koreksi verifikator"


@dataclass(frozen=True)
class ListedChange:
    """A change with its number in the annex, the form that it is about, and the step it came from.

    What an amended print-out has said already is ``earlier``: it was ticked then.
    """

    number: int
    stage: Verb
    form: str
    post: str
    change: Change
    earlier: bool = False


def list_changes(session: Session, case: Case) -> list[ListedChange]:
    """(1) Every change of the forms that count, numbered; corrections of verifiers come last."""
    forms = [form for form in case.forms(session) if counts(form)]
    own = {form.id for form in forms if form.collection_id == case.collection.id}
    editions = _at_entry(session, case)
    found = [
        (Verb.ENTER, form, change, earlier)
        for form in forms
        for kept, earlier in editions
        for change in changes_of(kept, form.code)
    ]
    found += [
        (Verb.VERIFY, form, change, form.id not in own)
        for form in forms
        for change in changes_of(form.data, "verifier_changes", reason=BY_VERIFIER)
    ]
    return [
        ListedChange(number, stage, form.code, form.post, change, earlier)
        for number, (stage, form, change, earlier) in enumerate(found, start=1)
    ]


def _at_entry(session: Session, case: Case) -> list[tuple[Mapping[str, Any], bool]]:
    """The changes of each edition that this one goes back to, by form; whether it is earlier."""
    found = []
    for collection in reversed(case.lineage(session)):
        edition = Case(case.office, case.procedure, collection)
        workbook = edition.document(session, Kind.WORKBOOK)
        if workbook is not None:
            earlier = collection.id != case.collection.id
            found.append((workbook.data.get("changes", {}), earlier))
    return found


def to_json(listed: Iterable[ListedChange]) -> list[dict[str, Any]]:
    """The list as a print-out keeps it."""
    return [
        {
            "number": one.number,
            "stage": one.stage.value,
            "form": one.form,
            "post": one.post,
            "change": change_to_json(one.change),
            "earlier": one.earlier,
        }
        for one in listed
    ]


def listed_in(printout: Document) -> list[ListedChange]:
    """The changes that a print-out lists."""
    return [
        ListedChange(
            one["number"],
            Verb(one["stage"]),
            one["form"],
            one["post"],
            change_from_json(one["change"]),
            one["earlier"],
        )
        for one in printout.data.get(LISTED, [])
    ]


def to_accept(printout: Document) -> list[ListedChange]:
    """The changes that still have to be ticked before the paraf."""
    ticked = {
        number
        for tick in printout.data.get(ACCEPTED, [])
        if tick["revision"] == printout.revision
        for number in tick["numbers"]
    }
    return [c for c in listed_in(printout) if not c.earlier and c.number not in ticked]


def accept(
    tx: Transaction, printout: Document, numbers: Iterable[int], *, actor: str, via: str
) -> list[int]:
    """(2) Tick these changes; those that were not ticked yet."""
    wanted = set(numbers)
    done = [c.number for c in to_accept(printout) if c.number in wanted]
    if not done:
        return []
    tick: Mapping[str, Any] = {
        "revision": printout.revision,
        "numbers": done,
        "by": actor,
        "via": via,
        "at": tx.now().isoformat(),
    }
    printout.data = {**printout.data, ACCEPTED: [*printout.data.get(ACCEPTED, []), tick]}
    tx.record(
        "changes.accepted",
        chain=printout.collection_id,
        actor=actor,
        via=via,
        document_id=printout.id,
        revision=printout.revision,
        numbers=done,
    )
    return done


def require_accepted(printout: Document, ticked: Iterable[int] = ()) -> None:
    """(3) Every change of this edition must be ticked: before, or with the paraf (``ticked``).

    Raises:
        ConflictError: some are not; says which.
    """
    now = set(ticked)
    left = [c.number for c in to_accept(printout) if c.number not in now]
    if left:
        command, seal = first_seal(printout)
        raise ConflictError(
            f"{printout.code}: {printout.name} memuat perubahan yang belum dicentang: nomor"
            f" {spans(left)} pada Lampiran. Centang satu per satu saat {seal}, atau sebut nomornya:"
            f" `kinerja {command} {printout.code} --as PEJABAT --accept-changes {spans(left)}`,"
            f" dengan --elsewhere bila {seal} dibubuhkan dengan program lain. Bila ada yang tidak"
            f" benar: `kinerja return {printout.code} --note ALASAN`."
        )


def accepted_in(printout: Document) -> list[dict[str, Any]]:
    """Who has ticked what, in Indonesian words for the dossier; of the present revision in full."""
    listed = {c.number: c for c in listed_in(printout)}
    return [
        {
            "naskah": printout.name,
            "revisi": tick["revision"],
            "keputusan": "perubahan diterima",
            "perubahan": [
                told(listed[n]) if tick["revision"] == printout.revision else {"nomor": n}
                for n in tick["numbers"]
            ],
            "oleh": tick["by"],
            "lewat": tick["via"],
            "waktu": tick["at"],
        }
        for tick in printout.data.get(ACCEPTED, [])
    ]


def told(listed: ListedChange) -> dict[str, Any]:
    """A listed change in Indonesian words, as in the dossier and on the command line."""
    change = listed.change
    return {
        "nomor": listed.number,
        "tahap": "verifikasi" if listed.stage is Verb.VERIFY else "entri",
        "formulir": listed.form,
        "jabatan": listed.post,
        "indikator": change.indicator,
        "kolom": change.field.value,
        "semula": change.old,
        "menjadi": change.new,
        "alasan": without_nik(change.reason),
        "oleh": change.by,
        "lewat": change.via,
        "waktu": change.at.isoformat() if change.at else "",
    }


def spans(numbers: Sequence[int]) -> str:
    """Numbers as people write them: ``1-3,5``."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(f"{r[0]}-{r[-1]}" if len(r) > 1 else str(r[0]) for r in runs)
