"""Closed candles from REST, page by page; the open last row is never one of them."""

from collections.abc import Sequence
from itertools import takewhile

from noctule.adapters.binance.market.feed_counts import FeedCounts
from noctule.adapters.binance.market.questions import MarketQuestions
from noctule.adapters.binance.wire.market_rest import KLINES_MAX, KlineRow
from noctule.domain.market import Candle
from noctule.domain.values import Symbol, Timeframe

__all__ = ["KlineHistory"]


class KlineHistory:
    """Reads what is settled: rows that another row follows in the same answer.

    A candle has ended when the next one is there. By its close time alone the last row must not
    be believed: right after the end REST may still tell how it was before (facts 4).
    """

    def __init__(self, source: MarketQuestions, counts: FeedCounts) -> None:
        self._source = source
        self._counts = counts

    async def latest(self, symbol: Symbol, timeframe: Timeframe, *, count: int) -> Sequence[Candle]:
        """Return the latest settled candles, oldest first and without a gap: count, or fewer.

        It is read backwards from the newest row, so that our clock has no say in it.
        """
        pages: list[Sequence[KlineRow]] = []
        missing, end_ms = count + 1, None  # one more for the open row
        while missing > 0:
            limit = min(missing, KLINES_MAX)
            rows = await self._source.klines(symbol, timeframe, limit=limit, end_ms=end_ms)
            pages.append(rows)
            if len(rows) < limit:
                break
            missing, end_ms = missing - len(rows), rows[0].open_ms - 1
        rows = [row for page in reversed(pages) for row in page]
        return _without_gap(self.candles(symbol, timeframe, rows[:-1]))

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


def _without_gap(candles: Sequence[Candle]) -> Sequence[Candle]:
    """Return the candles after the last gap."""
    pairs = zip(reversed(candles[:-1]), reversed(candles[1:]), strict=True)
    joined = takewhile(lambda pair: pair[0].close_ms + 1 == pair[1].open_ms, pairs)
    return candles[-(1 + sum(1 for _ in joined)) :]
