"""The parts of the outside world that a bot lives in, made for one configuration."""

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
from noctule.adapters.binance.setup import AccountSetup
from noctule.adapters.binance.venue import BinanceVenue
from noctule.adapters.offline.executor import OfflineExecutor, OfflineSetup
from noctule.adapters.offline.venue import OfflineVenue
from noctule.app.reach import Reach, reach
from noctule.config.settings import Configuration
from noctule.domain.instrument import Instrument, InstrumentStatus
from noctule.domain.values import Symbol
from noctule.ports.account import AccountStream
from noctule.ports.clock import Clock
from noctule.ports.collector import Collector
from noctule.ports.executor import Executor
from noctule.ports.setup import Setup
from noctule.ports.venue import Venue

__all__ = ["World", "binance_world"]

_CONTRACTS_EVERY_MS: Final = 60 * 60_000


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
    clock_offset_ms: Callable[[], float | None] = lambda: None  # how wrong our time was found last
    greet: Callable[[], Awaitable[None]]
    untradable: Callable[[], Mapping[Symbol, str]] = dict  # why not; once it has greeted
    upkeep: Mapping[str, Callable[[], Coroutine[object, object, None]]] = {}


@asynccontextmanager
async def binance_world(
    configuration: Configuration, *, clock: Clock, jitter: Random
) -> AsyncIterator[World]:
    """Open the exchange of the configured environment; `clock` is the wall's."""
    async with reach(configuration, clock=clock, jitter=jitter) as reached:
        instruments = Instruments(reached.rest)
        collector = _collector(reached, configuration, jitter=jitter)
        account = _account(reached, configuration, jitter=jitter)

        def untradable() -> Mapping[Symbol, str]:
            return _untradable(instruments, configuration.settings.trading.symbols)

        async def greet() -> None:
            await reached.rest.start()
            await instruments.refresh()
            collector.leave_out(untradable())
            if account is not None:
                account.leave_out(untradable().keys() - instruments.listed.keys())

        async def listed() -> Mapping[Symbol, Instrument]:
            return instruments.listed

        yield World(
            exchange=reached.exchange,
            clock=reached.rest.time,
            collector=collector,
            executor=_executor(reached),
            venue=_venue(reached, listed),
            setup=OfflineSetup() if reached.account is None else AccountSetup(reached.rest),
            account=account,
            account_tag=reached.account,
            account_silence_ms=lambda: None if account is None else account.silence_ms,
            banned_ms=reached.rest.gate.banned_ms,
            clock_offset_ms=lambda: reached.rest.time.correction_ms,
            greet=greet,
            untradable=untradable,
            upkeep={
                "exchange time": reached.rest.keep_time,
                "contracts": lambda: instruments.keep_fresh(_CONTRACTS_EVERY_MS),
            },
        )


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


def _executor(reached: Reach) -> Executor:
    return OfflineExecutor() if reached.account is None else OrderExecutionManager(reached.rest)


def _venue(reached: Reach, listed: Callable[[], Awaitable[Mapping[Symbol, Instrument]]]) -> Venue:
    if reached.account is None:
        return OfflineVenue(reached.rest.time, instruments=listed)
    return BinanceVenue(reached.rest, instruments=listed)


def _collector(
    reached: Reach, configuration: Configuration, *, jitter: Random
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
        settings=CollectorSettings(book_ticker=True),  # what a market order would pay
    )


def _account(
    reached: Reach, configuration: Configuration, *, jitter: Random
) -> BinanceAccountStream | None:
    if reached.account is None:
        return None
    return BinanceAccountStream(
        rest=reached.rest,
        transport=reached.transport,
        clock=reached.rest.time,
        jitter=jitter,
        stream_url=reached.endpoints.stream_url,
        symbols=configuration.settings.trading.symbols,
    )
