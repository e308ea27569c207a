"""The entry workbook laid ready, again and again: what staff have typed goes from each to the next.

1. A form that comes late and is verified while entry is open counts; a new edition has it
   (`join_late`, `renew`).
2. What staff sent as an older edition is merged into the next (`carry`).
3. What they have changed in an older edition, and not sent, lies in the folder still: it is read
   where it lies, and carried too (`edits_lying`). The file itself stays theirs.
4. The edition is laid out, and a slip tells what became of their edits (`lay_ready`).
"""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from sqlalchemy.orm import Session

from pipeline.domain.document import Kind, State
from pipeline.domain.duty import duties_of
from pipeline.domain.evaluation import show_percent
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import LABELS, FilledRow
from pipeline.domain.procedure import Verb
from pipeline.forms.contexts.notices import Slip
from pipeline.forms.workbooks.entry import EntryRow, write_entry
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Document
from pipeline.office import Office
from pipeline.sop.case import Case, case_of
from pipeline.sop.comparison import Given, changes_given
from pipeline.sop.entry.carried import CARRIED, carried_rows, carried_to_json
from pipeline.sop.entry.edits import SEEN, Edits, edits_lying
from pipeline.sop.entry.joining import join_late, joined_news
from pipeline.sop.entry.merge import Key, Standing, merge
from pipeline.sop.publish import MAIN, NOTICE, clear_about, publish, withdraw
from pipeline.sop.slips import client_folder, print_slip
from pipeline.sop.values import (
    counts,
    entered_rows,
    evaluate_rows,
    verified_rows,
)

OPEN_ENTRY = "open-entry"
EDITION, NEWS = "edition", "news"
"""In a workbook's data: how often it was laid out since it was last received, and why the next
edition is needed."""


def join_while_open(tx: Transaction, case: Case) -> None:
    """A form was verified: if it came late and entry is still open, it gets its new edition."""
    workbook = case.document(tx.session, Kind.WORKBOOK)
    open_states = (State.WAITING, State.RETURNED)
    if case.collection.stage != Verb.ENTER or workbook is None:
        return
    if workbook.state in open_states:
        joined = join_late(tx, case)
        if joined:
            renew(tx, workbook, joined_news(joined), once=joined[-1].id)


def renew(tx: Transaction, workbook: Document, news: Sequence[str], *, once: str) -> None:
    """Have the next edition of a workbook laid out; what staff send until then goes into it."""
    if workbook.state == State.WAITING:
        workbook.revision += 1
    workbook.state, workbook.updated_at = State.RETURNED, tx.now()
    workbook.data = {**workbook.data, NEWS: [*workbook.data.get(NEWS, []), *news]}
    tx.enqueue(OPEN_ENTRY, workbook.collection_id or "", once=f"{once}:{workbook.revision}")


def carry(
    tx: Transaction, workbook: Document, standing: Mapping[Key, Standing], edits: Sequence[Edits]
) -> None:
    """Keep what was carried from workbooks, the first one sent, for the edition that follows."""
    seen = [*workbook.data.get(SEEN, []), *(one.sha256 for one in edits)]
    workbook.data = {**workbook.data, CARRIED: carried_to_json(standing), SEEN: seen}
    news = [f"Isian dari {one.name} sudah dibaca." for one in edits if not one.faults]
    news += [f"{one.name} tidak terbaca seluruhnya." for one in edits if one.faults]
    renew(tx, workbook, news, once=edits[0].sha256)


def lay_ready(office: Office, collection_id: str) -> None:
    """(4) Lay the workbook out as it stands, and tell staff what became of what they had typed."""
    with office.ledger.read() as session:
        case = case_of(session, office, collection_id)
        workbook = case.require(session, Kind.WORKBOOK)
        if workbook.state != State.RETURNED:
            return
        lying = edits_lying(session, office, workbook)
        standing = standing_rows(session, case, workbook)
        for edits in lying:
            if not edits.faults:
                standing = merge(standing, edits.laid, edits.rows)
        rows = _entry_rows(session, case, workbook, standing)
    data = write_entry(
        rows,
        code=workbook.code,
        period=case.period,
        office_name=office.settings.office.name,
        policy=case.procedure.achievement.policy,
        revision=workbook.revision,
    )
    sha256, slip = office.store.put(data), _slip(case, workbook, standing, lying)
    printed = print_slip(office, case.procedure, case.period, slip) if slip else None
    with office.ledger.write() as tx:
        current = tx.session.get_one(Document, workbook.id)
        if current.state == State.RETURNED and current.updated_at == workbook.updated_at:
            _lay(tx, case, current, sha256, printed)
            kept = {key: value for key, value in current.data.items() if key != NEWS}
            seen = [*kept.get(SEEN, []), *(edits.sha256 for edits in lying)]
            current.data = {
                **kept,
                CARRIED: carried_to_json(standing),
                SEEN: seen,
                EDITION: kept.get(EDITION, 0) + 1,
            }


