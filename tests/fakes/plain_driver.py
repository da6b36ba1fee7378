"""A replay that passes over nothing: every price of every candle is told to everyone.

It is what the driver promises to equal, written without any of what makes that one fast.
"""

from collections.abc import Callable, Sequence

from noctule.adapters.sim.events import Tick
from noctule.app.backtest.pit import Pit, mark_told
from noctule.app.backtest.stage import Stage
from noctule.app.backtest.tracks import NEVER_MS, Track
from noctule.domain.events.data import BookTickerUpdated, MarkPriceUpdated
from noctule.domain.market import Candle
from noctule.domain.values import Symbol

__all__ = ["PlainDriver"]


class PlainDriver:
    """Takes the place of the driver, and its time."""

    def __init__(
        self,
        stage: Stage,
        pit: Pit,
        tracks: Sequence[Track],
        *,
        on_instant: Callable[[int], None],
        on_progress: Callable[[float], None] = lambda _share: None,
    ) -> None:
        self._stage, self._pit, self._tracks = stage, pit, tracks
        self._on_instant = on_instant
        self.quiet = self.full = 0

    def run(self) -> bool:
        """Replay everything; false: a strategy looked at regimes, which were left out."""
        while (at_ms := min(each.next_ms for each in self._tracks)) != NEVER_MS:
            self._close(at_ms)
            self._play([each.begin() for each in self._tracks if each.next_ms == at_ms])
        ends = [each.running.close_ms + 1 for each in self._tracks if each.running is not None]
        if ends:
            self._close(max(ends))
        return not any(desk.board.is_regime_missed for desk in self._stage.desks.values())

    def _close(self, at_ms: int) -> None:
        self._stage.clock.show(now_ms=at_ms, elapsed_ms=at_ms)
        self._pit.catch_up(at_ms)
        for track in self._tracks:
            for event in track.close_all(at_ms):
                self._quote(event.candle)
                self._stage.drive(event)
        self._stage.settle()
        self._on_instant(at_ms)

    def _quote(self, candle: Candle) -> None:
        mark, best = self._pit.quotes(candle)
        at_ms = candle.close_ms
        self._stage.drive(BookTickerUpdated(at_ms=at_ms, trace="", book=best))
        self._stage.drive(MarkPriceUpdated(at_ms=at_ms, trace="", mark=mark))

    def _play(self, begun: list[Candle]) -> None:
        self.full += len(begun)
        for price in self._pit.prices(begun):
            self._wait(price.time_ms)
            self._stage.clock.show(now_ms=price.time_ms, elapsed_ms=price.time_ms)
            self._stage.fire_timers()
            self._pit.move(price)
            self._stage.settle()
            if isinstance(price, Tick):
                best = self._pit.best(Symbol(price.symbol))
                self._stage.drive(BookTickerUpdated(at_ms=price.time_ms, trace="", book=best))
            else:
                mark = mark_told(price)
                self._stage.drive(MarkPriceUpdated(at_ms=price.time_ms, trace="", mark=mark))

    def _wait(self, until_ms: int) -> None:
        """Let deadlines come in their time while an order is waited for."""
        stage, calm = self._stage, self._pit.exchange.calm
        while any(each.wake_ms is not None for each in stage.trading.desk.brackets.values()):
            known = (stage.next_timer_ms, calm.due_ms, calm.arrival_ms)
            due_ms = min((each for each in known if each is not None), default=until_ms)
            if due_ms >= until_ms:
                return
            now_ms = max(due_ms, stage.clock.now_ms())
            stage.clock.show(now_ms=now_ms, elapsed_ms=now_ms)
            self._pit.pass_time(now_ms)
            stage.settle()
            stage.fire_timers()
