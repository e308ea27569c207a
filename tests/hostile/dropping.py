"""An office into which one hostile file after another is dropped."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import select

from pipeline.domain.form import Field
from pipeline.domain.naming import post_folder
from pipeline.domain.period import Period
from pipeline.forms.package import open_word
from pipeline.forms.workbooks.roster import write_roster
from pipeline.forms.workbooks.statements import write_statements
from pipeline.intake.claim import Claimer
from pipeline.ledger.tables import Arrival
from pipeline.sop.printout.sealed import SEALED
from pipeline.tasks.demo.data import sample_statements
from pipeline.tasks.demo.hand import fill_controls
from tests.journeys.bad_input import assert_says
from tests.pdf.on_files import extract_text
from tests.sop.bad_papers import substance
from tests.sop.desk import PROCEDURE
from tests.sop.under_way import KASUBAG, OFFICIALS, UnderWay

from .corpus import Honest, Hostile, Outcome
from .cost import measured

PATIENCE_S = 240.0
NO_CHANGE = "tanpa perubahan"  # a Data Induk that was read, and says what is on file
NEXT = Period(2026, 4)
SECRET = "RAHASIA-NEGARA-7f3a"
OFFICIAL = f"4-pengisian/{post_folder(KASUBAG)}"
FOLDERS = {
    "draft": "1-draft/kirim",
    "statements": "1-draft/kirim",
    "master": "1-draft/kirim",
    "roster": "3-penggandaan/kirim",
    "form": f"{OFFICIAL}/kirim",
    "evidence": f"{OFFICIAL}/kirim",
    "entry": "6-entri/kirim",
    "initial": "7-paraf/diparaf",
    "sign": "8-tanda-tangan/ditandatangani",
}
NAMES = {
    "draft": "Format Data Kinerja TW IV 2026.docx",
    "statements": "Daftar Pernyataan TW IV 2026.xlsx",
    "roster": "Daftar Pejabat TW III 2026.xlsx",
    "form": "Formulir.docx",
    "evidence": "Bukti.pdf",
    "master": "Data Induk.xlsx",
    "entry": "Entri Data Kinerja TW III 2026.xlsx",
    "initial": "Hasil paraf.pdf",
    "sign": "Hasil tanda tangan.pdf",
}


@dataclass
class Dropped:
    """What became of a file: its arrival, and all text that its office now shows."""

    arrival: Arrival
    said: str


def honest_files(at: UnderWay, port: int) -> Honest:
    """What an honest office has in its hands when its forms are out."""
    return replace(papers(at, port), form=filled_form(at))


def papers(at: UnderWay, port: int) -> Honest:
    """What an honest office has in its hands at any time."""
    canary = at.office.root / ".kinerja" / "rahasia.txt"
    canary.write_text(SECRET)
    draft = at.office.root / "templates" / PROCEDURE / "formulir.docx"
    return Honest(
        form=b"",
        draft=draft.read_bytes(),
        statements=write_statements(sample_statements(NEXT, OFFICIALS), office_name="Dinas"),
        roster=write_roster(at.roster, at.statements, office_name="Dinas"),
        master=at.folders.wait("1-draft/Data Induk.xlsx").read_bytes(),
        port=port,
        canary=canary,
    )


def filled_form(at: UnderWay) -> bytes:
    """An official's form, filled in and not sent."""
    form = at.folders.wait(f"{OFFICIAL}/Format*{at.period.short}*.docx")
    answers = {
        (indicator.code, field): text
        for indicator in at.roster.indicators_of(KASUBAG, at.statements)
        for field, text in ((Field.ACTUAL, "17"), (Field.REMARK, "Hasil pendataan"))
    }
    return fill_controls(form.read_bytes(), answers)


def drop(at: UnderWay, hostile: Hostile, data: bytes) -> Arrival:
    """Put the file into its command folder and work until it has been judged."""
    name = hostile.name or NAMES[hostile.desk]
    before = _arrivals(at)
    at.desk.put(FOLDERS[hostile.desk], name, data)
    return until_judged(at, before)


def until_judged(at: UnderWay, before: set[str]) -> Arrival:
    """Work until one more file than ``before`` has come and been judged."""
    office, deadline = at.office, time.monotonic() + PATIENCE_S
    patience_s = office.settings.watch.quiet_s
    # One for all looks: what is cut off is given up when it has been quiet for as long as that.
    claimer = Claimer(office.inbox, office.work, office.store, office.ledger, patience_s=patience_s)
    while True:
        claimer.sweep(office.procedures)
        at.desk.work()
        with at.office.ledger.read() as session:
            new = [a for a in session.scalars(select(Arrival)) if a.id not in before]
        if new and all(arrival.outcome for arrival in new):
            return new[0]
        assert time.monotonic() < deadline, "the file was not judged"
        time.sleep(0.1)


