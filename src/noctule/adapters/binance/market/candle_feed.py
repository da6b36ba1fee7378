"""The candles of one symbol and timeframe: what the stream says, what REST adds, one sequence."""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from noctule.adapters.binance.market.event_outbox import EventOutbox
from noctule.adapters.binance.market.feed_counts import FeedCounts
from noctule.adapters.binance.wire.market import KLINE, KlineEvent, read_frame
from noctule.domain.continuity import CandleLedger, Taken
from noctule.domain.errors import FeedMalformed
from noctule.domain.events.data import CandleClosed, CandleRevised, CandleUpdated
from noctule.domain.ids import candle_trace
from noctule.domain.market import Candle
from noctule.domain.values import Symbol, Timeframe

__all__ = ["Ask", "CandleFeed"]

# Whoever fetches over REST what a feed lacks, now; asking twice is asking once.
Ask: TypeAlias = Callable[["CandleFeed"], None]

_IDLE_MAX: Final = 1_000  # at once, where the exchange has a hole


class CandleFeed:
    """Publishes each closed candle once, in order; `place` says with which one it begins."""

    def __init__(
        self,
        symbol: Symbol,
        timeframe: Timeframe,
        *,
        outbox: EventOutbox,
        counts: FeedCounts,
        ask: Ask,
        now_ms: Callable[[], int | None] = lambda: None,
    ) -> None:
        self.symbol = symbol
        self.timeframe = timeframe
        self.stream = f"{symbol.lower()}@kline_{timeframe}"
        self.frames = 0  # heard so far
        self.unheard = 0  # traded candles in a row of which the stream had no word
        self.listens_from_ms = 0  # when the stream came up: it had to tell of what opened since
        self.last: Candle | None = None  # before the one that is due
        self._ledger: CandleLedger | None = None
        self._outbox = outbox
        self._counts = counts
        self._ask = ask
        self._now_ms = now_ms  # to say when a candle was in
        self._slot = ("candle", symbol, timeframe)
        self._moved_ms = 0  # when the running candle was last told, by the exchange's clock

    @property
    def is_placed(self) -> bool:
        """Tell whether it is known with which candle the sequence begins."""
        return self._ledger is not None

    @property
    def ledger(self) -> CandleLedger:
        """Return the sequence."""
        assert self._ledger is not None, f"{self.stream} was not placed"
        return self._ledger

    def place(self, due_ms: int, *, after: Candle | None = None) -> None:
        """Begin with the candle that opens at this time, and follows another one."""
        self._ledger = CandleLedger(self.timeframe, due_ms=due_ms)
        self.last = after

    def begin_anew(self) -> None:
        """Go on as before, for what was missed is fetched, and told once in any case."""
        self._moved_ms = self.unheard = 0

    def hear(self, frame: bytes) -> None:
        """Take a frame of the kline stream; raises FeedMalformed for one that cannot be true."""
        event = read_frame(KLINE, frame)
        if event.symbol != self.symbol or event.kline.interval != self.timeframe:
            raise FeedMalformed(f"{self.stream}: a candle of {event.symbol[:40]}")
        self.frames += 1
        self.unheard = 0
        candle = event.candle(self.symbol, self.timeframe)
        flaw = candle.flaw()
        if flaw is not None:
            self._ask(self)  # REST tells it better
            raise FeedMalformed(f"{self.stream}: {flaw}")
        if not event.kline.is_closed:
            self._move(candle, event)
        elif not self._outbox.is_full:  # else the candle is still due when there is room again
            self._close(candle, event)

    def fill(self, candles: Sequence[Candle], told_ms: int) -> None:
        """Take closed candles that REST has told."""
        taken = self.ledger.take_all(candles, told_ms)
        self._publish(taken)
        self._counts.fetched += len(taken.closed)
        since_ms = self.listens_from_ms
        self.unheard += sum(1 for each in taken.closed if each.trades and each.open_ms >= since_ms)

    def fill_idle(self, until_ms: int, told_ms: int) -> None:
        """Go on where the exchange has no candles: nobody traded, so the last close is repeated."""
        if self.last is None:
            self._publish(self.ledger.skip_to(until_ms))
            return
        idle: list[Candle] = []
        open_ms = self.ledger.due_ms
        while open_ms < until_ms and len(idle) < _IDLE_MAX:
            idle.append(self.last.idle_at(open_ms))
            open_ms = idle[-1].close_ms + 1
        self._counts.invented += len(idle)
        self._publish(self.ledger.take_all(idle, told_ms))

    def _move(self, candle: Candle, event: KlineEvent) -> None:
        """Tell of the running candle, unless it is past or one before it has not been told."""
        due_ms = self.ledger.due_ms
        if candle.open_ms > due_ms:
            self._ask(self)  # the due one is over, or this one could not have begun
        elif candle.open_ms == due_ms and event.event_ms >= self._moved_ms:
            self._moved_ms = event.event_ms
            trace = candle_trace(self.symbol, self.timeframe, candle.close_ms)
            self._outbox.replace(
                CandleUpdated(at_ms=event.event_ms, trace=trace, candle=candle), self._slot
            )

    def _close(self, candle: Candle, event: KlineEvent) -> None:
        taken = self.ledger.take(candle, event.event_ms)
        if taken.closed or taken.revised:
            self._publish(taken)
        elif self.ledger.has_gap:
            self._ask(self)

    def _publish(self, taken: Taken) -> None:
        for candle in taken.closed:
            trace = candle_trace(self.symbol, self.timeframe, candle.close_ms)
            self._outbox.settle(self._slot)
            self._outbox.put(
                CandleClosed(
                    at_ms=candle.close_ms, trace=trace, candle=candle, received_ms=self._now_ms()
                )
            )
            self.last, self._moved_ms = candle, 0
        for revision in taken.revised:
            self._counts.revised += 1
            candle = revision.candle
            trace = candle_trace(self.symbol, self.timeframe, candle.close_ms)
            self._outbox.put(
                CandleRevised(
                    at_ms=candle.close_ms,
                    trace=trace,
                    candle=candle,
                    published=revision.published,
                )
            )
