"""Every command explains itself, and wrong usage is told apart from everything else."""

import subprocess
import sys

import pytest

from pipeline.cli.app import COMMANDS, GROUPS
from pipeline.errors import ExitCode
from tests.cli.calling import call

EVERY = [(), *((name,) for name in COMMANDS), *((group,) for group in GROUPS)] + [
    (group, inner) for group, (_, commands) in GROUPS.items() for inner in commands
]


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_help(words: tuple[str, ...]) -> None:
    said = call(*words, "--help")
    assert said.code == ExitCode.OK
    assert said.stdout.startswith(f"Usage: kinerja{''.join(f' {w}' for w in words)}")
    assert "Options:" in said.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["sulap"], "No such command 'sulap'"),
        (["roster", "buang"], "No such command 'buang'"),
        (["status", "--sulap"], "No such option"),
        (["approve"], "Missing argument 'DOC'"),
        (["initial", "--all"], "Missing option '--as'"),
        (["demo", "--officials", "1"], "greater than or equal to 2"),
        (["sign", "--as", "kasubag", "--pin-fd", "x"], "should be a valid integer"),
        (["verify"], "Missing argument"),
    ],
)
def test_wrong_usage(words: list[str], message: str) -> None:
    said = call(*words)
    assert said.code == ExitCode.USAGE
    assert message in " ".join(said.stderr.split())
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("words", [[], ["roster"]])
def test_a_bare_call_shows_what_there_is(words: list[str]) -> None:
    said = call(*words)
    assert said.code == ExitCode.USAGE
    assert "Commands:" in said.stdout + said.stderr


def test_the_program_ends_with_the_exit_code() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "sulap"], capture_output=True, text=True, check=False
    )
    assert done.returncode == ExitCode.USAGE
    assert "No such command" in done.stderr
