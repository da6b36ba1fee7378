"""`pause`, `resume`, `stop` and `reload`: a word to the running bot, and what came of it."""

import os
import select
from typing import Annotated, Final

import typer
from rich.text import Text

from noctule.adapters.control.words import Ask, Request
from noctule.app.cli.control_door import Door, Json, Yes, door_of, fail, is_attended, show, write
from noctule.app.cli.options import ConfigFiles, Overrides, Profile
from noctule.app.cli.status_screen import halt_lines
from noctule.domain.commands import CommandOutcome, ReloadOutcome, SettingChange
from noctule.domain.status import StatusView

__all__ = ["agreed", "pause", "reload", "resume", "stop"]

_LEAVING_S_MAX: Final = 90  # more than all deadlines of a shutdown
_KEPT: Final = "what is held stays guarded by its stops"

_NoWait = Annotated[bool, typer.Option("--no-wait", help="Only ask; do not wait for it.")]


def pause(
    *,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it is shown and audited.")] = "",
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Enter nothing new until `resume`, over restarts too; what is held stays guarded.

    Example: noctule pause --reason "payrolls at 13:30"
    """
    door = door_of(config=config, profile=profile, overrides=overrides)
    outcome = _carried_out(door, Request(ask=Ask.PAUSE, reason=reason))
    if as_json:
        write(outcome)
        return
    show(Text("entries are OFF", style="bold yellow"), *halt_lines(door.status()), Text(_KEPT))


def resume(
    *,
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Let entries go on after a pause or a drawdown.

    Example: noctule resume
    """
    door = door_of(config=config, profile=profile, overrides=overrides)
    outcome = _carried_out(door, Request(ask=Ask.RESUME))
    if as_json:
        write(outcome)
        return
    for cause in outcome.lifted:
        show(Text(f"lifted: {cause}"))
    if outcome.halts:
        show(Text("entries stay OFF", style="bold yellow"), *halt_lines(door.status()))
    else:
        told = "entries are on again" if outcome.lifted else "entries were on already"
        show(Text(told, style="green"))


def stop(  # options of a command
    *,
    no_wait: _NoWait = False,
    yes: Yes = False,
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Let the bot shut down in order, and wait until its process has ended.

    Positions are kept or closed as [shutdown] policy says. Exit code 1: it has not ended in time.

    Example: noctule stop
    """
    door = door_of(config=config, profile=profile, overrides=overrides)
    view = door.status()
    agreed(view, f"stop the bot ({_fate(view)})", is_sure=yes)
    outcome = _carried_out(door, Request(ask=Ask.STOP))
    if not as_json:
        show(Text(f"stopping process {view.process}: {_fate(view)}"))
    if not no_wait and not _has_ended(view.process, within_s=_LEAVING_S_MAX):
        fail(f"process {view.process} has not ended within {_LEAVING_S_MAX} s, look at its log")
    if as_json:
        write(outcome)
    elif not no_wait:
        show(Text("the bot has ended"))


def reload(
    *,
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Have the bot read its files anew: log levels and risk limits hold at once.

    All else waits for the next start, and is named. Exit code 1: something is wrong, and nothing
    has changed.

    Example: noctule reload
    """
    door = door_of(config=config, profile=profile, overrides=overrides)
    outcome = door.ask(Request(ask=Ask.RELOAD)).reload
    assert outcome is not None, "an answer without a problem has what was asked for"
    if as_json:
        write(outcome)
    else:
        _show_reload(outcome)
    if outcome.problems:
        raise typer.Exit(1)


def agreed(view: StatusView, what: str, *, is_sure: bool) -> None:
    """Ask the person at the terminal before something is done to real money; else go on."""
    if view.environment != "live" or is_sure or not is_attended():
        return
    if not typer.confirm(f"LIVE on {view.exchange}: {what}?"):
        fail("nothing was done")


def _carried_out(door: Door, request: Request) -> CommandOutcome:
    outcome = door.ask(request).outcome
    assert outcome is not None, "an answer without a problem has what was asked for"
    return outcome


def _fate(view: StatusView) -> str:
    """Say what becomes of what is held."""
    held = [each.symbol for each in view.positions if each.is_ours]
    if not held:
        return "nothing is held"
    does = "closes" if view.shutdown_policy == "flatten" else "keeps, with their stops,"
    return f"policy {view.shutdown_policy} {does} {', '.join(held)}"


def _has_ended(process: int, *, within_s: int) -> bool:
    """Wait for the end of a process; tell whether it came in time."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], within_s)[0])
    finally:
        os.close(descriptor)


def _show_reload(outcome: ReloadOutcome) -> None:
    for problem in outcome.problems:
        typer.echo(problem, err=True)
    if outcome.problems:
        typer.echo("nothing was changed", err=True)
        return
    for title, changes in (("holds now", outcome.applied), ("next start", outcome.frozen)):
        for change in changes:
            show(Text(f"{title:11}{_told(change)}"))
    if not outcome.applied and not outcome.frozen:
        show(Text("nothing has changed"))


def _told(change: SettingChange) -> str:
    return f"{change.key}: {change.before or '-'} → {change.now or '-'}"
