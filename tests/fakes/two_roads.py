"""One exchange reached by two roads: over its wire through the adapter, and across a counter."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from random import Random
from typing import Any, Protocol

from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.binance.account_stream import BinanceAccountStream
from noctule.adapters.binance.executor import OrderExecutionManager
from noctule.adapters.binance.instruments import Instruments
from noctule.adapters.binance.rest.client import keys_of
from noctule.adapters.binance.rest.parts import rest_over
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.setup import AccountSetup
from noctule.adapters.binance.venue import BinanceVenue
from noctule.adapters.binance.wire.rules import RateLimit
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.adapters.sim import protocol as sim
from noctule.adapters.sim.account import Account
from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.exchange import Exchange
from noctule.adapters.sim.fills import Fills
from noctule.adapters.sim.pacing import ByHand
from noctule.adapters.sim.rules_book import default_rules
from noctule.adapters.sim.source import MarketEvent
from noctule.adapters.sim.switches import Switches
from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.venue import MakeVenue, followed, make_venue
from noctule.app.backtest.account_events import AccountEvents
from noctule.app.backtest.desk import ExchangeDesk
from noctule.app.in_process import InProcessTransport
from noctule.app.tied import tied_to
from noctule.domain.errors import VenueError
from noctule.domain.events.base import OrderEvent
from noctule.domain.order import OrderRequest
from noctule.engine.outcome import at_once
from noctule.ports.executor import Executor
from noctule.ports.setup import Setup
from noctule.ports.venue import Venue
from tests.fakes.counter_orders import BTC, ETH, KEY, LTC, START_MS

__all__ = ["Road", "played"]

_PRICES = {BTC: "60000", ETH: "3000", LTC: "70"}
_SECRET = "s" * 64
_NEVER_MS = 10**12
_UNDISTURBED = AccountSettings(  # what the stream does not tell, nobody asks for
    pulse_ms=_NEVER_MS,
    flat_pulse_ms=_NEVER_MS,
    exposed_audit_ms=_NEVER_MS,
    flat_audit_ms=_NEVER_MS,
    patience_ms=_NEVER_MS,
    keep_alive_ms=_NEVER_MS,
)
_GENEROUS = Terms(weight_per_minute=10**7, orders_per_minute=10**7, orders_per_10s=10**6)
_TURNS = 30  # of the loop, until whatever was told has been read


Story = Callable[["Road"], Coroutine[object, None, None]]


class End(Protocol):
    """What stands at the end of a road."""

    @property
    def executor(self) -> Executor: ...

    @property
    def venue(self) -> Venue: ...

    @property
    def setup(self) -> Setup: ...

    async def told(self) -> list[OrderEvent]:
        """Return what was told since this was asked last."""
        ...


def played(
    story: Story,
    *,
    fills: Fills | None = None,
    switches: Switches | None = None,
    deposit: str = "10000",
) -> list[object]:
    """Play a story on both roads, and return what was answered and told: the same on either.

    At the counter it is played without a loop, so nothing there may wait. Every field must be
    the same; but decimals are compared as numbers, for the wire writes some with other zeros at
    the end. The wire's own audits, which real time brings about, are put off.
    """
    market = _opened(fills, switches)
    counter = _at_the_counter(market, deposit)
    at_once(story(counter))

    async def main(clock: VirtualClock) -> list[object]:
        async with _over_the_wire(clock, market, deposit) as road:
            await story(road)
            return road.diary

    there = run_virtual(main, start_ms=START_MS)
    for line, (heard, expected) in enumerate(zip(counter.diary, there, strict=False)):
        assert heard == expected, f"line {line}: {expected}, after {counter.diary[:line][-3:]}"
    assert len(counter.diary) == len(there)
    return counter.diary


class Road:
    """The exchange, its account, what leads there, and a diary of all that was asked and told."""

    def __init__(
        self, end: End, exchange: Exchange, account: Account, happen: Callable[[MarketEvent], Any]
    ) -> None:
        self.end, self.exchange, self.account = end, exchange, account
        self.executor, self.venue, self.setup = end.executor, end.venue, end.setup
        self._happen = happen
        self.diary: list[object] = []

    async def ask(self, question: Awaitable[object]) -> None:
        """Note what is answered, or which error is raised, and what is told then."""
        try:
            answer = await question
        except VenueError as exc:
            answer = (type(exc).__name__, str(exc))
        if isinstance(answer, Mapping):
            answer = dict(answer)
        await self.note(answer)

    async def place(self, *requests: OrderRequest) -> None:
        """Place orders, one after the other."""
        for request in requests:
            await self.ask(self.executor.place(request))

    async def note(self, *answers: object) -> None:
        """Note what is told."""
        self.diary += [*answers, *await self.end.told()]

    async def trade(
        self, price: str, *, symbol: str = BTC, qty: str = "100", after_ms: int = 1_000
    ) -> None:
        """Let so much trade at a price, so much later."""
        at = Decimal(price)
        self._happen(
            Tick(
                symbol=symbol,
                time_ms=self.exchange.now_ms + after_ms,
                price=at,
                qty=Decimal(qty),
                quote_qty=at * Decimal(qty),
                count=1,
                taker_buy_qty=Decimal(0),
                taker_buy_quote=Decimal(0),
            )
        )
        await self.note()

    async def mark(
        self, price: str, *, symbol: str = BTC, rate: str = "0.0001", next_funding_ms: int = 0
    ) -> None:
        """Let the mark price be this a second later, and the next funding then."""
        self._happen(
            MarkTick(
                symbol=symbol,
                time_ms=self.exchange.now_ms + 1_000,
                mark=Decimal(price),
                index=Decimal(price),
                funding_rate=Decimal(rate),
                next_funding_ms=next_funding_ms,
            )
        )
        await self.note()

    async def wait(self, ms: int) -> None:
        """Let time pass in which nobody trades."""
        self.exchange.advance(self.exchange.now_ms + ms)
        await self.note()

    async def do(self, deed: Callable[[], object]) -> None:
        """Let something be done to the account by other hands, as on the exchange's own page."""
        deed()
        await self.note()


