"""A broken office: the message names file, key and mend, and nothing is touched."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import ExitCode
from pipeline.tasks.init import init_office
from tests.cli.calling import Said, call

OFFICE_COMMANDS = (
    ["run"],
    ["status"],
    ["approve", "ABCDE23456"],
    ["return", "ABCDE23456", "--note", "salah"],
    ["initial", "--all", "--as", "kasubag"],
    ["sign", "--all", "--as", "kasubag"],
    ["get", "2026-TW3"],
    ["audit"],
    ["roster", "import", "daftar.xlsx"],
)
SETTINGS = {
    "not-toml": ('[office]\nid = "dkp', "not valid TOML", "Mend that line"),
    "misspelt": ("[offfice]\n", "offfice", "hapus kunci ini atau betulkan ejaannya"),
    "type": ('[web]\nport = "banyak"\n', "web.port", "betulkan nilainya"),
    "range": ("[converter]\noffices = 99\n", "converter.offices", "betulkan nilainya"),
    "nip": (
        '[[signers]]\nalias = "x"\npost = "P"\nname = "N"\nnip = "123"\ngrade = "I/a"\nkey = "k"\n',
        "signers.0.nip",
        "betulkan nilainya",
    ),
    "signer-lacks": ('[[signers]]\nalias = "x"\n', "signers.0.post", "tambahkan kunci ini"),
}
PROCEDURES: dict[str, tuple[Callable[[str], str], str, str]] = {
    "not-toml": (lambda s: s + "\n[identity", "bukan TOML yang sah", "tanda baca"),
    "misspelt": (lambda s: s.replace('warning = "', 'warnning = "'), "warnning", "ejaannya"),
    "missing": (lambda s: s.replace("legal_basis", "dasar"), "legal_basis", "tambahkan kunci"),
    "unknown-actor": (
        lambda s: s.replace('actor = "staf"', 'actor = "hantu"', 1),
        "langkah 1: actor 'hantu'",
        "pilih salah satu dari",
    ),
    "unknown-verb": (lambda s: s.replace('verb = "draft"', 'verb = "sulap"', 1), "verb", "nilai"),
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return init_office(tmp_path_factory.mktemp("kantor"))


@pytest.fixture
def root(template: Path) -> Path:
    """An office whose settings and procedure are as delivered, whatever the test before did."""
    fresh = template.parent / "asli"
    if not fresh.exists():
        fresh.mkdir()
        for name in ("kinerja.toml", "templates/data-kinerja/sop.toml"):
            (fresh / Path(name).name).write_bytes((template / name).read_bytes())
    (template / "kinerja.toml").write_bytes((fresh / "kinerja.toml").read_bytes())
    sop = template / "templates/data-kinerja/sop.toml"
    sop.write_bytes((fresh / "sop.toml").read_bytes())
    return template


def assert_refused(said: Said, code: ExitCode, *parts: str) -> None:
    assert said.code == code, said.stderr
    assert said.stderr.startswith("kinerja: ")
    assert "Traceback" not in said.stderr
    for part in parts:
        assert part in said.stderr, said.stderr


@pytest.mark.parametrize("words", OFFICE_COMMANDS, ids=lambda w: w[0])
def test_no_office_there(words: list[str], tmp_path: Path) -> None:
    said = call(*words, office=tmp_path / "tak-ada")
    advice = ("kinerja.toml: no office here", "kinerja init", "--office")
    assert_refused(said, ExitCode.USAGE, *advice)
    assert not (tmp_path / "tak-ada").exists()


@pytest.mark.parametrize("case", SETTINGS)
def test_broken_settings(root: Path, case: str) -> None:
    text, key, mend = SETTINGS[case]
    settings = root / "kinerja.toml"
    kept = settings.read_text(encoding="utf-8")
    section = text.split("\n")[0]
    if case in {"type", "range"}:  # change the section that stands there
        kept = kept.replace(section, f"{section}_lama", 1)
        settings.write_text(f"{text}\n" + _without(kept, f"{section}_lama"), encoding="utf-8")
    else:
        settings.write_text(f"{kept}\n{text}", encoding="utf-8")
    assert_refused(call("status", office=root), ExitCode.USAGE, str(settings), key, mend)


def _without(text: str, heading: str) -> str:
    """The settings without one section."""
    before, _, rest = text.partition(heading)
    after = rest.find("\n[")
    return before + rest[after:]


def test_settings_that_are_no_text(root: Path) -> None:
    (root / "kinerja.toml").write_bytes(b"\xff\xfe\x00")
    assert_refused(call("status", office=root), ExitCode.USAGE, "kinerja.toml", "not valid TOML")


def test_a_broken_value_in_the_environment(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINERJA_WEB__PORT", "banyak")
    assert_refused(call("status", office=root), ExitCode.USAGE, "web.port")


@pytest.mark.parametrize("case", PROCEDURES)
def test_a_broken_procedure(root: Path, case: str) -> None:
    change, key, mend = PROCEDURES[case]
    path = root / "templates/data-kinerja/sop.toml"
    text = path.read_text(encoding="utf-8")
    assert change(text) != text
    path.write_text(change(text), encoding="utf-8")
    assert_refused(call("run", office=root), ExitCode.USAGE, str(path), key, mend)


def test_a_procedure_that_is_not_there(root: Path) -> None:
    settings = root / "kinerja.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('["data-kinerja"]', '["data-lain"]'), encoding="utf-8")
    said = call("run", office=root)
    assert_refused(said, ExitCode.USAGE, "data-lain/sop.toml", "berkas prosedur tidak ada")


def test_a_database_that_cannot_be_reached(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINERJA_DATABASE__URL", "sqlite:////tidak/ada/kinerja.db")
    assert_refused(call("status", office=root), ExitCode.LEDGER, "database", "kinerja doctor")
