"""The running bot as a command sees it: asked over its socket, or plainly said not to be there."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final, NoReturn

import msgspec
import typer
from rich.console import RenderableType

from noctule.adapters.control.client import NoAnswer, Reply, ask
from noctule.adapters.control.words import Answer, Ask, Request
from noctule.app.cli.options import config_manager
from noctule.app.cli.terminal import output
from noctule.app.exits import ExitCode
from noctule.domain.status import StatusView

__all__ = ["Door", "Json", "Yes", "door_of", "fail", "is_attended", "show", "write"]

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing, in live neither.")]

_WIDTH: Final = 80
_TIMEOUT_S: Final = 15.0  # more than the bot takes to say that it could not
_START: Final = 'start one with "noctule run", or name its files with --config or --profile'


class Door:
    """The socket of one bot; whatever keeps it from answering ends the command."""

    def __init__(self, path: Path, remarks: tuple[str, ...] = ()) -> None:
        self.path = path
        self._remarks = remarks  # on files that may name another path

    def reply(self, request: Request) -> Reply:
        """Ask, and return the answer and whose it is; without one leave with code 1."""
        try:
            return ask(self.path, request, timeout_s=_TIMEOUT_S)
        except NoAnswer as exc:
            for remark in self._remarks:
                typer.echo(remark, err=True)
            fail(str(exc) if exc.is_alive else f"{exc}: {_START}")

    def ask(self, request: Request) -> Answer:
        """Ask, and return what came of it; a refusal ends the command with code 1."""
        answer = self.reply(request).answer
        if answer.problem is not None:
            fail(answer.problem)
        return answer

    def status(self) -> StatusView:
        """Ask how things are."""
        view = self.ask(Request(ask=Ask.STATUS)).status
        assert view is not None, "an answer without a problem has what was asked for"
        return view


def door_of(*, config: list[Path] | None, profile: str | None, overrides: list[str] | None) -> Door:
    """Return the door that the configuration names."""
    manager = config_manager(files=config, profile=profile, overrides=overrides)
    settings, remarks = manager.load_control()
    if settings.socket is None:
        fail("[control] socket is empty: the bot has no door, name one")
    return Door(settings.socket.absolute(), remarks)


def fail(why: str) -> NoReturn:
    """Leave with code 1 and say why."""
    typer.echo(f"noctule: {why}", err=True)
    raise typer.Exit(ExitCode.WRONG_USE)


def show(*parts: RenderableType) -> None:
    """Print for a person, within the terminal's width, or 80 columns where there is none."""
    console = output(plain_width=_WIDTH)
    for part in parts:
        console.print(part)


def write(value: msgspec.Struct | Iterable[msgspec.Struct]) -> None:
    """Print for a program."""
    typer.echo(msgspec.json.encode(value).decode())


def is_attended() -> bool:
    """Tell whether a person is there to be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()