class _Counter:
    def __init__(self, desk: ExchangeDesk) -> None:
        self._desk = desk
        self.executor, self.venue, self.setup = desk.executor, desk.venue, desk.setup

    async def told(self) -> list[OrderEvent]:
        return self._desk.take()


class _Wire:
    def __init__(self, rest: BinanceRest, venue: Venue) -> None:
        self.executor, self.venue = OrderExecutionManager(rest), venue
        self.setup = AccountSetup(rest)
        self._rest = rest
        self._told: list[OrderEvent] = []

    async def listen(self, stream: BinanceAccountStream) -> None:
        async for event in stream.events():
            self._told.append(event)

    async def told(self) -> list[OrderEvent]:
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        await self._rest.measure_time()  # real time stands, and the market's may have leapt
        told, self._told = self._told, []
        return told


def _at_the_counter(market: MakeVenue, deposit: str) -> Road:
    told = AccountEvents()
    venue = market(told.hear)
    account = _open_account(venue.exchange, deposit)
    for symbol, price in _PRICES.items():
        venue.world.happen(_standing(symbol, price))
    desk = ExchangeDesk(venue.exchange, account, told)
    desk.begin()
    return Road(_Counter(desk), venue.exchange, account, venue.world.happen)


@asynccontextmanager
async def _over_the_wire(
    clock: VirtualClock, market: MakeVenue, deposit: str
) -> AsyncIterator[Road]:
    found = sim.Protocol(market, sim.Setup(clock=clock, pace=ByHand(), terms=_GENEROUS))
    exchange = found.venue.exchange
    account = _open_account(exchange, deposit)
    for symbol, price in _PRICES.items():
        found.happen(_standing(symbol, price))
    transport = InProcessTransport(found, clock=clock)
    rest = rest_over(transport, keys=keys_of(KEY, _SECRET), clock=clock, jitter=Random(1))
    rest.gate.budget.learn((RateLimit("REQUEST_WEIGHT", "MINUTE", 1, _GENEROUS.weight_per_minute),))
    stream = BinanceAccountStream(
        rest=rest,
        transport=transport,
        clock=clock,
        jitter=Random(1),
        stream_url="ws://here",
        symbols=[BTC, ETH, LTC],
        settings=_UNDISTURBED,
    )
    contracts = Instruments(rest)

    async def instruments() -> Any:
        await contracts.refresh()
        return contracts.listed

    end = _Wire(rest, BinanceVenue(rest, instruments=instruments))
    async with tied_to(transport.run()):
        await rest.measure_time()
        await stream.start()
        async with tied_to(end.listen(stream)):
            yield Road(end, exchange, account, found.happen)
            await stream.stop()
        await transport.close()


def _opened(fills: Fills | None, switches: Switches | None) -> MakeVenue:
    rules = [each for each in default_rules() if each.symbol in _PRICES]
    return make_venue(followed(rules, start_ms=START_MS), fills=fills, switches=switches)


def _open_account(exchange: Exchange, deposit: str) -> Account:
    return exchange.open_account(key=KEY, secret=_SECRET, deposit=Decimal(deposit))


def _standing(symbol: str, price: str) -> Tick:
    return Tick(
        symbol=symbol,
        time_ms=START_MS,
        price=Decimal(price),
        qty=Decimal(0),
        quote_qty=Decimal(0),
        count=0,
        taker_buy_qty=Decimal(0),
        taker_buy_quote=Decimal(0),
    )
