"""`why`: why there was a trade on a candle, or none."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from shutil import get_terminal_size
from typing import Annotated, Final

import msgspec
import typer
from sqlalchemy.engine import Connection

from noctule.adapters.control.client import NoAnswer, ask
from noctule.adapters.control.words import Ask, Request
from noctule.adapters.store.database import reading
from noctule.adapters.store.ledger_reading import Span, seen_at, spans, symbols
from noctule.app.cli.options import ConfigFiles, Overrides, Profile, config_manager
from noctule.app.found_store import found_store
from noctule.app.why.answer import CandleAnswer, answer_of
from noctule.app.why.day import DaySummary, day_of, told_day
from noctule.app.why.moment import Moment, moment_of
from noctule.app.why.telling import told
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError, StoreError
from noctule.domain.values import Timeframe

__all__ = ["why"]

_WIDTH: Final = 80
_WIDTH_MAX: Final = 110
_MARKS: Final = ("✓", "✗")
_PLAIN_MARKS: Final = ("ok", "NO")
_PATIENCE_S: Final = 2.0

_Told = tuple[CandleAnswer, ...] | DaySummary


def why(  # noqa: PLR0913  # options of a command
    symbol: Annotated[str, typer.Argument(metavar="SYMBOL", help="The traded symbol.")],
    time: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TIME",
            help="When, in UTC: 2026-11-29 06:15, 06:15, or now. A date alone sums the day up.",
            show_default=False,
        ),
    ] = None,
    *,
    timeframe: Annotated[
        str | None, typer.Option(metavar="T", help="Candles of this timeframe only.")
    ] = None,
    strategy: Annotated[
        str | None, typer.Option(metavar="NAME", help="What this strategy said only.")
    ] = None,
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Print why there was a trade on a candle, or none: what was seen, said, weighed and done.

    The candle is the one that closed at that time, or else held it; without a time it is the
    newest. Works beside a running daemon. Exit code 1: there is no such candle.

    Example: noctule why BTCUSDT 2026-11-29 06:15
    """
    configuration = config_manager(files=config, profile=profile, overrides=overrides).load()
    path = found_store(configuration)
    wanted = _timeframe(timeframe)
    words = " ".join(time or ())
    try:
        with reading(path) as connection:
            answers = _found(connection, path, symbol.upper(), words, wanted, strategy)
    except StoreError as exc:
        raise ConfigError([f"{exc}, start the bot on it, or name another [store] url"]) from exc
    if as_json:
        typer.echo(msgspec.json.encode(answers).decode())
    elif isinstance(answers, DaySummary):
        _print(told_day(answers))
    else:
        _print_candles(answers)
        if words in ("", "now"):
            _print_wait(configuration, answers[0].symbol)


def _found(
    connection: Connection,
    path: Path,
    symbol: str,
    words: str,
    timeframe: Timeframe | None,
    strategy: str | None,
) -> _Told:
    known = spans(connection, symbol)
    if not known:
        told = ", ".join(symbols(connection)) or "no candle yet"
        raise ConfigError([f"{symbol} is not in {path}, it has {told}"])
    chosen = [each for each in known if timeframe in (None, each.timeframe)]
    if not chosen:
        there = ", ".join(each.timeframe for each in known)
        raise ConfigError([f"{symbol} has no {timeframe} candles in {path}, take one of {there}"])
    moment = moment_of(words, newest_ms=chosen[0].last_ms)
    found: _Told | None
    if moment.is_day:
        found = day_of(connection, symbol, chosen[0].timeframe, moment)
    else:
        found = _candles(connection, symbol, moment, chosen)
    if not found:
        raise ConfigError([_nothing(symbol, words, chosen[0])])
    if strategy is not None and not isinstance(found, DaySummary):
        return _of_strategy(found, strategy)
    return found


def _candles(
    connection: Connection, symbol: str, moment: Moment, chosen: Iterable[Span]
) -> tuple[CandleAnswer, ...]:
    """Return the candle of the shortest timeframe, and the longer ones that closed with it."""
    first, *longer = [each.timeframe for each in chosen]
    seen = seen_at(connection, symbol, moment.from_ms, first)
    if seen is None:
        return ()
    others = [seen_at(connection, symbol, seen.close_ms + 1, each) for each in longer]
    together = [each for each in others if each is not None and each.close_ms == seen.close_ms]
    return tuple(answer_of(connection, each) for each in (seen, *together))


def _of_strategy(found: tuple[CandleAnswer, ...], strategy: str) -> tuple[CandleAnswer, ...]:
    theirs = tuple(each for each in found if each.strategy == strategy)
    if not theirs:
        who = found[0].strategy
        raise ConfigError([f"{strategy} was not asked about that candle, {who} was"])
    return theirs


def _nothing(symbol: str, words: str, span: Span) -> str:
    first, last = _clock(span.first_ms), _clock(span.last_ms)
    return (
        f"{symbol} {span.timeframe} has no closed candle at {words!r}: nobody was asked then. The "
        f"store has {span.candles}, the first closed {first}, the last {last} UTC, name a time "
        "between them"
    )


def _timeframe(name: str | None) -> Timeframe | None:
    if name is None:
        return None
    try:
        return Timeframe(name)
    except ValueError as exc:
        raise ConfigError([f"--timeframe {name}: take one of {', '.join(Timeframe)}"]) from exc


def _print_candles(answers: tuple[CandleAnswer, ...]) -> None:
    is_terminal = sys.stdout.isatty()
    width = min(get_terminal_size().columns, _WIDTH_MAX) if is_terminal else _WIDTH
    for number, answer in enumerate(answers):
        if number:
            typer.echo()
        _print(told(answer, width=width, marks=_marks()))


def _print_wait(configuration: Configuration, symbol: str) -> None:
    """Print what the strategy waits for now, if a bot runs that can say it."""
    socket = configuration.settings.control.socket
    if socket is None:
        return
    try:
        status = ask(socket, Request(ask=Ask.STATUS), timeout_s=_PATIENCE_S).answer.status
    except NoAnswer:
        return
    for market in () if status is None else status.markets:
        if market.symbol == symbol:
            typer.echo(f"\nNow\n  {market.strategy}: {market.waits_for}")


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)


def _marks() -> tuple[str, str]:
    try:
        "".join(_MARKS).encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return _PLAIN_MARKS
    return _MARKS


def _clock(close_ms: int) -> str:
    return f"{datetime.fromtimestamp((close_ms + 1) / 1_000, UTC):%Y-%m-%d %H:%M}"
