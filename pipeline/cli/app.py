"""All commands, and the one place where errors become exit codes."""

import gc
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, cast

import typer
from rich.console import Console

from pipeline.cli.disk import disk_error
from pipeline.cli.logs import configure_logging
from pipeline.domain.official import mask_personal
from pipeline.domain.plain_text import visible_lines
from pipeline.errors import ExitCode, KinerjaError

Command = Callable[..., Any]
Load = Callable[[], Command]


def _from(module: str, function: str) -> Load:
    """A command that is imported when it is called: each needs only its own libraries."""
    return lambda: cast(
        "Command", getattr(import_module(f"pipeline.cli.commands.{module}"), function)
    )


COMMANDS: dict[str, Load] = {
    "init": _from("init", "init"),
    "run": _from("run", "run"),
    "worker": _from("worker", "worker"),
    "demo": _from("demo", "demo"),
    "status": _from("status", "status"),
    "approve": _from("approve", "approve"),
    "return": _from("return_", "return_"),
    "extend": _from("extend", "extend"),
    "close": _from("close", "close"),
    "withdraw": _from("withdraw", "withdraw"),
    "enrol": _from("enrol", "enrol"),
    "initial": _from("initial", "initial"),
    "sign": _from("sign", "sign"),
    "verify": _from("verify", "verify"),
    "number": _from("number", "number"),
    "numbers": _from("numbers", "numbers"),
    "get": _from("get", "get"),
    "amend": _from("amend", "amend"),
    "audit": _from("audit", "audit"),
    "renew": _from("renew", "renew"),
    "backup": _from("backup", "backup"),
    "restore": _from("restore", "restore"),
    "doctor": _from("doctor", "doctor"),
}
GROUPS: dict[str, tuple[str, dict[str, Load]]] = {
    "roster": ("The officials who take part.", {"import": _from("roster", "import_")}),
    "master": (
        "Officials, units, indicators and targets, each with its dates.",
        {
            "export": _from("master", "export"),
            "import": _from("master", "import_"),
            "show": _from("master", "show"),
        },
    ),
}


def build(called: str = "") -> typer.Typer:
    """The command line as Typer sees it: whole, or with no more than the command ``called``."""
    app = typer.Typer(
        name="kinerja",
        help="The SOP as a document pipeline: watched folders in, signed records out.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(lambda: None)  # a group, even with one command
    whole = called not in {*COMMANDS, *GROUPS}
    for name, load in COMMANDS.items():
        if whole or name == called:
            app.command(name)(load())
    for name, (help_text, commands) in GROUPS.items():
        if whole or name == called:
            group = typer.Typer(help=help_text, no_args_is_help=True)
            group.callback()(lambda: None)
            for inner, load in commands.items():
                group.command(inner)(load())
            app.add_typer(group, name=name)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run one command; its exit code."""
    configure_logging()
    stderr = Console(stderr=True, highlight=False)
    try:
        result = _command(arguments).main(
            args=list(arguments), prog_name="kinerja", standalone_mode=False
        )
    except KinerjaError as error:
        stderr.print(
            f"kinerja: {visible_lines(str(error))}", style="red", markup=False, soft_wrap=True
        )
        return int(error.exit_code)
    except typer.Abort:
        stderr.print("kinerja: stopped.")
        return int(ExitCode.AT_FAULT)
    except Exception as error:
        if hasattr(error, "exit_code") and hasattr(error, "show"):  # Click's own: wrong usage
            error.show()
            return int(ExitCode.USAGE)
        if (refused := disk_error(error)) is not None:
            stderr.print(f"kinerja: {refused}", style="red", markup=False, soft_wrap=True)
            return int(refused.exit_code)
        stderr.print(visible_lines(mask_personal(traceback.format_exc())), markup=False)
        stderr.print("kinerja: a bug; nothing is half done. Please report the lines above.")
        return int(ExitCode.BUG)
    return result if isinstance(result, int) else int(ExitCode.OK)


def _command(arguments: Sequence[str]) -> Any:
    """What is called, imported without a look for garbage: a module is none, and there are 2000."""
    gc.disable()
    try:
        return typer.main.get_command(build("".join(arguments[:1])))
    finally:
        gc.enable()
