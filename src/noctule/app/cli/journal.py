"""`journal`: what a recorded run is good for."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from msgspec import Struct
from rich.console import Console
from rich.progress import Progress

from noctule.app.exits import ExitCode
from noctule.app.replay.replay import Divergence
from noctule.app.replay.running import Outcome, replayed
from noctule.domain.errors import ConfigError, StoreError

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True)

_BAR_EVERY: Final = 500  # records


class _Document(Struct, frozen=True, kw_only=True):
    store: str
    is_equal: bool
    runs: tuple[Outcome, ...]


@app.callback()
def journal() -> None:
    """Look into the journal of a run.

    Example: noctule journal replay logs/state/sim.db
    """


@app.command("replay")
def replay(
    file: Annotated[Path, typer.Argument(help="The store of a run.", show_default=False)],
    *,
    from_run: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="The run to begin with; left out, the last one."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Run a recorded run again through the same engine, and name the first difference.

    Nothing is sent: there is no exchange. Strategies of your own are read as they are now.

    Example: noctule journal replay logs/state/sim.db --from-run 1
    """
    outcomes: list[Outcome] = []
    with _quiet_log(), _progress() as on_record:
        try:
            found = replayed(file, from_run=from_run, home=Path.cwd(), on_record=on_record)
            outcomes.extend(found)
        except StoreError as exc:
            told = str(exc)
            named = told if told.startswith(str(file)) else f"{file} {told}"
            raise ConfigError([f"{named}, name the store of a run"]) from exc
    diverged = next((each.divergence for each in outcomes if each.divergence is not None), None)
    if as_json:
        document = _Document(store=str(file), is_equal=diverged is None, runs=tuple(outcomes))
        typer.echo(msgspec.json.encode(document).decode())
    else:
        for each in outcomes:
            _print(each)
    if diverged is not None:
        raise typer.Exit(ExitCode.WRONG_USE)


def _print(outcome: Outcome) -> None:
    left = f", {outcome.skipped} records of a newer version left out" if outcome.skipped else ""
    if outcome.divergence is None:
        typer.echo(
            f"{outcome.events:,} events of run {outcome.run} replayed, all equal "
            f"({outcome.compared:,} of them published by the engine{left})"
        )
        return
    typer.echo(f"run {outcome.run} differs after {outcome.events - 1:,} events{left}")
    for strategy in outcome.changed:
        typer.echo(f"strategy {strategy} is not what it was: its code, its settings or our version")
    for line in _lines(outcome.divergence):
        typer.echo(line)


def _lines(divergence: Divergence) -> Iterator[str]:
    heard = datetime.fromtimestamp(divergence.heard_ms / 1000, tz=UTC)
    yield f"record {divergence.number} at {heard:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
    yield f"trace     {divergence.trace or 'none'}"
    yield f"expected  {divergence.expected or 'nothing'}"
    yield f"got       {divergence.got or 'nothing'}"
    for each in divergence.fields:
        yield f"  {each.field}: expected {each.expected}, got {each.got}"


@contextmanager
def _quiet_log() -> Iterator[None]:
    """Leave out what the parts tell of their work: it was told when it was done."""
    log = logging.getLogger("noctule")
    was_disabled, log.disabled = log.disabled, True
    handler = logging.NullHandler()
    log.addHandler(handler)
    before, log.propagate = log.propagate, False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.disabled, log.propagate = was_disabled, before


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show how far it is, to whoever looks on."""
    if not sys.stderr.isatty():
        yield lambda _at, _last: None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("replaying", total=None)

        def show(at: int, last: int) -> None:
            if at % _BAR_EVERY == 0:
                bar.update(task, completed=at, total=last)

        yield show
