"""The head of a unit is replaced while the form is open."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.domain.document import Kind
from pipeline.domain.form import Field
from pipeline.domain.master import Capacity, MasterData, Tenure
from pipeline.domain.naming import post_folder
from pipeline.forms.package import open_word
from pipeline.forms.readback import read_fields
from pipeline.sop.handover import hand_over
from pipeline.sop.master.versions import keep, put_on_file
from pipeline.tasks.demo.hand import fill_controls

from .proposing import change, on_file
from .under_way import HEAD, UnderWay

FOLDER = f"4-pengisian/{post_folder(HEAD)}"
FORM = f"{FOLDER}/Format*.docx"
SUCCESSOR, NIP = "Contoh Pengganti, S.Pi.", "198507072010011005"


def succeeded(
    master: MasterData, first: date, *, ended: date, capacity: Capacity = Capacity.ACTING
) -> MasterData:
    """The head of the unit until ``ended``, then a successor from ``first`` on."""
    acting = Tenure(
        *(HEAD, SUCCESSOR, NIP, "III/d", first, date(2026, 12, 31)), capacity, "821/7/2026"
    )
    return replace(vacated(master, ended), tenures=(*vacated(master, ended).tenures, acting))


def vacated(master: MasterData, ended: date) -> MasterData:
    """The head of the unit until ``ended``, then nobody."""
    tenures = (replace(t, active_to=ended) if t.post == HEAD else t for t in master.tenures)
    return replace(master, tenures=tuple(tenures))


def without_head(master: MasterData) -> MasterData:
    """The post itself is gone."""
    posts = tuple(p for p in master.posts if p.name != HEAD)
    return replace(master, posts=posts, tenures=tuple(t for t in master.tenures if t.post != HEAD))


def yesterday(at: UnderWay) -> date:
    """The day before."""
    day = at.office.now().date()
    return day.replace(day=day.day - 1)


def replace_head(at: UnderWay) -> None:
    """A Plt. holds the post from today on."""
    today = at.office.now().date()
    change(at, succeeded(on_file(at)[0], today, ended=yesterday(at)))


def typed(at: UnderWay, actual: str, remark: str, pattern: str = FORM) -> Path:
    """The official types into the form where it lies, and saves it."""
    form = at.folders.wait(pattern)
    code = at.roster.indicators_of(HEAD, at.statements)[0].code
    values = {(code, Field.ACTUAL): actual, (code, Field.REMARK): remark}
    form.write_bytes(fill_controls(form.read_bytes(), values))
    return form


def stands_in(form: Path) -> tuple[str, str, str]:
    """The header's name, the first actual and its remark."""
    package = open_word(form.read_bytes())
    text = "".join(str(t) for t in package.xml("word/document.xml").itertext())
    name = SUCCESSOR if SUCCESSOR in text else "lama"
    row = next(iter(read_fields(package).values()))
    return name, row[Field.ACTUAL], row[Field.REMARK]


def replace_head_by_hand(at: UnderWay) -> None:
    """A new version on file, and the hand-over at once, with no other chain before it."""
    master, base = on_file(at)
    today = at.office.now().date()
    sha256 = keep(at.office, succeeded(master, today, ended=yesterday(at)))
    with at.office.ledger.write() as tx:
        listed = at.document(Kind.ROSTER)
        put_on_file(tx, sha256, base=base, document=listed, actor="uji", via="uji")
    hand_over(at.office, at.collection.id)
