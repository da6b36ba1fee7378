"""One run of the same data, seed and settings here and there, and what came of it to compare."""

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any, Final

from msgspec import Struct, convert, structs

from noctule import backtest
from noctule.app.bot import TradingBot
from noctule.app.process import live
from noctule.domain.values import plain_text
from noctule.performance.records import Course, TradeRecord
from tests.fakes.home import config_at

__all__ = [
    "IDEA",
    "Case",
    "Outcome",
    "RoundTrip",
    "backtest_outcome",
    "cut",
    "difference",
    "outcome_of",
    "sim_outcome",
]

IDEA: Final = Path(__file__).with_name("turning_idea.py")


class Case(Struct, frozen=True, kw_only=True):
    """What is traded, on which candles, by whom."""

    name: str
    data: tuple[Path, ...]
    ini: str  # the [strategy] section
    overrides: tuple[str, ...]  # section.key=value

    @property
    def settings(self) -> tuple[str, ...]:
        """Return everything that both sides are configured with."""
        return (f"sim.data={','.join(map(str, self.data))}", "sim.speed=0", *self.overrides)


class RoundTrip(Struct, frozen=True, kw_only=True):
    """One closed trade, in text to the last decimal."""

    symbol: str
    strategy: str
    direction: str
    opened_ms: int
    closed_ms: int
    quantity: str
    entry_price: str
    exit_price: str
    gross_pnl: str
    fees: str
    funding: str
    slippage: str
    net_pnl: str
    exit_reason: str
    reason: str
    signal_price: float
    stop: str | None
    target: str | None


class Outcome(Struct, frozen=True, kw_only=True):
    """What a run came to."""

    trades: tuple[RoundTrip, ...]
    signals: int
    refused: Mapping[str, int]  # by the check that refused first
    open_at_end: int


async def sim_outcome(case: Case, home: Path) -> Outcome:
    """Run the bot on the exchange over sockets, in lock-step, until the data are over."""
    failure = await live(_bot_at(home, case))
    assert failure is None, f"{case.name}: {failure}"
    return _read_at(home)


def backtest_outcome(case: Case, home: Path) -> Outcome:
    """Replay the same in this process."""
    home.mkdir(parents=True, exist_ok=True)
    ini = home / "case.ini"
    ini.write_text(case.ini)
    settings = dict(each.split("=", 1) for each in case.overrides)
    return outcome_of(backtest(case.data, config=[ini], settings=settings, is_cached=False).course)


def outcome_of(course: Course) -> Outcome:
    """Return what a course came to."""
    return Outcome(
        trades=tuple(map(_recorded, course.trades)),
        signals=course.signals,
        refused=dict(course.refused),
        open_at_end=course.open_at_end,
    )


def difference(expected: Outcome, found: Outcome) -> str | None:
    """Tell the first difference between two runs in words; None: there is none."""
    pairs = zip(expected.trades, found.trades, strict=False)
    for number, (one, other) in enumerate(pairs, start=1):
        if one != other:
            return "\n".join(_told(number, one, other))
    if len(expected.trades) != len(found.trades):
        return _missing(expected.trades, found.trades)
    for name in ("signals", "refused", "open_at_end"):
        one, other = getattr(expected, name), getattr(found, name)
        if one != other:
            return f"{name}: {one} and {other}, after {len(expected.trades)} equal trades"
    return None


def cut(source: Path, folder: Path, *, first_day: str, last_day: str) -> Path:
    """Write the days of a candle file, the last included, as a file of its own."""
    begin_ms, end_ms = _midnight(first_day), _midnight(last_day) + 86_400_000
    symbol, interval, *_ = source.name.split("-")
    path = folder / f"{symbol}-{interval}-{first_day}-{last_day}.csv"
    with gzip.open(source, "rt") as text:
        lines = [
            line
            for line in text
            if line[0].isdigit() and begin_ms <= int(line.partition(",")[0]) < end_ms
        ]
    assert lines, f"{source} has nothing from {first_day} to {last_day}"
    path.write_text("".join(lines))
    return path


