"""The market as an exchange would tell it, from candles that a test makes up."""

import json
from collections import deque
from collections.abc import Callable, Iterable

from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.wire.depth import DepthSnapshot
from noctule.adapters.binance.wire.market_rest import KlineRow
from noctule.domain.errors import VenueRefused
from noctule.domain.market import Candle
from noctule.domain.values import Symbol, Timeframe

__all__ = ["FakeMarket", "enveloped", "kline_frame", "row_of"]


def kline_frame(candle: Candle, *, is_closed: bool = True, event_ms: int | None = None) -> bytes:
    """Return the frame that tells of a candle."""
    kline = {
        "t": candle.open_ms,
        "T": candle.close_ms,
        "s": candle.symbol,
        "i": candle.timeframe.value,
        "f": 100,
        "L": 200,
        "o": str(candle.open),
        "c": str(candle.close),
        "h": str(candle.high),
        "l": str(candle.low),
        "v": str(candle.volume),
        "n": candle.trades,
        "x": is_closed,
        "q": str(candle.quote_volume),
        "V": str(candle.taker_buy_volume),
        "Q": "0",
        "B": "0",
    }
    told_ms = candle.close_ms + 1 if event_ms is None else event_ms
    event = {"e": "kline", "E": told_ms, "s": candle.symbol, "k": kline}
    return enveloped(f"{candle.symbol.lower()}@kline_{candle.timeframe}", event)


def enveloped(stream: str, event: dict[str, object]) -> bytes:
    """Return an event in the envelope of a combined stream."""
    return json.dumps({"stream": stream, "data": event}, separators=(",", ":")).encode()


def row_of(candle: Candle) -> KlineRow:
    """Return the row of GET klines that tells of a candle."""
    return KlineRow(
        open_ms=candle.open_ms,
        open=candle.open,
        high=candle.high,
        low=candle.low,
        close=candle.close,
        volume=candle.volume,
        close_ms=candle.close_ms,
        quote_volume=candle.quote_volume,
        trades=candle.trades,
        taker_buy_volume=candle.taker_buy_volume,
    )


class FakeMarket:
    """Answers what the collector asks, as of now: the last row is the candle that is running."""

    def __init__(self, candles: Iterable[Candle], now_ms: Callable[[], int]) -> None:
        self.candles = list(candles)
        self.now_ms = now_ms
        self.lag_ms = 0  # so old is what klines tell
        self.asked: list[tuple[Symbol, int | None, int]] = []  # symbol, start, limit
        self.asked_at_ms: list[int] = []
        self.failures: deque[Exception] = deque()
        self.books: deque[DepthSnapshot] = deque()
        self.books_asked = 0
        self.index_prices: dict[Symbol, float] = {}
        self.delisted: set[Symbol] = set()

    async def klines(
        self,
        symbol: Symbol,
        timeframe: Timeframe,
        *,
        limit: int,
        start_ms: int | None = None,
        end_ms: int | None = None,
        lane: Lane = Lane.READ,
    ) -> list[KlineRow]:
        self.asked.append((symbol, start_ms, limit))
        self.asked_at_ms.append(self.now_ms())
        if self.failures:
            raise self.failures.popleft()
        told_ms = self.now_ms() - self.lag_ms
        rows = [
            row_of(candle)
            for candle in self.candles
            if (candle.symbol, candle.timeframe) == (symbol, timeframe)
            and (start_ms or 0) <= candle.open_ms <= min(told_ms, end_ms or told_ms)
        ]
        return rows[-limit:] if start_ms is None else rows[:limit]

    async def server_ms(self) -> int:
        return self.now_ms()

    async def index_price(self, symbol: Symbol) -> float:
        if self.failures:
            raise self.failures.popleft()
        return self.index_prices[symbol]

    async def depth(self, symbol: Symbol) -> DepthSnapshot:
        self.books_asked += 1
        if symbol in self.delisted:
            raise VenueRefused("Invalid symbol.", code=-1121)
        if self.failures:
            raise self.failures.popleft()
        return self.books.popleft()
