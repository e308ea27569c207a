"""What an office holds, told so that two of them can be compared, and what is wrong with it."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from pipeline.domain.procedure import CommandFolder
from pipeline.files import sha256_of
from pipeline.intake.outbox import GONE
from pipeline.ledger.events import check_chains
from pipeline.ledger.tables import (
    Arrival,
    Collection,
    Decision,
    Document,
    Event,
    Number,
    Publication,
    Record,
)
from pipeline.sop.collection.summary import SUMMARY
from pipeline.sop.publish import STARTER
from pipeline.tasks.audit.audit import audit
from tests.faults.works import beside, whole_files_found
from tests.sop.under_way import UnderWay

REPLACED = {(SUMMARY, GONE), (STARTER, GONE)}
"""These are made anew whenever their chain runs, and take the place of those before."""
SENT = "dikirim.json"
TEMPORARY = re.compile(r"\.[0-9a-f]{32}\.tmp")


def look(at: UnderWay, *, settled: bool = True) -> dict[str, Any]:
    """The state of an office, and its faults; ``settled`` where nothing may be under way."""
    faults = [*database_faults(at), *file_faults(at), *whole_files_found(beside(at)), *lost(at)]
    if settled:
        faults += [f"{f.place}: {f.message}" for f in audit(at.office).findings]
        faults += [f"left in work: {p.name}" for p in at.office.work.iterdir()]
        faults += [f"left in the inbox: {p.name}" for p in halves(at)]
    return {"faults": faults, "state": state(at)}


def database_faults(at: UnderWay) -> list[str]:
    with at.office.ledger.read() as session:
        sound = session.execute(text("PRAGMA integrity_check")).scalars().all()
        chains = [fault.message for fault in check_chains(session, at.office.id)]
    return [f"database: {line}" for line in sound if line != "ok"] + chains


def file_faults(at: UnderWay) -> list[str]:
    """Files that are not what their place promises."""
    office = at.office
    wrong = [
        f"half in the store: {path}"
        for path in office.store.folder.glob("??/*")
        if not path.name.startswith(".") and sha256_of(path) != path.name
    ]
    with office.ledger.read() as session:
        laid = session.scalars(select(Publication)).all()
    whole = {row.sha256 for row in laid}
    for name in {row.path for row in laid}:
        path = office.inbox / name
        if path.is_file() and sha256_of(path) not in whole:
            wrong.append(f"half laid out: {name}")
    return wrong


def note_sent(at: UnderWay) -> None:
    """Remember what people have sent and nobody has taken yet."""
    sent = [sha256_of(path) for path in _in_command_folders(at)]
    (at.office.root / SENT).write_text(json.dumps(sent))


def lost(at: UnderWay) -> list[str]:
    """What people sent is in its folder, in work, or in the ledger and the store."""
    office = at.office
    held = {sha256_of(path) for path in _in_command_folders(at)}
    held |= {sha256_of(path) for path in office.work.rglob("*") if path.is_file()}
    with office.ledger.read() as session:
        entered = set(session.scalars(select(Arrival.sha256)))
    held |= {path.name for path in office.store.folder.glob("??/*") if path.name in entered}
    sent = json.loads((office.root / SENT).read_text())
    return [f"lost: {sha256}" for sha256 in sent if sha256 not in held]


def _in_command_folders(at: UnderWay) -> list[Path]:
    commands = {str(command) for command in CommandFolder}
    found = at.office.inbox.rglob("*")
    return [path for path in found if path.is_file() and commands & set(path.parts)]


def halves(at: UnderWay) -> list[Any]:
    found = at.office.inbox.rglob(".*.tmp")
    return [path for path in found if TEMPORARY.fullmatch(path.name)]


def state(at: UnderWay) -> dict[str, Any]:
    """Everything that is to be there exactly once, without what chance decides."""
    with at.office.ledger.read() as session:
        codes = [*session.scalars(select(Document.code)), *session.scalars(select(Record.code))]
        rows = {
            "documents": [
                (d.kind, d.post, d.state, d.revision, d.returns)
                for d in session.scalars(select(Document))
            ],
            "collections": [(c.edition, c.stage) for c in session.scalars(select(Collection))],
            "arrivals": [
                (a.folder, a.name, a.sha256, a.outcome) for a in session.scalars(select(Arrival))
            ],
            "decisions": [
                (d.verdict, d.revision, d.done) for d in session.scalars(select(Decision))
            ],
            "events": [e.kind for e in session.scalars(select(Event))],
            "numbers": [(n.seq, n.text, n.cancelled) for n in session.scalars(select(Number))],
            "records": [
                (r.dossier_number, r.edition, r.path) for r in session.scalars(select(Record))
            ],
            "laid out": [
                (p.path, p.role, p.state)
                for p in session.scalars(select(Publication))
                if (p.role, p.state) not in REPLACED
            ],
        }
    seen = [p.relative_to(at.office.inbox) for p in at.office.inbox.rglob("*") if p.is_file()]
    rows["files"] = [(p.as_posix(),) for p in seen if not TEMPORARY.fullmatch(p.name)]
    bags = at.office.archive.rglob("*")
    rows["archive"] = [(p.relative_to(at.office.archive).as_posix(),) for p in bags if p.is_file()]
    return {what: _counted(found, codes) for what, found in rows.items()}


def _counted(rows: list[Any], codes: list[str]) -> dict[str, int]:
    """Each row with how often it is there; codes are drawn by lot, so that they read alike."""
    lot = re.compile("|".join(map(re.escape, codes))) if codes else None
    told = [lot.sub("KODE", repr(row)) if lot else repr(row) for row in rows]
    return dict(sorted(Counter(told).items()))
