"""The reviewed manifest: what was shown is sealed, with the very same bytes, and nothing else."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain.document import State
from pipeline.domain.procedure import Verb
from pipeline.errors import ExitCode
from pipeline.ledger.events import check_chains
from pipeline.ledger.tables import Collection, Document, Event, Publication
from pipeline.office import Office, open_office
from pipeline.tasks import seal as sealing
from tests.cli.calling import Said, call
from tests.tasks import small_office as small
from tests.tasks.many import FIGURES, add_waiting, code_of, distinct
from tests.tasks.small_office import rewrite

Made = tuple[Path, dict[str, str], bytes]


class Crash(BaseException):
    """The program ends here, whatever it is doing."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return small.prepared_office(tmp_path_factory.mktemp("kantor"))


@pytest.fixture
def office(made: Made) -> Iterator[Office]:
    """An office with three print-outs that wait for their paraf."""
    root, _, prepared = made
    with open_office(root) as opened:
        with opened.ledger.write() as tx:
            for table in (Event, Publication, Document, Collection):
                tx.session.query(table).delete()
        add_waiting(opened, distinct(prepared), 3)
        yield opened


@pytest.fixture(scope="module")
def pin(made: Made) -> str:
    return made[1]["kasubag"]


def run(office: Office, *words: str, pin: str | None = None, who: str = "kasubag") -> Said:
    return call(*words, "--as", who, office=office.root, pin=pin)


def reviewed(office: Office, to: Path, *words: str) -> dict[str, Any]:
    said = run(office, *(words or ("initial", "--all")), "--review", str(to))
    assert said.code == ExitCode.OK, said.stderr
    written: dict[str, Any] = json.loads(to.read_bytes())
    return written


def by_manifest(office: Office, path: Path, *words: str, pin: str | None) -> Said:
    return run(office, *(words or ("initial",)), "--manifest", str(path), "--json", pin=pin)


def printouts(office: Office) -> list[Document]:
    with office.ledger.read() as session:
        return list(session.query(Document).order_by(Document.name))


def events(office: Office) -> list[tuple[str, str | None]]:
    with office.ledger.read() as session:
        found = session.query(Event).where(Event.kind.like("printout.%")).order_by(Event.id)
        return [(e.kind, e.document_id) for e in found]


def errors(said: Said) -> list[str]:
    return [result["error"] for result in json.loads(said.stdout)]


def test_a_review_says_what_would_be_sealed_and_seals_nothing(
    office: Office, tmp_path: Path
) -> None:
    before = [d.pdf for d in printouts(office)]
    written = reviewed(office, tmp_path / "tinjauan.json")
    signer = office.signer("kasubag")
    assert (written["office"], written["seal"]) == (office.id, ["initial"])
    assert written["signer"] == {"alias": "kasubag", "nip": signer.nip, "post": signer.post}
    assert [d["sha256"] for d in written["documents"]] == before
    assert [d["name"] for d in written["documents"]] == [f"Print Out 000{n}.pdf" for n in range(3)]
    assert written["documents"][0]["figures"] == FIGURES
    assert ([d.pdf for d in printouts(office)], events(office)) == (before, [])
    said = run(office, "initial", code_of(1), "--review", "-")
    assert [d["code"] for d in json.loads(said.stdout)["documents"]] == [code_of(1)]
    again = run(office, "initial", "--all", "--review", str(tmp_path / "tinjauan.json"))
    assert (again.code, "there already" in again.stderr) == (ExitCode.USAGE, True)


def test_what_was_reviewed_is_sealed_and_recorded(office: Office, pin: str, tmp_path: Path) -> None:
    path = tmp_path / "tinjauan.json"
    reviewed(office, path)
    said = by_manifest(office, path, pin=pin)
    assert (said.code, errors(said)) == (ExitCode.OK, ["", "", ""])
    digest = sha256(path.read_bytes()).hexdigest()
    with office.ledger.read() as session:
        sealed = session.query(Event).where(Event.kind == "printout.initialled").all()
        assert [e.payload["manifest"] for e in sealed] == [digest] * 3
        assert list(check_chains(session, office.id)) == []
    assert office.store.read(digest) == path.read_bytes()


