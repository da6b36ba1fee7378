"""One symbol's candles on their way through a replay: which is under way, and which have closed."""

from collections.abc import Iterable, Iterator
from typing import Final

from noctule.adapters.replay.columns import CandleColumns
from noctule.domain.events.data import CandleClosed
from noctule.domain.ids import candle_trace
from noctule.domain.market import Candle
from noctule.domain.values import MINUTE_MS

__all__ = ["NEVER_MS", "Track", "candles_of"]

NEVER_MS: Final = 1 << 62
_CHUNK: Final = 8_192  # candles that are objects at a time


def candles_of(columns: CandleColumns, start: int, stop: int) -> Iterator[Candle]:
    """Yield these rows as candles."""
    symbol, timeframe = columns.symbol, columns.timeframe
    length_ms = timeframe.ms
    for begin in range(start, stop, _CHUNK):
        part = slice(begin, min(begin + _CHUNK, stop))
        columns.let_go()  # what was read before
        rows = zip(
            columns.open_ms[part].tolist(),
            columns.open[part].tolist(),
            columns.high[part].tolist(),
            columns.low[part].tolist(),
            columns.close[part].tolist(),
            columns.volume[part].tolist(),
            columns.quote_volume[part].tolist(),
            columns.trades[part].tolist(),
            columns.taker_buy_volume[part].tolist(),
            strict=True,
        )
        for open_ms, opened, high, low, close, volume, quote_volume, trades, bought in rows:
            yield Candle(
                symbol=symbol,
                timeframe=timeframe,
                open_ms=open_ms,
                close_ms=open_ms + length_ms - 1,
                open=opened,
                high=high,
                low=low,
                close=close,
                volume=volume,
                quote_volume=quote_volume,
                trades=trades,
                taker_buy_volume=bought,
            )


class Track:
    """Where a symbol's replay stands; a hole is filled with candles in which nobody traded."""

    history: list[Candle]  # that has closed when it begins
    running: Candle | None  # begun, and not told as closed

    def __init__(self, columns: CandleColumns, *, first: int, start: int, stop: int) -> None:
        """Begin with row `start`; the one before it is under way, and about to close."""
        self.symbol = columns.symbol
        self.columns = columns
        *self.history, self.running = (*_filled(candles_of(columns, first, start)),) or (None,)
        self.candles = 0  # told as closed
        self.ahead = stop - start  # candles to come when it begins
        self._ahead = candles_of(columns, start, stop)
        self._next = next(self._ahead, None)
        self.next_ms = NEVER_MS if self._next is None else self._next.open_ms  # when that opens
        # A trace is reckoned for each candle: what is the same in all is written once.
        self._trace = candle_trace(columns.symbol, columns.timeframe, -1).rpartition(":")[0]

    def begin(self) -> Candle:
        """Let its next candle be under way."""
        candle = self._next
        assert candle is not None, f"{self.symbol} is over"
        self.running = candle
        following = self._next = next(self._ahead, None)
        self.next_ms = NEVER_MS if following is None else following.open_ms
        return candle

    def close(self, candle: Candle, at_ms: int) -> CandleClosed:
        """Take the candle under way as closed, and return what tells it.

        Where its next one is missing, one in which nobody trades is under way from then on; after
        its last one nothing is.
        """
        is_hole = candle.close_ms + 1 < self.next_ms < NEVER_MS
        self.running = candle.idle_at(candle.close_ms + 1) if is_hole else None
        self.candles += 1
        return CandleClosed(
            at_ms=candle.close_ms,
            trace=f"{self._trace}:{(candle.close_ms + 1) // MINUTE_MS}",
            candle=candle,
            received_ms=at_ms,
        )

    def close_all(self, at_ms: int) -> Iterator[CandleClosed]:
        """Take everything as closed that has by this instant, what a hole lacks included."""
        while self.running is not None and self.running.close_ms < at_ms:
            yield self.close(self.running, at_ms)


def _filled(candles: Iterable[Candle]) -> Iterator[Candle]:
    """Put candles in which nobody traded where some are missing."""
    before: Candle | None = None
    for candle in candles:
        while before is not None and before.close_ms + 1 < candle.open_ms:
            before = before.idle_at(before.close_ms + 1)
            yield before
        yield candle
        before = candle
