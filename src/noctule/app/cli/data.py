"""`data`: the market's past in files."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import FrameType
from typing import Annotated, Final, NoReturn

import typer
import uvloop

from noctule.adapters.clock import SystemClock
from noctule.app.cli.data_files import list_files, verify_files
from noctule.app.cli.data_progress import told_progress
from noctule.app.cli.data_report import print_report, report_as_json
from noctule.app.cli.online import unlogged
from noctule.app.cli.options import ConfigFiles, Overrides, Profile, config_manager
from noctule.app.exits import ExitCode
from noctule.app.fetching.asked import order_of
from noctule.app.fetching.failures import ended_by
from noctule.app.fetching.progress import Tell
from noctule.app.fetching.public_road import exchange_of
from noctule.app.fetching.running import Order, fetched_from_archive, fetched_from_exchange
from noctule.app.fetching.series import Kind
from noctule.app.fetching.shelf import Shelf, opened_shelf
from noctule.app.fetching.tally import Report
from noctule.config.settings import Settings
from noctule.domain.errors import ConfigError, NoctuleError

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True)

_FOLDER: Final = Path("data")

Symbols = Annotated[
    list[str], typer.Argument(metavar="SYMBOL…", help="Contracts.", show_default=False)
]
Interval = Annotated[
    str, typer.Option(metavar="5m", help="The length of a candle.", show_default=False)
]
From = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="DATE",
        help="The first day or minute, UTC: 2023-01-01 or 2023-01-01T00:00.",
        show_default=False,
    ),
]
To = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="DATE",
        help="The first day or minute that is not wanted any more, UTC; left out: up to now.",
    ),
]
Into = Annotated[Path, typer.Option(metavar="FOLDER", help="Where files go.")]
FromArchive = Annotated[
    str | None,
    typer.Option(
        metavar="FOLDER|URL",
        help="Take them from an archive, by the checksums in it, and not from the exchange.",
    ),
]


@app.callback()
def data() -> None:
    """Fetch the market's past into files, and look after them.

    Example: noctule data fetch BTCUSDT --interval 5m --from 2023-01-01 --to 2023-06-01
    """


@app.command("fetch")
def fetch(  # noqa: PLR0913  # options of a command
    symbols: Symbols,
    *,
    interval: Interval,
    from_text: From,
    to_text: To = None,
    into: Into = _FOLDER,
    archive: FromArchive = None,
    funding: Annotated[
        bool, typer.Option("--funding", help="The funding rates that were settled, too.")
    ] = False,
    mark: Annotated[bool, typer.Option("--mark", help="Candles of the mark price, too.")] = False,
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Fetch closed candles into files, those that are not there yet; run it again to go on.

    [api] environment says from which exchange; Binance's own is --set api.environment=paper, and
    no key is needed.

    Example: noctule data fetch BTCUSDT ETHUSDT --interval 5m --from 2023-01-01 --to 2023-06-01
    """
    extra = {Kind.FUNDING: funding, Kind.MARKS: mark}
    order = order_of(
        symbols,
        interval,
        from_text=from_text,
        to_text=to_text,
        kinds={Kind.CANDLES, *(kind for kind, is_wanted in extra.items() if is_wanted)},
    )
    manager = config_manager(files=config, profile=profile, overrides=overrides)
    settings = manager.load().settings
    if archive is None:
        exchange_of(settings.api)  # before there is a folder
    with opened_shelf(into) as shelf, _told_end(shelf), unlogged():
        report = _fetched(order, shelf, archive, settings)
    if as_json:
        typer.echo(report_as_json(report))
    else:
        print_report(report)
    if report.problems:
        raise ConfigError(report.problems)


app.command("verify")(verify_files)
app.command("list")(list_files)


def _fetched(order: Order, shelf: Shelf, archive: str | None, settings: Settings) -> Report:
    clock = SystemClock()
    with told_progress(clock.elapsed_ms) as tell:
        if archive is not None:
            with _interruptible():
                return fetched_from_archive(
                    order, shelf, archive=archive, api=settings.api, clock=clock, tell=tell
                )
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_from_exchange(order, shelf, settings, clock, tell))


async def _from_exchange(
    order: Order, shelf: Shelf, settings: Settings, clock: SystemClock, tell: Tell
) -> Report:
    task = asyncio.current_task()
    assert task is not None, "fetched outside of a task"
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    return await fetched_from_exchange(
        order,
        shelf,
        api=settings.api,
        bans_file=settings.logging.file.parent / "state" / "bans.json",
        clock=clock,
        jitter=Random(),  # noqa: S311  # spreads retries, guards nothing
        tell=tell,
    )


@contextmanager
def _told_end(shelf: Shelf) -> Iterator[None]:
    """Say how to go on where a fetch ends early, and end with the code for it."""
    try:
        yield
    except (KeyboardInterrupt, asyncio.CancelledError):
        _end(shelf, "interrupted", ExitCode.FORCED)
    except ConfigError:
        raise
    except NoctuleError as exc:
        _end(shelf, *ended_by(exc))


def _end(shelf: Shelf, why: str, code: ExitCode) -> NoReturn:
    kept = f"what was written to {shelf.folder} ({len(shelf.written)} of its files) is whole"
    typer.echo(f"noctule: {why}; {kept}, run the same command again to go on", err=True)
    raise typer.Exit(code)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let other signals end us as Ctrl-C does: what is half written must not stay."""

    def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, interrupt) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