def test_without_a_file_the_review_is_shown_and_recorded_too(office: Office, pin: str) -> None:
    said = run(office, "initial", "--all", pin=pin)
    assert said.code == ExitCode.OK
    shown = said.stderr
    assert "3 naskah akan diparaf" in shown
    for words in (
        f"{code_of(2)}  Print Out 0002.pdf, revisi 1",
        "12 pejabat; 1 tidak menyampaikan: Kepala UPTD Pelabuhan; 34 indikator (33 dengan",
        "rata-rata capaian 97,50 % (Sangat Tinggi); 3 peringatan",
    ):
        assert words in shown
    with office.ledger.read() as session:
        kept = {e.payload["manifest"] for e in session.query(Event).where(Event.kind.like("pr%"))}
        before = [e.payload["before"] for e in session.query(Event).where(Event.kind.like("pr%"))]
    (digest,) = kept
    written = json.loads(office.store.read(digest))
    assert [d["sha256"] for d in written["documents"]] == before
    assert all(f"SHA-256 {each}" in shown for each in before)


def test_what_changed_since_is_refused_and_what_is_new_is_not_touched(
    office: Office, made: Made, pin: str, tmp_path: Path
) -> None:
    path = tmp_path / "tinjauan.json"
    reviewed(office, path, "initial", code_of(0), code_of(1))
    changed = office.store.put(distinct(made[2])(99))
    with office.ledger.write() as tx:
        tx.session.query(Document).where(Document.code == code_of(1)).one().pdf = changed
    said = by_manifest(office, path, pin=pin)
    assert said.code == ExitCode.AT_FAULT
    refused, sealed = sorted(json.loads(said.stdout), key=lambda r: not r["error"])
    assert (sealed["code"], sealed["seals"]) == (code_of(0), ["initial"])
    assert refused["code"] == code_of(1)
    assert f"{code_of(1)}: Print Out 0001.pdf sudah berubah sejak ditinjau" in refused["error"]
    assert [d.pdf for d in printouts(office)][1] == changed
    with office.ledger.read() as session:
        stages = [c.stage for c in session.query(Collection).order_by(Collection.id)]
    assert stages == [Verb.SIGN, Verb.INITIAL, Verb.INITIAL]


def test_after_a_wrong_pin_the_manifest_still_holds(
    office: Office, pin: str, tmp_path: Path
) -> None:
    path = tmp_path / "tinjauan.json"
    reviewed(office, path)
    said = by_manifest(office, path, pin="00000000")
    assert said.code == ExitCode.KEY
    assert "Tidak ada naskah yang disahkan" in said.stderr
    assert events(office) == []
    assert errors(by_manifest(office, path, pin=pin)) == ["", "", ""]


