"""One symbol's market as it has been seen: klines, trades, the day, mark price and funding."""

from collections import deque
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from msgspec import Struct

from noctule.adapters.sim.day import Day
from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.klines import Kline, Klines
from noctule.adapters.sim.market_updates import AggTrade, MarkUpdate

__all__ = ["Market", "Settled"]

_AGG_TRADES_MAX: Final = 1_000
_SETTLED_MAX: Final = 1_000
# Prices that are only looked up, never streamed: what is not kept is built of what is.
_COARSE: Final = ("1m", "15m", "4h")
_AVERAGED: Final = 30  # marks in the moving average `ap`, whose real window is not documented
_EIGHT_PLACES: Final = Decimal("1e-8")


class Settled(Struct, frozen=True, kw_only=True):
    """A funding that has happened."""

    symbol: str
    funding_ms: int
    rate: Decimal
    mark: Decimal


class Market:
    """Everything bounded; time must be told, by roll(), before what happens in it."""

    def __init__(self, symbol: str, *, intervals: Iterable[str]) -> None:
        self.symbol = symbol
        self.klines = Klines(intervals)
        self.mark_klines = Klines(_COARSE)
        self.index_klines = Klines(_COARSE)
        self.day = Day()
        self.trades: deque[AggTrade] = deque(maxlen=_AGG_TRADES_MAX)
        self.settled: deque[Settled] = deque(maxlen=_SETTLED_MAX)
        self.mark: MarkUpdate | None = None
        self.last: Tick | None = None
        self._trade_id = 1
        self._agg_id = 1

    def roll(self, now_ms: int) -> Iterator[tuple[str, Kline]]:
        """Close what has ended."""
        for _ in (*self.mark_klines.roll(now_ms), *self.index_klines.roll(now_ms)):
            pass
        for interval, kline in self.klines.roll(now_ms):
            if interval == "1m":
                self.day.add(kline)
            yield interval, kline

    def trade(self, tick: Tick) -> AggTrade:
        """Take what has traded."""
        self.klines.trade(tick)
        self.last = tick
        trade = AggTrade(
            symbol=self.symbol,
            time_ms=tick.time_ms,
            agg_id=self._agg_id,
            price=tick.price,
            qty=tick.qty,
            first_id=self._trade_id,
            last_id=self._trade_id + max(tick.count, 1) - 1,
            is_buyer_maker=2 * tick.taker_buy_qty < tick.qty,
        )
        self.trades.append(trade)
        self._agg_id += 1
        self._trade_id += tick.count
        return trade

    def measure(self, tick: MarkTick) -> MarkUpdate:
        """Take mark and index; where the next funding moves on, the one before has happened."""
        before = self.mark
        if before is not None and tick.next_funding_ms > before.next_funding_ms:
            self._settle(before)
        self.mark_klines.sample(tick.time_ms, tick.mark)
        self.index_klines.sample(tick.time_ms, tick.index)
        self.mark = MarkUpdate(
            symbol=self.symbol,
            time_ms=tick.time_ms,
            mark=tick.mark,
            index=tick.index,
            mark_average=_average(before, tick.mark),
            funding_rate=tick.funding_rate,
            next_funding_ms=tick.next_funding_ms,
        )
        return self.mark

    def _settle(self, before: MarkUpdate) -> None:
        self.settled.append(
            Settled(
                symbol=self.symbol,
                funding_ms=before.next_funding_ms,
                rate=before.funding_rate,
                mark=before.mark,
            )
        )


def _average(before: MarkUpdate | None, mark: Decimal) -> Decimal:
    if before is None:
        return mark
    moved = before.mark_average + (mark - before.mark_average) / _AVERAGED
    return moved.quantize(_EIGHT_PLACES)