def standing_rows(session: Session, case: Case, workbook: Document) -> dict[Key, Standing]:
    """Every row as the next edition has it: with what was carried, else as entered or verified."""
    statements, roster = case.statements(session), case.roster(session)
    starts: dict[Key, FilledRow] = {}
    for form in _forms(session, case):
        known = {row.indicator: row for row in entered_rows(session, case, workbook, form)}
        for duty in duties_of(roster, form.post, statements):
            code = duty.indicator.code
            starts[form.code, code] = known.get(code, FilledRow(code, {}))
    return carried_rows(workbook, starts)


def _lay(tx: Transaction, case: Case, workbook: Document, sha256: str, slip: str | None) -> None:
    folder, number = case.folder(Verb.ENTER), workbook.data.get(EDITION, 0) + 1
    workbook.state, workbook.blob, workbook.updated_at = State.WAITING, sha256, tx.now()
    withdraw(tx.session, [workbook], (MAIN,))
    stem = PurePosixPath(workbook.name).stem
    name = f"{stem} - EDISI {number}.xlsx" if number > 1 else workbook.name
    publish(tx, folder, name, sha256, role=MAIN, document=workbook)
    if slip is not None:
        told = f"EDISI BARU - {stem}"
        clear_about(tx, folder, told)
        publish(tx, folder, f"{told}.pdf", slip, role=NOTICE, document=workbook)
    tx.record(
        "entry.opened",
        chain=case.collection.id,
        actor="kinerja",
        via="layanan",
        document_id=workbook.id,
        revision=workbook.revision,
        sha256=sha256,
    )


def _slip(
    case: Case, workbook: Document, standing: Mapping[Key, Standing], lying: Sequence[Edits]
) -> Slip | None:
    """What staff should know about this edition; ``None`` where nothing of theirs is touched."""
    news = [
        *workbook.data.get(NEWS, []),
        *(f"{e.name} sudah diubah tetapi belum dikirim; isiannya dibaca." for e in lying),
    ]
    if not news:
        return None
    carried = sum(len(row.carried) for row in standing.values())
    folder = client_folder(case.office, f"{case.folder(Verb.ENTER)}/kirim")
    return Slip(
        title="EDISI BARU BUKU KERJA ENTRI",
        summary=f"{workbook.name} disusun ulang; {carried} isian Saudara sudah ada di dalamnya.",
        document=workbook.name,
        recipient=case.actor_of(Verb.ENTER),
        sender="kinerja",
        code=workbook.code,
        reasons=news,
        findings=[*_clashes(standing), *(f for e in lying for f in _unread(e))],
        steps=[
            "Buka edisi terbaru di folder ini; periksa baris yang bercatatan dan formulir baru.",
            f"Pindahkan edisi itu ke {folder}",
            "Berkas edisi lama boleh dihapus; isinya tidak diubah oleh kinerja.",
        ],
    )


def _clashes(standing: Mapping[Key, Standing]) -> list[Finding]:
    return [
        Finding(
            f"{conflict.key[1]} (formulir {conflict.key[0]})",
            conflict.text,
            "pilih yang benar dalam edisi baru, dengan alasan",
            Severity.WARNING,
        )
        for row in standing.values()
        for conflict in row.to_decide
    ]


def _unread(edits: Edits) -> list[Finding]:
    """What could not be carried from a workbook that cannot be read in full."""
    mend = f"salin isiannya ke edisi baru, atau betulkan {edits.name} dan kirim berkas itu"
    return [
        Finding(f"{edits.name}, {f.place}", f"{f.message}; isian berkas ini belum dibawa", mend)
        for f in edits.faults
    ]


def _entry_rows(
    session: Session, case: Case, workbook: Document, standing: Mapping[Key, Standing]
) -> list[EntryRow]:
    statements, roster = case.statements(session), case.roster(session)
    given, rows = changes_given(workbook), []
    for form in _forms(session, case):
        duties = duties_of(roster, form.post, statements)
        verified = evaluate_rows(case, form.post, duties, verified_rows(session, case, form))
        for duty, before in zip(duties, verified, strict=True):
            key = (form.code, duty.indicator.code)
            now = standing.get(key, Standing(before.filled))
            rows.append(
                EntryRow(
                    form.code,
                    form.post,
                    duty,
                    before.filled,
                    show_percent(before.achievement),
                    now.row,
                    now.reason,
                    " · ".join(filter(None, (now.note, _accepted(given, key)))),
                )
            )
    return rows


def _accepted(given: Given, key: Key) -> str:
    """The changes of a row that were accepted before, with their reasons."""
    told = [
        f"{LABELS[c.field]} “{c.old or 'kosong'}” → “{c.new or 'kosong'}”, {c.reason}"
        for (form, indicator, _, _), c in given.items()
        if (form, indicator) == key
    ]
    return f"Perubahan yang sudah diterima: {'; '.join(told)}" if told else ""


def _forms(session: Session, case: Case) -> list[Document]:
    return [form for form in case.own_forms(session) if counts(form)]
