"""A form that came after the closing, filed into the dossier of its collection."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import bagit
import pytest
from sqlalchemy import delete

from pipeline.archive.bag import read_bag
from pipeline.archive.numbers_filed import filed_numbers
from pipeline.domain.collection import Amendment
from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import CommandFolder
from pipeline.errors import ArchiveError, ConflictError
from pipeline.ledger.tables import Document, Event
from pipeline.pdf.convert import Converter
from pipeline.sop.dossier.late import FILE_LATE, file_late
from pipeline.sop.runner import run
from pipeline.tasks.audit.audit import audit

from .filed import (
    Template,
    card,
    file_one,
    filed,
    finish,
    open_amendment,
    records,
    refill,
    the_bag,
)
from .under_way import HEAD, KASUBAG, SECRETARY, UnderWay

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Template:
    """Filed without the head of a unit, who was absent at the closing."""
    root = tmp_path_factory.mktemp("tanpa-satu") / "kantor"
    return file_one(root, converter, absent=(HEAD,))


@pytest.fixture
def at(template: Template, converter: Converter, tmp_path: Path) -> Iterator[UnderWay]:
    with filed(template, tmp_path / "kantor", converter) as under_way:
        yield under_way


def send(at: UnderWay, collection_id: str = "") -> None:
    """The absent official sends the form after all, and it is verified."""
    form = at.paper(collection_id or at.collection.id, Kind.FORM, HEAD)
    at.send(HEAD)
    at.move(f"5-verifikasi/*{form.code}.docx", CommandFolder.APPROVE)


def verify_only(at: UnderWay) -> None:
    """A late form that is verified, and not filed yet."""
    send(at)
    with at.office.ledger.write() as tx:
        tx.session.get_one(Document, at.form(HEAD).id).state = State.VERIFIED


def test_it_joins_the_dossier_as_susulan(at: UnderWay) -> None:
    before = the_bag(at)
    form = at.form(HEAD)
    assert form.state == State.ABSENT
    send(at)
    bag, form = the_bag(at), at.form(HEAD)
    assert form.state == State.FILED
    assert bag.generation == before.generation + 1
    assert bagit.Bag(str(bag.path)).validate()
    assert before.payload.items() - bag.payload.items() <= {
        item for item in before.payload.items() if item[0].startswith(("metadata/", "BACA SAYA"))
    }
    added = set(bag.payload) - set(before.payload)
    assert any(n.startswith("dokumen/Formulir") and form.code in n for n in added)
    assert any(n.startswith("asli/") and form.code in n for n in added)
    assert any(n.startswith(f"keputusan/Susulan {form.code}/") for n in added)
    assert f"keputusan/keputusan-susulan-{form.code}.json" in added
    values = json.loads((bag.path / f"data/nilai/nilai-susulan-{form.code}.json").read_text())
    assert values["susulan"]["jabatan"] == HEAD
    assert values["susulan"]["dilaporkan"]
    titles = {item["judul"] for item in card(at)["isi"]}
    assert f"Formulir {HEAD} (susulan)" in titles
    (record,) = records(at)
    assert record.tagmanifest == bag.sha256
    assert [e.payload["bag"] for e in at.events() if e.kind == "form.filed-late"] == [bag.sha256]
    assert audit(at.office).findings == ()
    assert any(form.code in p.name for p in at.desk.files(f"hasil/{at.period}/formulir/*"))


def test_filing_it_twice_changes_nothing(at: UnderWay) -> None:
    send(at)
    bag, form = the_bag(at), at.form(HEAD)
    run(at.office, FILE_LATE, form.id)
    assert the_bag(at).sha256 == bag.sha256
    with at.office.ledger.write() as tx:  # as if the commit after the swap had been lost
        tx.session.get_one(Document, form.id).state = State.VERIFIED
        tx.session.execute(delete(Event).where(Event.kind == "form.filed-late"))
    run(at.office, FILE_LATE, form.id)
    assert (the_bag(at).sha256, the_bag(at).generation) == (bag.sha256, bag.generation)
    assert at.form(HEAD).state == State.FILED


def test_what_is_not_ready_is_left_alone(at: UnderWay) -> None:
    bag = the_bag(at)
    for post in (HEAD, KASUBAG):  # absent, and filed long ago
        file_late(at.office, at.form(post).id)
    assert the_bag(at).sha256 == bag.sha256


def test_a_dossier_that_is_gone_is_told(at: UnderWay) -> None:
    verify_only(at)
    bag = the_bag(at).path
    bag.rename(at.office.root / "di tempat lain")
    with pytest.raises(ArchiveError, match="tidak ada di arsip"):
        file_late(at.office, at.form(HEAD).id)
    assert at.form(HEAD).state == State.VERIFIED


def test_a_perubahan_takes_late_figures_in(at: UnderWay) -> None:
    send(at)
    late = at.form(HEAD)
    with pytest.raises(ConflictError, match="--as perubahan"):
        open_amendment(at, HEAD)
    opened = open_amendment(at, kind=Amendment.CHANGE, all_absent=True)
    assert [post for post, _ in opened.forms] == [HEAD]
    assert at.form(HEAD).data["rows"] == late.data["rows"]
    at.send(HEAD, pattern="PERUBAHAN*.docx")
    at.approve(HEAD)
    finish(at)
    first, second = records(at)
    assert (second.amends, second.edition) == (first.id, 2)
    assert f"dokumen/Data Kinerja {at.period.short} - Perubahan 1.pdf" in the_bag(at).payload
    values = json.loads((the_bag(at).path / "data/nilai/nilai-2.json").read_text("utf-8"))
    assert {form["jabatan"] for form in values["formulir"]} == {KASUBAG, SECRETARY, HEAD}
    assert audit(at.office).findings == ()


def test_a_form_that_comes_late_joins_the_corrected_dossier(at: UnderWay) -> None:
    first = at.collection.id
    open_amendment(at, SECRETARY)
    refill(at, SECRETARY, "6,25")
    finish(at)
    send(at, first)
    assert at.paper(first, Kind.FORM, HEAD).state == State.FILED
    assert the_bag(at).generation == 3
    assert {r.tagmanifest for r in records(at)} == {the_bag(at).sha256}
    assert card(at)["nomor_naskah"] == records(at)[1].document_number
    assert card(at)["nomor_naskah_terdahulu"] == [records(at)[0].document_number]
    assert audit(at.office).findings == ()


def test_a_restored_older_ledger_adds_nothing_to_a_newer_dossier(
    at: UnderWay, converter: Converter, tmp_path: Path
) -> None:
    """The ledger was restored to before the ralat; then a form comes late."""
    shutil.copytree(at.office.state, tmp_path / "cadangan")
    open_amendment(at, SECRETARY)
    refill(at, SECRETARY, "6,25")
    finish(at)
    first, second = (r.document_number for r in records(at))
    shutil.rmtree(at.office.state)
    shutil.copytree(tmp_path / "cadangan", at.office.state)
    restored = Template(at.office.root, at.pins, at.desk.clock.at)
    with filed(restored, tmp_path / "dipulihkan", converter) as again:
        assert [r.document_number for r in records(again)] == [first]
        (standing,) = again.office.archive.glob("*/*/*")
        before = read_bag(standing).sha256
        with pytest.raises(ArchiveError, match="lebih baru daripada yang tercatat"):
            send(again)
        assert read_bag(standing).sha256 == before
        known = {dossier.text for dossier in filed_numbers(again.office.archive)}
    assert known == {first, second}  # what the ledger has forgotten stays used
