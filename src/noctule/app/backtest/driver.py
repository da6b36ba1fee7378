"""The course of a replay: instant after instant, first what has closed, then what begins.

The exchange sees a candle before the strategy does, and what a close decides meets only the next
one: nobody can look ahead. While nothing is held, or nothing can happen to what is held, a candle
is passed over but for its close; that is exact, not a shortcut (docs/backtest.md).
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from noctule.adapters.sim.events import MarkTick, Tick
from noctule.app.backtest.calm_watch import CalmWatch
from noctule.app.backtest.pit import Pit, mark_told
from noctule.app.backtest.stage import Stage
from noctule.app.backtest.tracks import Track
from noctule.domain.events.data import BookTickerUpdated, CandleClosed, MarkPriceUpdated
from noctule.domain.events.signal import SignalGenerated, StrategyDisabled
from noctule.domain.ids import candle_trace
from noctule.domain.market import Candle
from noctule.domain.values import Symbol

__all__ = ["Driver"]

_TELL_EVERY: Final = 2_048  # instants


class Driver:
    """Moves market and bot in turn until the data are over."""

    def __init__(
        self,
        stage: Stage,
        pit: Pit,
        tracks: Sequence[Track],
        *,
        on_instant: Callable[[int], None],
        on_progress: Callable[[float], None] = lambda _share: None,
    ) -> None:
        self._stage, self._pit = stage, pit
        self._tracks = {each.symbol: each for each in tracks}
        self._on_instant, self._on_progress = on_instant, on_progress
        self._watch = CalmWatch(stage.trading, pit.exchange)
        self._quoted: dict[Symbol, int] = {}  # the close that a board's quotes are of
        self._is_signalled = False
        self.quiet = self.full = 0  # candles that were passed over, and that were not
        for symbol, desk in stage.desks.items():
            desk.board.freshen = partial(self._freshen, symbol)
        stage.bus.subscribe(SignalGenerated, self._on_signal, priority=-1)
        stage.bus.subscribe(StrategyDisabled, self._on_disabled, priority=-1)

    def run(self) -> None:
        """Replay everything."""
        tracks = tuple(self._tracks.values())
        total = sum(each.ahead for each in tracks) or 1
        steps = 0
        while True:
            opens = [each.next_ms for each in tracks if each.next_ms is not None]
            if not opens:
                break
            self._step(min(opens))
            steps += 1
            if steps % _TELL_EVERY == 0:
                self._on_progress(sum(each.candles for each in tracks) / total)
        ends = [each.running.close_ms + 1 for each in tracks if each.running is not None]
        self._close(max(ends, default=0))

    def _step(self, at_ms: int) -> None:
        self._close(at_ms)
        begun = [each.begin() for each in self._tracks.values() if each.next_ms == at_ms]
        if self._stage.is_busy:
            self._play(begun)
        else:
            for candle in begun:
                self._pit.keep(candle)

    # What has closed

    def _close(self, at_ms: int) -> None:
        stage = self._stage
        stage.clock.show(now_ms=at_ms, elapsed_ms=at_ms)
        if stage.is_busy:
            self._pay_what_is_due(at_ms)
        for track in self._tracks.values():
            for candle in track.closed(at_ms):
                stage.drive(_closed(candle, at_ms))
        if self._is_signalled:
            self._is_signalled = False
            self._pit.catch_up(at_ms)
            self._settle()
        self._on_instant(at_ms)

    def _pay_what_is_due(self, at_ms: int) -> None:
        due_ms = self._pit.exchange.calm.due_ms
        if due_ms is not None and due_ms <= at_ms:
            self._pit.catch_up(at_ms)
            self._settle()

    def _on_signal(self, event: SignalGenerated) -> None:
        """Let mark and best prices be there for whoever weighs it."""
        self._is_signalled = True
        self._freshen(event.symbol)

    def _on_disabled(self, _event: StrategyDisabled) -> None:
        self._is_signalled = True

    def _freshen(self, symbol: Symbol) -> None:
        """Write on a board what the last close made of mark and best prices."""
        board = self._stage.desks[symbol].board
        candle = board.series[board.base].last
        if self._quoted.get(symbol) == candle.close_ms:
            return
        self._quoted[symbol] = candle.close_ms
        mark, best = self._pit.quotes(candle)
        board.mark, board.book = mark, best
        self._stage.trading.book.hear_mark(symbol, mark.mark_price, at_ms=candle.close_ms)

    # What begins

    def _play(self, begun: Sequence[Candle]) -> None:
        busy = [each for each in begun if each.symbol in self._stage.trading.desk.brackets]
        for candle in begun:
            if candle not in busy:
                self._pit.keep(candle)
        if not busy:
            return
        if self._watch.is_calm(busy):
            self.quiet += len(busy)
            for candle in busy:
                self._pit.keep(candle)
            self._watch.pass_over(busy)
        else:
            self.full += len(busy)
            self._play_out(busy)

    def _play_out(self, busy: Sequence[Candle]) -> None:
        stage = self._stage
        self._pit.catch_up(stage.clock.now_ms())
        for price in self._pit.prices(list(busy)):
            stage.clock.show(now_ms=price.time_ms, elapsed_ms=price.time_ms)
            stage.fire_timers()
            self._pit.move(price)
            stage.settle()
            self._tell(price)
        self._watch.look_anew()

    def _settle(self) -> None:
        self._stage.settle()
        self._watch.look_anew()

    def _tell(self, price: Tick | MarkTick) -> None:
        """Let the bot hear what its streams would have told."""
        symbol, at_ms = Symbol(price.symbol), price.time_ms
        if isinstance(price, Tick):
            best = self._pit.best(symbol)
            self._stage.drive(BookTickerUpdated(at_ms=at_ms, trace="", book=best))
        else:
            self._stage.drive(MarkPriceUpdated(at_ms=at_ms, trace="", mark=mark_told(price)))


def _closed(candle: Candle, at_ms: int) -> CandleClosed:
    trace = candle_trace(candle.symbol, candle.timeframe, candle.close_ms)
    return CandleClosed(at_ms=candle.close_ms, trace=trace, candle=candle, received_ms=at_ms)