def _bot_at(home: Path, case: Case) -> TradingBot:
    home.mkdir(parents=True, exist_ok=True)
    manager = config_at(home, *case.settings, ini=case.ini)
    return TradingBot.create(manager, jitter=Random(1), console=StringIO())


def _read_at(home: Path) -> Outcome:
    assert "the data are over" in (home / "logs/noctule.log").read_text(), f"{home}: ended early"
    lines = (home / "logs/trades.jsonl").read_text().splitlines()
    return _logged(map(json.loads, lines))


def _midnight(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp() * 1_000)


def _logged(lines: Iterable[dict[str, Any]]) -> Outcome:
    """Read a trade log."""
    by_event: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        by_event[line["event"]].append(line)
    signals = {_key(line): line for line in by_event["signal"]}
    protected: dict[tuple[str, str], dict[str, Any]] = {}
    for line in by_event["position_protected"]:
        protected.setdefault(_key(line), line)
    opened: dict[tuple[str, str], int] = {}
    for line in by_event["fill"]:
        opened.setdefault(_key(line), _ms(line["at"]))
    closed = by_event["position_closed"]
    refusals = by_event["signal_refused"]
    return Outcome(
        trades=tuple(_trips(closed, signals, protected, opened)),
        signals=len(signals),
        refused=Counter(line["reasons"][0].partition(":")[0] for line in refusals),
        open_at_end=len(opened.keys() - {_key(line) for line in closed}),
    )


def _trips(
    closed: Iterable[dict[str, Any]],
    signals: Mapping[tuple[str, str], dict[str, Any]],
    protected: Mapping[tuple[str, str], dict[str, Any]],
    opened: Mapping[tuple[str, str], int],
) -> Iterator[RoundTrip]:
    for line in closed:
        key = _key(line)
        guard = protected.get(key, {"stop": None, "target": None})
        told = {name: line[name] for name in RoundTrip.__struct_fields__ if name in line}
        told |= {
            "opened_ms": opened[key],
            "closed_ms": _ms(line["at"]),
            "slippage": line["costs"]["slippage"],
            "reason": signals[key]["reason"],
            "signal_price": signals[key]["price"],
            "stop": guard["stop"],
            "target": guard["target"],
        }
        yield convert(told, RoundTrip)


def _recorded(trade: TradeRecord) -> RoundTrip:
    told = {name: getattr(trade, name) for name in RoundTrip.__struct_fields__}
    return convert({name: _text(each) for name, each in told.items()}, RoundTrip)


def _text(told: object) -> object:
    if isinstance(told, Decimal):
        return plain_text(told)
    return str(told) if isinstance(told, str) else told


def _told(number: int, one: RoundTrip, other: RoundTrip) -> Iterator[str]:
    yield f"trade {number}, {_headline(one)}"
    if (one.symbol, one.opened_ms) != (other.symbol, other.opened_ms):
        yield f"    is there {_headline(other)}"
        return
    for name, value in structs.asdict(one).items():
        there = getattr(other, name)
        if value != there:
            yield f"    {name}: {value!r} and {there!r}"


def _headline(trade: RoundTrip) -> str:
    return (
        f"{trade.symbol} {trade.direction} {_time(trade.opened_ms)} to {_time(trade.closed_ms)}"
        f" {trade.exit_reason} {trade.net_pnl}"
    )


def _missing(expected: Sequence[RoundTrip], found: Sequence[RoundTrip]) -> str:
    longer, which = (expected, "first") if len(expected) > len(found) else (found, "second")
    trade = longer[min(len(expected), len(found))]
    return (
        f"{len(expected)} trades and {len(found)}: only the {which} has trade"
        f" {min(len(expected), len(found)) + 1}, {_headline(trade)}"
    )


def _key(line: Mapping[str, Any]) -> tuple[str, str]:
    return line["symbol"], line["trace"]


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1_000)


def _time(time_ms: int) -> str:
    seconds, rest_ms = divmod(time_ms, 1_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%F %T}.{rest_ms:03}"
