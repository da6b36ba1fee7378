"""Closed candles from REST, page by page; the open last row is never one of them."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from noctule.adapters.binance.feed_counts import FeedCounts
from noctule.adapters.binance.market_rest import MarketQuestions
from noctule.adapters.binance.wire_market_rest import KLINES_MAX, KlineRow
from noctule.domain.market import Candle
from noctule.domain.values import Symbol, Timeframe

__all__ = ["KlineHistory", "page_limit"]

_SPARE: Final = 2  # the open row, and one more in case our clock is behind


class KlineHistory:
    """Reads what is settled: rows that another row follows in the same answer.

    A candle has ended when the next one is there. By its close time alone the last row must not
    be believed: right after the end REST may still tell how it was before (facts 4).
    """

    def __init__(self, source: MarketQuestions, counts: FeedCounts) -> None:
        self._source = source
        self._counts = counts

    async def latest(
        self, symbol: Symbol, timeframe: Timeframe, *, count: int, now_ms: int
    ) -> Sequence[Candle]:
        """Return the latest settled candles, oldest first and without a gap: count, or fewer."""
        start_ms = timeframe.open_of(now_ms) - (count + _SPARE) * timeframe.ms_max
        candles: list[Candle] = []
        while True:
            limit = page_limit(timeframe, start_ms=start_ms, now_ms=now_ms)
            rows = await self._source.klines(symbol, timeframe, start_ms=start_ms, limit=limit)
            candles += self.candles(symbol, timeframe, rows[:-1])
            if len(rows) < max(limit, 2) or rows[-1].open_ms <= start_ms:
                break
            start_ms = rows[-1].open_ms
        return _without_gap(candles)[-count:] if count else ()

    def candles(
        self, symbol: Symbol, timeframe: Timeframe, rows: Sequence[KlineRow]
    ) -> list[Candle]:
        """Return the bars of rows, without those that cannot be true: these are counted."""
        candles = []
        for row in rows:
            candle = row.candle(symbol, timeframe)
            flaw = candle.flaw()
            if flaw is None:
                candles.append(candle)
            else:
                self._counts.note_malformed(f"{symbol} {timeframe}: {flaw}")
        return candles


def page_limit(timeframe: Timeframe, *, start_ms: int, now_ms: int) -> int:
    """Return how many rows to ask for: no more than there can be, for they are paid by the row."""
    wanted = (timeframe.open_of(now_ms) - start_ms) // timeframe.ms_max
    return min(max(wanted, 0) + _SPARE, KLINES_MAX)


def _without_gap(candles: Sequence[Candle]) -> Sequence[Candle]:
    """Return the candles after the last gap."""
    pairs = zip(reversed(candles[:-1]), reversed(candles[1:]), strict=True)
    joined = takewhile(lambda pair: pair[0].close_ms + 1 == pair[1].open_ms, pairs)
    return candles[-(1 + sum(1 for _ in joined)) :]
