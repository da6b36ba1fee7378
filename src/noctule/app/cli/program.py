"""The program as a whole: which commands there are, and which exit code each end has."""

import sys
import threading
import traceback
from asyncio import CancelledError
from collections.abc import Sequence
from typing import Annotated

import typer

from noctule import __version__
from noctule.app.cli.commands import COMMANDS
from noctule.app.cli.standard_streams import drop_standard_output, mend_standard_streams
from noctule.app.exits import ExitCode, leave_threads_behind
from noctule.domain.errors import ConfigError
from noctule.telemetry.attempt import attempted
from noctule.telemetry.redaction import Redactor

__all__ = ["main"]

_HELP = """A Binance USD-M futures trading daemon. Without a command it does what `run` does.

Example: noctule check
"""
_USAGE = 2  # typer's own exit code for a command line it does not understand


def _print_version(wanted: bool) -> None:  # noqa: FBT001  # typer hands the flag over like this
    if wanted:
        typer.echo(f"noctule {__version__}")
        raise typer.Exit


def _take_options(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version and leave.",
            is_eager=True,
            callback=_print_version,
        ),
    ] = False,
) -> None:
    """Take the options that belong to no command."""


def _program(wanted: str) -> typer.Typer:
    """Return the command line with the wanted command alone, or with all of them."""
    program = typer.Typer(
        help=_HELP,
        no_args_is_help=False,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    program.callback()(_take_options)
    for name in [wanted] if wanted in COMMANDS else COMMANDS:
        COMMANDS[name](program)
    return program


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code; only a bug gets past this."""
    if not __debug__:
        sys.stderr.write("noctule: never run with -O: the assertions are part of the safety\n")
        return ExitCode.WRONG_USE
    mend_standard_streams()
    known = threading.enumerate()
    code = _run(_with_command(list(sys.argv[1:] if arguments is None else arguments)))
    leave_threads_behind(code, known=known)
    return code


def _run(words: list[str]) -> int:
    try:
        outcome = attempted(lambda: _program(words[0])(words, prog_name="noctule"))
    except SystemExit as exc:
        return ExitCode.WRONG_USE if exc.code == _USAGE else int(exc.code or ExitCode.DONE)
    except CancelledError as exc:  # a strategy cancelled all tasks there are
        return _report(exc)
    assert isinstance(outcome, Exception), "the command line came back without an exit code"
    return _report(outcome)


def _report(failure: BaseException) -> ExitCode:
    """Tell the person who started us what went wrong, and return the code for it."""
    match failure:
        case ConfigError():
            for problem in failure.problems:
                typer.echo(problem, err=True)
            return ExitCode.WRONG_USE
        case OSError():  # results that nobody takes: a full disk, a closed pipe
            drop_standard_output()
            typer.echo(f"noctule: the output could not be written: {failure.strerror}", err=True)
            return ExitCode.WRONG_USE
        case _:
            sys.stderr.write(Redactor().redact("".join(traceback.format_exception(failure))))
            sys.stderr.write("noctule: this is a bug of ours: please report the lines above\n")
            return ExitCode.BUG


def _with_command(words: list[str]) -> list[str]:
    """Put `run` in front of options that were given without a command."""
    own = {"-h", "--help", "--version"}
    if not words or (words[0].startswith("-") and words[0] not in own):
        return ["run", *words]
    return words
