"""The parts of the outside world that a bot lives in, made for one configuration."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import Final

from msgspec import Struct

from noctule.adapters.binance.account_stream import BinanceAccountStream
from noctule.adapters.binance.collector import BinanceDataCollector, MarketRoads
from noctule.adapters.binance.executor import OrderExecutionManager
from noctule.adapters.binance.instruments import Instruments
from noctule.adapters.binance.market.questions import MarketRest
from noctule.adapters.binance.market.settings import CollectorSettings
from noctule.adapters.binance.rehearsal import Understudy
from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.setup import AccountSetup
from noctule.adapters.binance.venue import BinanceVenue
from noctule.app.lock_step import LockStep
from noctule.app.reach import Reach, reach
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError
from noctule.domain.instrument import Instrument, InstrumentStatus
from noctule.domain.values import Symbol
from noctule.engine.halts import Halts
from noctule.engine.lanes import Lanes
from noctule.ports.account import AccountStream
from noctule.ports.clock import Clock
from noctule.ports.collector import Collector
from noctule.ports.executor import Executor
from noctule.ports.setup import Setup
from noctule.ports.venue import Venue

__all__ = ["World", "binance_world", "world_of"]

_CONTRACTS_EVERY_MS: Final = 60 * 60_000
_COLLECTED: Final = CollectorSettings(book_ticker=True)  # what a market order would pay


class World(Struct, frozen=True, kw_only=True):
    """Everything behind a port; it stands as long as the context that made it.

    Nothing has been sent when it is made: `greet` asks the exchange what must be known first.
    """

    exchange: str | None  # what we trade on, for people; None where there is none
    clock: Clock
    collector: Collector
    executor: Executor
    venue: Venue
    setup: Setup
    account: AccountStream | None = None  # None where nobody has an account
    account_tag: str | None = None  # the mark of our orders
    account_silence_ms: Callable[[], int | None] = lambda: None  # by stream and REST
    banned_ms: Callable[[], int] = lambda: 0  # how long the exchange wants to be asked nothing
    limits_used: Callable[[], Mapping[str, tuple[int, int]]] = dict  # of each limit, and the limit
    clock_offset_ms: Callable[[], float | None] = lambda: None  # how wrong our time was found last
    greet: Callable[[], Awaitable[None]]
    untradable: Callable[[], Mapping[Symbol, str]] = dict  # why not; once it has greeted
    upkeep: Mapping[str, Callable[[], Coroutine[object, object, None]]] = {}
    lock_step: LockStep | None = None  # where the market waits for us
    over: asyncio.Event | None = None  # set once nothing will happen there any more
    spoiled: asyncio.Future[ConfigError] | None = None  # why its data ended before their end
    candles_max: int | None = None  # after so many the run ends once flat
    make_lanes: type[Lanes] = Lanes
    understudy: Executor | None = None  # places orders that nobody hears of
    late_check: Callable[[Halts], Coroutine[object, object, None]] | None = None  # of a busy start


@asynccontextmanager
async def binance_world(
    configuration: Configuration, *, clock: Clock, jitter: Random
) -> AsyncIterator[World]:
    """Open the exchange of the configured environment; `clock` is the wall's."""
    async with reach(configuration, clock=clock, jitter=jitter) as reached:
        yield world_of(configuration, market=reached, trading=reached, jitter=jitter)


def world_of(
    configuration: Configuration,
    *,
    market: Reach,
    trading: Reach,
    jitter: Random,
    open_account: Callable[[], Awaitable[None]] | None = None,
    collected: CollectorSettings = _COLLECTED,
) -> World:
    """Return the world whose prices come from one exchange, and whose account is on another.

    They are one and the same, except on paper. What opens the account is called at the greeting,
    once the contracts are known; it may be called again.
    """
    instruments = Instruments(market.rest)
    collector = _collector(market, configuration, collected, jitter=jitter)
    account = _account(trading, configuration, jitter=jitter)

    def untradable() -> Mapping[Symbol, str]:
        return _untradable(instruments, configuration.settings.trading.symbols)

    async def greet() -> None:
        await market.rest.start()
        await instruments.refresh(lane=Lane.GUARD)  # nothing held is guarded without its rules
        if open_account is not None:
            await open_account()
        collector.leave_out(untradable())
        account.leave_out(untradable().keys() - instruments.listed.keys())

    async def listed() -> Mapping[Symbol, Instrument]:
        return instruments.listed

    return World(
        exchange=trading.exchange,
        clock=market.rest.time,
        collector=collector,
        executor=OrderExecutionManager(trading.rest, on_unfit=instruments.doubt),
        venue=BinanceVenue(trading.rest, instruments=listed),
        setup=AccountSetup(trading.rest),
        account=account,
        account_tag=trading.account,
        account_silence_ms=lambda: account.silence_ms,
        banned_ms=market.rest.gate.banned_ms,
        understudy=_understudy(trading, configuration, jitter=jitter),
        limits_used=market.rest.gate.usage,
        clock_offset_ms=lambda: market.rest.time.correction_ms,
        greet=greet,
        untradable=untradable,
        upkeep={
            "exchange time": market.rest.keep_time,
            "contracts": lambda: instruments.keep_fresh(_CONTRACTS_EVERY_MS),
        },
    )


def _understudy(trading: Reach, configuration: Configuration, *, jitter: Random) -> Executor | None:
    """Return who rehearses where others are quicker or slower; in a simulation there is nobody."""
    if configuration.settings.api.environment not in ("testnet", "live"):
        return None
    return Understudy(trading.rest.client, clock=trading.rest.time, jitter=jitter)


def _untradable(instruments: Instruments, symbols: Sequence[Symbol]) -> Mapping[Symbol, str]:
    """Say of each symbol that cannot be traded why not."""
    reasons = {}
    for symbol in symbols:
        listed = instruments.listed.get(symbol)
        if symbol in instruments.refused:
            reason = f"cannot be traded: {instruments.refused[symbol]}"
        elif listed is None:
            reason = "is not listed there"
        elif listed.status is not InstrumentStatus.TRADING:
            reason = "is not open for trading"
        else:
            continue
        reasons[symbol] = reason
    return reasons


def _collector(
    reached: Reach, configuration: Configuration, collected: CollectorSettings, *, jitter: Random
) -> BinanceDataCollector:
    trading = configuration.settings.trading
    return BinanceDataCollector(
        MarketRoads(
            rest=MarketRest(reached.rest),
            transport=reached.transport,
            stream_url=reached.endpoints.stream_url,
        ),
        clock=reached.rest.time,
        jitter=jitter,
        candles=[(symbol, trading.timeframe) for symbol in trading.symbols],
        settings=collected,
    )


def _account(
    reached: Reach, configuration: Configuration, *, jitter: Random
) -> BinanceAccountStream:
    return BinanceAccountStream(
        rest=reached.rest,
        transport=reached.transport,
        clock=reached.rest.time,
        jitter=jitter,
        stream_url=reached.endpoints.stream_url,
        symbols=configuration.settings.trading.symbols,
    )
