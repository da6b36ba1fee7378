"""The exchange with a market to move it, put together: generated, or replayed from files."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import TypeAlias

from msgspec import Struct

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.candle_files import CandleFile, Gap, data_files
from noctule.adapters.sim.data_rows import BadData
from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.exchange import Exchange
from noctule.adapters.sim.expansion import worst_first
from noctule.adapters.sim.fills import Fills
from noctule.adapters.sim.generator import MakeTemper, generate
from noctule.adapters.sim.intervals import MINUTE_MS
from noctule.adapters.sim.model import Rules
from noctule.adapters.sim.replay import DataFile, file_of, play_files
from noctule.adapters.sim.rules_book import default_rules
from noctule.adapters.sim.source import Source
from noctule.adapters.sim.switches import Switches
from noctule.adapters.sim.tape import Tape
from noctule.adapters.sim.temper import Temper
from noctule.adapters.sim.trade_files import TradeFile
from noctule.adapters.sim.world import World, held_by

__all__ = [
    "Listener",
    "MakeVenue",
    "Market",
    "Venue",
    "followed",
    "generated",
    "make_venue",
    "replayed",
]

Listener: TypeAlias = Callable[[Account, UserEvent], None]


class Venue(Struct, frozen=True, kw_only=True):
    """What trades, what remembers it, and what makes both go on."""

    exchange: Exchange
    tape: Tape
    world: World
    has_an_end: bool = False


MakeVenue: TypeAlias = Callable[[Listener], Venue]
MakeSource: TypeAlias = Callable[[Mapping[str, Account]], Source]


class Market(Struct, frozen=True, kw_only=True):
    """What is traded and what will happen there; the source may look at who holds what."""

    rules: tuple[Rules, ...]
    start_ms: int
    source: MakeSource
    open_ms: int = 0  # what happens before is history: nobody is told of it
    has_an_end: bool = False  # once the source has nothing more it never will


def generated(
    *,
    seed: int,
    open_ms: int,
    history_ms: int,
    rules: Sequence[Rules] = (),
    make_temper: MakeTemper = Temper,
) -> Market:
    """Return the built-in market: seeded, endless, with a history before it opens."""
    listed = tuple(rules) or default_rules()
    start_ms = open_ms - history_ms

    def source(_accounts: object) -> Source:
        random = Random(seed)  # noqa: S311  # a seeded market
        return generate(listed, random, start_ms=start_ms, make_temper=make_temper)

    return Market(
        rules=listed,
        start_ms=start_ms,
        open_ms=open_ms,
        source=source,
    )


def replayed(
    paths: Sequence[Path],
    *,
    on_gap: Callable[[Gap], None],
    history_candles: int,
    rules: Sequence[Rules] = (),
) -> Market:
    """Return the market of candle and trade files, with the built-in rules or those given.

    The worse of two things within a candle happens first. Trades have no candles: for them the
    history is counted in minutes.
    """
    files = [file_of(path) for path in data_files(paths)]
    known = {each.symbol: each for each in rules or default_rules()}
    missing = sorted({file.symbol for file in files} - known.keys())
    if missing:
        names = ", ".join(missing)
        raise BadData(f"no contract rules for {names}; give an exchangeInfo that lists all of them")
    hours = {symbol: each.funding_interval_hours for symbol, each in known.items()}
    first = next(play_files(files, on_gap, funding_hours=hours), None)
    if first is None:
        raise BadData(f"{', '.join(str(file.path) for file in files)}: not one row is there")
    candle_ms = next(
        file.interval.ms if isinstance(file, CandleFile) else MINUTE_MS
        for file in files
        if _trades(file)
    )
    return Market(
        rules=tuple(known[symbol] for symbol in dict.fromkeys(file.symbol for file in files)),
        start_ms=first.time_ms,
        open_ms=first.time_ms + history_candles * candle_ms,
        has_an_end=True,
        source=lambda accounts: play_files(
            files, on_gap, rule=worst_first(held_by(accounts)), funding_hours=hours
        ),
    )


def _trades(file: DataFile) -> bool:
    """Tell whether a file holds what traded, and not what was said of it."""
    return isinstance(file, TradeFile) or (isinstance(file, CandleFile) and not file.is_mark)


def followed(rules: Sequence[Rules], *, start_ms: int) -> Market:
    """Return a market of which somebody else tells what happens, see `Protocol.happen`."""
    return Market(rules=tuple(rules), start_ms=start_ms, source=lambda _: iter(()))


def make_venue(
    market: Market, *, seed: int = 1, fills: Fills | None = None, switches: Switches | None = None
) -> MakeVenue:
    """Return what opens the venue for a listener, its history played.

    The first minute is history in any case: what has no price yet cannot be traded (-2020).
    """

    def make(listener: Listener) -> Venue:
        exchange = Exchange(
            market.rules,
            fills=fills or Fills(),
            random=Random(seed),  # noqa: S311  # a seeded market
            start_ms=market.start_ms,
            listener=listener,
            switches=switches,
        )
        tape = Tape(market.rules, exchange.quote)
        world = World(exchange, tape, market.source(exchange.accounts))
        if world.next_ms is not None:
            world.run_until(max(market.open_ms, world.next_ms + MINUTE_MS))
        return Venue(exchange=exchange, tape=tape, world=world, has_an_end=market.has_an_end)

    return make