def assert_harmless(at: UnderWay, hostile: Hostile, honest: Honest) -> Dropped:
    """Drop it; it must be answered as the corpus says, at no more than the stated cost."""
    data = hostile.make(honest)
    before, lying = substance(at.office), _lying(at)
    with measured() as cost:
        arrival = drop(at, hostile, data)
    assert arrival.sha256 == hashlib.sha256(data).hexdigest()
    assert at.office.store.read(arrival.sha256) == data
    new = {name for name, _ in _lying(at) - lying}
    said = "\n".join(_text(at, name) for name in sorted(new))
    CHECKS[hostile.outcome](at, hostile, data, new, said)
    if hostile.outcome is Outcome.GIVEN_BACK:
        assert substance(at.office) == before
    assert SECRET not in said
    assert SECRET not in "".join(sorted(new))
    assert str(at.office.root) not in said
    assert "Traceback" not in said
    assert cost.cpu_s <= hostile.cpu_s, cost
    assert cost.megabytes <= hostile.megabytes, cost
    return Dropped(arrival, said)


def _given_back(at: UnderWay, hostile: Hostile, data: bytes, new: set[str], said: str) -> None:
    back = [n for n in new if "/PERBAIKI" in n or "/DITOLAK" in n]
    assert any((at.desk.inbox / name).read_bytes() == data for name in back)
    assert any("/SLIP" in name for name in new), new
    assert_says(said, hostile.says)


def _bounced(at: UnderWay, hostile: Hostile, data: bytes, new: set[str], said: str) -> None:
    [form] = [n for n in new if "/PERBAIKI" in n and n.endswith(".docx")]
    assert not open_word((at.desk.inbox / form).read_bytes()).has_macros()
    assert at.form(KASUBAG).returns > 0
    assert_says(said, hostile.says)


def _taken(at: UnderWay, hostile: Hostile, data: bytes, new: set[str], said: str) -> None:
    assert not [n for n in new if "/SLIP" in n or "/PERBAIKI" in n or "ditolak" in n], said
    assert not [n for n in new if (at.desk.inbox / n).read_bytes() == data], new
    assert_says(said, hostile.says)


def _kept(at: UnderWay, hostile: Hostile, data: bytes, new: set[str], said: str) -> None:
    sha256 = hashlib.sha256(data).hexdigest()
    pieces = at.form(KASUBAG).data.get("evidence", [])
    assert sha256 in [piece["sha256"] for piece in pieces]
    assert_says(said, "data dukung diterima", hostile.says)


Check = Callable[[UnderWay, Hostile, bytes, set[str], str], None]
CHECKS: dict[Outcome, Check] = {
    Outcome.GIVEN_BACK: _given_back,
    Outcome.BOUNCED: _bounced,
    Outcome.TAKEN: _taken,
    Outcome.KEPT: _kept,
}


def assert_the_next_one_works(at: UnderWay, desk: str, honest: Honest) -> None:
    """The honest file that should have come is taken, and the slip about the other one goes."""
    right = {
        "draft": honest.draft,
        "statements": honest.statements,
        "roster": honest.roster,
        "form": honest.form,
        "master": honest.master,
        "entry": honest.entry,
        "initial": honest.sealed,
        "sign": honest.sealed,
        "evidence": b"%PDF-1.7\nbukti\n%%EOF\n" + str(time.monotonic_ns()).encode() + b"\n%%EOF\n",
    }[desk]
    arrival = drop(at, Hostile(desk, lambda _: right), right)
    assert arrival.outcome in {"diterima", "data-dukung", SEALED, NO_CHANGE}, arrival.outcome


def _arrivals(at: UnderWay) -> set[str]:
    with at.office.ledger.read() as session:
        return set(session.scalars(select(Arrival.id)))


def _lying(at: UnderWay) -> set[tuple[str, int]]:
    """Every file in the folders: path and time, so that one laid out again counts as new."""
    files = (path for path in at.desk.inbox.rglob("*") if path.is_file())
    return {(path.relative_to(at.desk.inbox).as_posix(), path.stat().st_mtime_ns) for path in files}


def _text(at: UnderWay, name: str) -> str:
    path = at.desk.inbox / name
    is_ours = path.suffix == ".pdf" and not path.name.startswith(("PERBAIKI", "DITOLAK"))
    return extract_text(path) if is_ours else ""
