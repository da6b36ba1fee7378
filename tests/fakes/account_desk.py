"""Our account stream on the exchange on loopback, what it tells, and a hand that trades there."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

import msgspec
from typing_extensions import override

from noctule.adapters.binance.account.questions import AccountQuestions
from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.binance.account_stream import BinanceAccountStream
from noctule.adapters.binance.rest.client import keys_of
from noctule.adapters.binance.rest.parts import RestSettings, rest_over
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.settings import ApiSettings
from noctule.adapters.binance.streams.settings import StreamSettings
from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.binance.transport.road import HttpAnswer, HttpRequest
from noctule.adapters.binance.venue import BinanceVenue
from noctule.adapters.binance.wire.rules import RateLimit
from noctule.adapters.clock import SystemClock
from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.terms import Terms
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.order import OrderFilled
from noctule.domain.position import Fill
from noctule.domain.values import Symbol
from tests.fakes.loopback import KEY, SECRET, Loopback

__all__ = ["GENEROUS", "QUICK", "AccountDesk", "account_desk", "until", "venue_of"]

T = TypeVar("T", bound=OrderEvent)

GENEROUS = Terms(weight_per_minute=10_000_000, orders_per_minute=10_000_000, orders_per_10s=100_000)
QUICK = AccountSettings(
    exposed_audit_ms=600,
    flat_audit_ms=1_500,
    patience_ms=100,
    doubt_gap_ms=50,
    proof_ms=300,
    retry_ms=50,
    tick_ms=10,
    keep_alive_ms=60_000,
    keep_alive_retry_ms=100,
)
_LIMITS = (
    RateLimit("REQUEST_WEIGHT", "MINUTE", 1, 10_000_000),
    RateLimit("ORDERS", "MINUTE", 1, 10_000_000),
    RateLimit("ORDERS", "SECOND", 10, 10_000_000),
)
_STREAM = StreamSettings(backoff_ms=10, backoff_ms_max=50, overlap_ms=100)


async def until(holds: Callable[[], bool], *, within_s: float = 15) -> None:
    """Return as soon as something holds."""
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110  # the exchange tells nobody
            await asyncio.sleep(0.005)


class NotingTransport(HttpTransport):
    """Remembers what was asked."""

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self.asked: list[str] = []

    @override
    async def request(self, request: HttpRequest) -> HttpAnswer:
        self.asked.append(f"{request.method} {request.path}")
        return await super().request(request)


class AccountDesk:
    """Everything the stream has told since it began."""

    def __init__(
        self, exchange: Loopback, rest: BinanceRest, stream: BinanceAccountStream, asked: list[str]
    ) -> None:
        self.exchange, self.rest, self.stream, self.asked = exchange, rest, stream, asked
        self.told: list[OrderEvent] = []
        self.questions = AccountQuestions(rest)

    @property
    def fills(self) -> list[Fill]:
        return [event.fill for event in self.told if isinstance(event, OrderFilled)]

    @property
    def trades(self) -> Mapping[tuple[str, int], Any]:
        """Return what the exchange itself says has been traded."""
        trades = self.exchange.account.history.trades
        return {(trade.symbol, trade.trade_id): trade for trade in trades}

    @property
    def audits(self) -> int:
        """Return how often the exchange was asked for all open conditional orders."""
        return self.asked.count("GET /fapi/v1/openAlgoOrders")

    @property
    def is_complete(self) -> bool:
        """Tell whether every trade was told, however often."""
        return {(fill.symbol, fill.trade_id) for fill in self.fills} >= self.trades.keys()

    def of(self, kind: type[T]) -> list[T]:
        return [event for event in self.told if isinstance(event, kind)]

    async def listen(self) -> None:
        async for event in self.stream.events():
            self.told.append(event)

    async def order(self, side: str = "BUY", quantity: str = "0.010", **changes: Any) -> Any:
        """Place an order on the exchange, past all our gates."""
        usual = {"symbol": "BTCUSDT", "side": side, "type": "MARKET"}
        parameters = {**usual, "quantity": Decimal(quantity), **changes}
        answer = await self.rest.client.new_order(**parameters)
        return self._read(answer.status, answer.body)

    async def algo(self, **parameters: object) -> Any:
        answer = await self.rest.client.new_algo_order(**parameters)
        return self._read(answer.status, answer.body)

    async def cancel(self, order_id: int) -> Any:
        answer = await self.rest.client.cancel_order("BTCUSDT", order_id=order_id)
        return self._read(answer.status, answer.body)

    def move(self, share: str) -> None:
        """Let BTCUSDT trade at so much of its last price."""
        market = self.exchange.protocol.venue.exchange
        price = (self.last * Decimal(share)).quantize(Decimal("0.1"))
        market.tick(
            Tick(
                symbol="BTCUSDT",
                time_ms=market.now_ms + 1,
                price=price,
                qty=Decimal(100),
                quote_qty=price * 100,
                count=1,
                taker_buy_qty=Decimal(0),
                taker_buy_quote=Decimal(0),
            )
        )

    def mark(self, share: str) -> None:
        """Let the mark price be so much of the last, which liquidates."""
        market, price = self.exchange.protocol.venue.exchange, self.near(share)
        market.mark(
            MarkTick(
                symbol="BTCUSDT",
                time_ms=market.now_ms + 1,
                mark=price,
                index=price,
                funding_rate=Decimal(0),
                next_funding_ms=market.now_ms + 3_600_000,
            )
        )

    @property
    def last(self) -> Decimal:
        """Return BTCUSDT's last price."""
        last = self.exchange.protocol.venue.exchange.quote("BTCUSDT").last
        assert last is not None
        return last

    def near(self, share: str) -> Decimal:
        """Return a price on the grid, so much of the last."""
        return (self.last * Decimal(share)).quantize(Decimal("0.1"))

    async def stop(self, share: str = "0.99", **changes: Any) -> Any:
        """Place a stop under a long position."""
        usual = {
            "symbol": "BTCUSDT",
            "side": "SELL",
            "type": "STOP_MARKET",
            "trigger_price": self.near(share),
            "client_algo_id": "stop",
        }
        size = {} if "close_position" in changes else {"quantity": "0.010", "reduce_only": "true"}
        return await self.algo(**{**usual, **size, **changes})

    def _read(self, status: int, body: bytes) -> Any:
        assert status == 200, body
        return msgspec.json.decode(body)


