"""Each family of errors has its exit code, and each message says what to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from pipeline import errors
from pipeline.cli import app
from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import Verb
from pipeline.errors import ExitCode, KinerjaError
from pipeline.ledger.tables import Collection
from pipeline.office import open_office
from pipeline.tasks.init import init_office, make_practice_keys
from pipeline.tasks.running import only_one
from tests.cli.calling import call
from tests.tasks import small_office as small

FAMILIES = {
    errors.KinerjaError: ExitCode.AT_FAULT,
    errors.ReadError: ExitCode.AT_FAULT,
    errors.ConfigurationError: ExitCode.USAGE,
    errors.UsageError: ExitCode.USAGE,
    errors.ConversionError: ExitCode.CONVERSION,
    errors.SigningError: ExitCode.SIGNING,
    errors.KeyAccessError: ExitCode.KEY,
    errors.TrustError: ExitCode.TRUST,
    errors.ArchiveError: ExitCode.ARCHIVE,
    errors.LedgerError: ExitCode.LEDGER,
    errors.ConflictError: ExitCode.CONFLICT,
    errors.NotFoundError: ExitCode.NOT_FOUND,
    errors.AuthorityError: ExitCode.AUTHORITY,
    errors.BackupError: ExitCode.BACKUP,
    errors.DiskError: ExitCode.DISK,
}
WAITING, VERIFIED = "WWWWW22222", "VVVVV22222"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An office with one form that waits for the Kasubag and one that is verified."""
    root = init_office(tmp_path_factory.mktemp("kantor"))
    make_practice_keys(root)
    with open_office(root) as opened, opened.ledger.write() as tx:
        now = opened.now()
        tx.session.add(
            Collection(
                id=small.COLLECTION,
                office_id=opened.id,
                procedure="data-kinerja",
                period=small.PERIOD,
                stage=Verb.FILL,
                opened_at=now,
                stage_since=now,
            )
        )
        tx.session.flush()
        forms = {WAITING: State.WAITING, VERIFIED: State.VERIFIED}
        for number, (code, state) in enumerate(forms.items()):
            tx.session.add(
                small.a_document(
                    opened,
                    f"{number}" * 32,
                    code,
                    kind=Kind.FORM.value,
                    post=f"Jabatan {number}",
                    name=f"Format {number}.docx",
                    state=state.value,
                )
            )
    return root


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.__name__)
def test_every_family_of_errors_has_its_code(
    family: type[KinerjaError], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise family("Kalimat yang panjang sekali, " * 9 + "[bukan] markup. Perbaiki dahulu.")

    monkeypatch.setitem(app.COMMANDS, "gagal", lambda: fail)
    said = call("gagal")
    assert said.code == FAMILIES[family]
    assert said.stderr.count("\n") == 1  # a path in a message is never broken over two lines
    assert said.stderr.endswith("[bukan] markup. Perbaiki dahulu.\n")


def test_all_families_are_listed() -> None:
    def below(family: type[KinerjaError]) -> Iterator[type[KinerjaError]]:
        yield family
        for inner in family.__subclasses__():
            yield from below(inner)

    declared = {f for f in below(KinerjaError) if f.__module__ == errors.__name__}
    assert declared == set(FAMILIES)


def test_a_bug_says_so_and_hides_personal_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ValueError("NIP 198609262015051001 tidak terduga")

    monkeypatch.setitem(app.COMMANDS, "gagal", lambda: fail)
    said = call("gagal")
    assert said.code == ExitCode.BUG
    assert "a bug; nothing is half done" in said.stderr
    assert "198609262015051001" not in said.stderr
    assert "ValueError" in said.stderr


def test_giving_up_at_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise typer.Abort

    monkeypatch.setitem(app.COMMANDS, "gagal", lambda: fail)
    assert call("gagal").code == ExitCode.AT_FAULT


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["approve", "QQQQQ77777"], ExitCode.NOT_FOUND, "no document has this code"),
        (["approve", VERIFIED], ExitCode.CONFLICT, "does not wait for a decision"),
        (["return", WAITING], ExitCode.AT_FAULT, "give it with --note"),
        (["return", WAITING, "--note", " "], ExitCode.AT_FAULT, "give it with --note"),
        (["return", "QQQQQ77777", "--note", "x"], ExitCode.NOT_FOUND, "no document has this"),
        (["initial", "--all", "--as", "siapa"], ExitCode.USAGE, "No signer is called"),
        (["get", "2031-TW1"], ExitCode.NOT_FOUND, "2031-TW1"),
        (["roster", "import", "/tidak/ada.xlsx"], ExitCode.NOT_FOUND, "no such file"),
    ],
    ids=lambda v: "-".join(v[:2]) if isinstance(v, list) else "",
)
def test_a_command_that_cannot_be_carried_out(
    office: Path, words: list[str], code: ExitCode, message: str
) -> None:
    said = call(*words, office=office)
    assert said.code == code, said.stderr
    assert message in said.stderr
    assert said.stdout == ""


def test_the_first_decision_stands(office: Path) -> None:
    assert call("approve", WAITING.lower(), office=office).code == ExitCode.OK
    said = call("return", WAITING, "--note", "berubah pikiran", office=office)
    assert said.code == ExitCode.CONFLICT
    assert "already approved by" in said.stderr


def test_a_second_service_for_one_office_is_refused(office: Path) -> None:
    with open_office(office) as opened, only_one(opened):
        said = call("run", "--no-web", office=office)
    assert said.code == ExitCode.CONFLICT
    assert "A service already runs for" in said.stderr


def test_a_bad_roster_is_not_imported(office: Path, tmp_path: Path) -> None:
    workbook = tmp_path / "Daftar Pejabat.xlsx"
    workbook.write_bytes(b"bukan Excel")
    said = call("roster", "import", str(workbook), office=office)
    assert said.code == ExitCode.AT_FAULT
    assert "bukan buku kerja Excel" in said.stdout
    assert "Nothing was imported" in said.stdout


def test_a_file_that_is_not_there_cannot_be_verified(office: Path) -> None:
    said = call("verify", "/tidak/ada.pdf", office=office)
    assert said.code == ExitCode.NOT_FOUND


def test_what_is_no_pdf_is_not_valid(office: Path, tmp_path: Path) -> None:
    file = tmp_path / "surat.pdf"
    file.write_bytes(b"bukan PDF")
    assert call("verify", str(file), office=office).code in {ExitCode.AT_FAULT, ExitCode.NOT_FOUND}


def test_an_office_in_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("ada isinya")
    said = call("init", str(tmp_path / "berkas"))
    assert said.code == ExitCode.USAGE
    assert "Choose a folder" in said.stderr


def test_a_demo_does_not_touch_an_office(office: Path) -> None:
    said = call("demo", "--dir", str(office), "--officials", "2")
    assert said.code == ExitCode.CONFLICT
    assert "an office is there already" in said.stderr