def test_after_a_crash_the_same_command_goes_on(
    office: Office, pin: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tinjauan.json"
    reviewed(office, path)
    left, enter = [1], sealing.hand_on

    def dies(*args: Any, **more: Any) -> None:
        if not left:
            raise Crash
        left.pop()
        enter(*args, **more)

    monkeypatch.setattr(sealing, "hand_on", dies)
    with pytest.raises(Crash):
        by_manifest(office, path, pin=pin)
    monkeypatch.undo()
    assert len(events(office)) == 1
    said = by_manifest(office, path, pin=pin)
    assert said.code == ExitCode.OK
    results = json.loads(said.stdout)
    (first,) = [r for r in results if r["earlier"]]
    assert (first["code"], first["seals"]) == (code_of(0), [])
    assert (first["earlier"][0]["seal"], first["earlier"][0]["by"]) == ("initial", small.POST)
    assert len(set(events(office))) == len(events(office)) == 3
    done = run(office, "initial", "--manifest", str(path))  # no PIN is asked: nothing is left
    assert done.code == ExitCode.OK
    assert done.stdout.count("initialled already by") == 3


def test_a_manifest_holds_for_its_office_signer_and_seal_only(
    office: Office, pin: str, tmp_path: Path
) -> None:
    path = tmp_path / "tinjauan.json"
    reviewed(office, path)
    for words, who, told in (
        (("initial",), "sekretaris", "not by sekretaris"),
        (("sign",), "kasubag", "reviewed for initial, not for sign"),
    ):
        said = run(office, *words, "--manifest", str(path), pin=pin, who=who)
        assert (said.code, told in said.stderr) == (ExitCode.USAGE, True), said.stderr
    rewrite(path, f'"office": "{office.id}"', '"office": "kantor-lain"')
    said = by_manifest(office, path, pin=pin)
    assert (said.code, "of office 'kantor-lain'" in said.stderr) == (ExitCode.USAGE, True)
    assert events(office) == []


@pytest.mark.parametrize("text", ["", "[]", '{"kind": "kinerja-review"}', "\x00"])
def test_what_is_no_manifest_is_refused(office: Office, tmp_path: Path, text: str) -> None:
    path = tmp_path / "tinjauan.json"
    path.write_text(text)
    said = by_manifest(office, path, pin=None)
    assert (said.code, "no reviewed manifest" in said.stderr) == (ExitCode.USAGE, True)
    missing = by_manifest(office, tmp_path / "lain.json", pin=None)
    assert (missing.code, "cannot be read" in missing.stderr) == (ExitCode.USAGE, True)


def test_a_document_twice_or_not_reviewed_is_refused(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "tinjauan.json"
    written = reviewed(office, path, "initial", code_of(0))
    said = by_manifest(office, path, "initial", code_of(1), pin=None)
    assert (said.code, "was not reviewed" in said.stderr) == (ExitCode.USAGE, True)
    path.write_text(json.dumps({**written, "documents": written["documents"] * 2}))
    said = by_manifest(office, path, pin=None)
    assert (said.code, "twice" in said.stderr) == (ExitCode.USAGE, True)


# --- one sitting ---------------------------------------------------------------------------------


def test_paraf_and_signature_in_one_sitting(office: Office, pin: str, tmp_path: Path) -> None:
    assert run(office, "initial", code_of(2), pin=pin).code == ExitCode.OK
    path = tmp_path / "tinjauan.json"
    written = reviewed(office, path, "sign", "--all", "--with-initial")
    assert (written["seal"], len(written["documents"])) == (["initial", "sign"], 3)
    said = by_manifest(office, path, "sign", "--with-initial", pin=pin)
    assert said.code == ExitCode.OK, said.stderr
    seals = {r["code"]: r["seals"] for r in json.loads(said.stdout)}
    assert seals == {
        code_of(0): ["initial", "sign"],
        code_of(1): ["initial", "sign"],
        code_of(2): ["sign"],
    }
    assert {d.state for d in printouts(office)} == {State.SIGNED}
    again = by_manifest(office, path, "sign", "--with-initial", pin=None)
    assert (again.code, errors(again)) == (ExitCode.OK, ["", "", ""])


def test_a_sitting_that_ended_between_paraf_and_signature_goes_on(
    office: Office, pin: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tinjauan.json"
    reviewed(office, path, "sign", code_of(0), "--with-initial")
    enter = sealing.hand_on

    def dies(*args: Any, **more: Any) -> None:
        if more["stage"] is Verb.SIGN:
            raise Crash
        enter(*args, **more)

    monkeypatch.setattr(sealing, "hand_on", dies)
    with pytest.raises(Crash):
        by_manifest(office, path, "sign", "--with-initial", pin=pin)
    monkeypatch.undo()
    assert [kind for kind, _ in events(office)] == ["printout.initialled"]
    said = by_manifest(office, path, "sign", "--with-initial", pin=pin)
    assert (said.code, errors(said)) == (ExitCode.OK, [""])
    assert [kind for kind, _ in events(office)] == ["printout.initialled", "printout.signed"]


def test_what_was_initialled_outside_the_review_is_not_signed_by_it(
    office: Office, pin: str, tmp_path: Path
) -> None:
    path = tmp_path / "tinjauan.json"
    reviewed(office, path, "sign", code_of(0), "--with-initial")
    assert run(office, "initial", code_of(0), pin=pin).code == ExitCode.OK
    said = by_manifest(office, path, "sign", "--with-initial", pin=pin)
    assert said.code == ExitCode.AT_FAULT
    assert f"diparaf oleh {small.POST}" in errors(said)[0]
    assert [kind for kind, _ in events(office)] == ["printout.initialled"]


def test_a_sitting_needs_the_right_to_both(office: Office, pin: str) -> None:
    said = run(office, "sign", "--all", "--with-initial", pin=pin, who="sekretaris")
    assert said.code == ExitCode.AUTHORITY
    assert events(office) == []