def venue_of(desk: AccountDesk) -> BinanceVenue:
    """Return what the desk's exchange answers."""

    async def instruments() -> dict[Symbol, Any]:
        return {}

    return BinanceVenue(desk.rest, instruments=instruments)


@asynccontextmanager
async def account_desk(
    exchange: Loopback,
    *,
    settings: AccountSettings = QUICK,
    symbols: tuple[str, ...] = ("BTCUSDT",),
) -> AsyncIterator[AccountDesk]:
    """Start a stream and listen to it."""
    transport, clock = NotingTransport(exchange.rest_url), SystemClock()
    rest = rest_over(
        transport,
        keys=keys_of(KEY, SECRET),
        clock=clock,
        jitter=Random(1),
        settings=RestSettings(api=ApiSettings(timeout_ms=20_000, order_timeout_ms=20_000)),
    )
    rest.gate.budget.learn(_LIMITS)
    try:
        await rest.measure_time()
        stream = BinanceAccountStream(
            rest=rest,
            transport=transport,
            clock=clock,
            jitter=Random(1),
            stream_url=exchange.stream_url,
            symbols=[Symbol(each) for each in symbols],
            settings=settings,
            stream_settings=_STREAM,
        )
        desk = AccountDesk(exchange, rest, stream, transport.asked)
        await stream.start()
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(desk.listen())
            try:
                yield desk
            finally:
                await stream.stop()
                await listening
    finally:
        await transport.close()
