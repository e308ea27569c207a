"""All commands, and the one place where errors become exit codes."""

import logging
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import structlog
import typer
from rich.console import Console

from pipeline.cli.commands import (
    approve,
    audit,
    demo,
    doctor,
    get,
    init,
    initial,
    return_,
    roster,
    sign,
    status,
    verify,
)
from pipeline.cli.commands import run as run_service
from pipeline.domain.official import mask_nip
from pipeline.errors import ExitCode, KinerjaError

Command = Callable[..., Any]

COMMANDS: dict[str, Command] = {
    "init": init.init,
    "run": run_service.run,
    "demo": demo.demo,
    "status": status.status,
    "approve": approve.approve,
    "return": return_.return_,
    "initial": initial.initial,
    "sign": sign.sign,
    "verify": verify.verify,
    "get": get.get,
    "audit": audit.audit,
    "doctor": doctor.doctor,
}
GROUPS: dict[str, tuple[str, dict[str, Command]]] = {
    "roster": ("The officials who take part.", {"import": roster.import_}),
}


def build() -> typer.Typer:
    """The command line as Typer sees it."""
    app = typer.Typer(
        name="kinerja",
        help="The SOP as a document pipeline: watched folders in, signed records out.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for name, command in COMMANDS.items():
        app.command(name)(command)
    for name, (help_text, commands) in GROUPS.items():
        group = typer.Typer(help=help_text, no_args_is_help=True)
        for inner, command in commands.items():
            group.command(inner)(command)
        app.add_typer(group, name=name)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run one command; its exit code."""
    configure_logging()
    stderr = Console(stderr=True, highlight=False)
    try:
        result = typer.main.get_command(build()).main(
            args=list(arguments), prog_name="kinerja", standalone_mode=False
        )
    except KinerjaError as error:
        stderr.print(f"kinerja: {error}", style="red", markup=False, soft_wrap=True)
        return int(error.exit_code)
    except typer.Abort:
        stderr.print("kinerja: stopped.")
        return int(ExitCode.AT_FAULT)
    except Exception as error:
        if hasattr(error, "exit_code") and hasattr(error, "show"):  # Click's own: wrong usage
            error.show()
            return int(ExitCode.USAGE)
        stderr.print(mask_nip(traceback.format_exc()), markup=False)
        stderr.print("kinerja: a bug; nothing is half done. Please report the lines above.")
        return int(ExitCode.BUG)
    return result if isinstance(result, int) else int(ExitCode.OK)


def configure_logging() -> None:
    """Structured lines on standard error, personal numbers masked."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for library in ("pyhanko", "pyhanko_certvalidator"):  # what they find is in the report
        logging.getLogger(library).setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            _mask,
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _mask(_logger: Any, _method: str, event: Any) -> Any:
    return {k: mask_nip(v) if isinstance(v, str) else v for k, v in event.items()}
