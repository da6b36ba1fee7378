"""The course of a replay: instant after instant, first what has closed, then what begins.

The exchange sees a candle before the strategy does, and what a close decides meets only the next
one: nobody can look ahead. While nothing is held, or nothing can happen to what is held, a candle
is passed over but for its close; that is exact, not a shortcut (docs/backtest.md).
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from typing import Final

from noctule.adapters.sim.events import MarkTick, Tick
from noctule.app.backtest.calm_watch import CalmWatch
from noctule.app.backtest.pit import Pit, mark_told
from noctule.app.backtest.stage import Stage
from noctule.app.backtest.tracks import NEVER_MS, Track
from noctule.domain.events.data import BookTickerUpdated, MarkPriceUpdated
from noctule.domain.events.signal import SignalGenerated, StrategyDisabled
from noctule.domain.market import Candle
from noctule.domain.values import Symbol

__all__ = ["Driver"]

_TELL_EVERY: Final = 2_048  # instants
_DEADLINES_MAX: Final = 100_000  # between two prices; more are a clock that does not move


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
        self._tracks = tuple(tracks)
        self._brackets = stage.trading.desk.brackets
        self._on_instant, self._on_progress = on_instant, on_progress
        self._watch = CalmWatch(stage.trading, pit)
        self._quoted: dict[Symbol, int] = {}  # the close that a board's quotes are of
        self._is_signalled = False
        self._drive, self._show, self._kept = stage.bus.drive, stage.clock.show, pit.kept
        self.quiet = self.full = 0  # candles that were passed over, and that were not
        for symbol, desk in stage.desks.items():
            desk.board.freshen = partial(self._freshen, symbol)
        stage.bus.subscribe(SignalGenerated, self._on_signal, priority=-1)
        stage.bus.subscribe(StrategyDisabled, self._on_disabled, priority=-1)

    def run(self) -> bool:
        """Replay everything; false: a strategy looked at regimes, which were left out."""
        tracks = self._tracks
        total = sum(each.ahead for each in tracks) or 1
        boards = [desk.board for desk in self._stage.desks.values()]
        is_alone, told = len(tracks) == 1, 0
        for step in count(1):
            if is_alone:
                self._hurry(tracks[0])
            at_ms = min([each.next_ms for each in tracks])
            if at_ms == NEVER_MS:
                break
            self._close(at_ms)
            self._begin(at_ms)
            done = tracks[0].candles if is_alone else step
            if done - told >= _TELL_EVERY:
                told = done
                self._on_progress(sum(each.candles for each in tracks) / total)
                if any(board.is_regime_missed for board in boards):
                    return False
        ends = [each.running.close_ms + 1 for each in tracks if each.running is not None]
        if ends:
            self._close(max(ends))
        self._watch.catch_up()
        return not any(board.is_regime_missed for board in boards)

    def _hurry(self, track: Track) -> None:
        """Go from close to close in one loop while one symbol's candles follow one another.

        It does what the long way does, which is left to go wherever there is anything else to do.
        """
        show, drive, note, begin = self._show, self._drive, self._on_instant, track.begin
        brackets, watch, kept, symbol = self._brackets, self._watch, self._kept, track.symbol
        for _ in range(_TELL_EVERY):
            at_ms, closing = track.next_ms, track.running
            if closing is None or closing.close_ms != at_ms - 1:
                return
            if brackets and at_ms >= watch.due_ms:
                return
            show(now_ms=at_ms, elapsed_ms=at_ms)
            drive(track.close(closing, at_ms))
            if self._is_signalled:
                self._meet(at_ms)
            note(at_ms)
            candle = begin()
            if brackets:
                if not watch.passes((candle,)):
                    self._play((candle,))
                    continue
                self.quiet += 1
            kept[symbol] = candle

    # What has closed

    def _close(self, at_ms: int) -> None:
        self._show(now_ms=at_ms, elapsed_ms=at_ms)
        is_due = False
        if self._brackets and at_ms >= self._watch.due_ms:
            is_due = self._pay_what_is_due(at_ms)
        drive = self._drive
        for track in self._tracks:
            candle = track.running
            if candle is None or candle.close_ms >= at_ms:
                continue
            if candle.close_ms == at_ms - 1:  # nearly always, so it is worth a way of its own
                drive(track.close(candle, at_ms))
                continue
            for event in track.close_all(at_ms):
                drive(event)
                self._pit.keep(event.candle)
        if self._is_signalled or is_due:
            self._meet(at_ms)
        self._on_instant(at_ms)

    def _meet(self, at_ms: int) -> None:
        """Let the exchange be where the market is, and what was decided reach it."""
        self._is_signalled = False
        self._pit.catch_up(at_ms)
        self._settle()

    def _pay_what_is_due(self, at_ms: int) -> bool:
        """Let the exchange do what is due by this instant; the bot hears of it after the closes."""
        if self._pit.due_ms(self._brackets, at_ms - 1) > at_ms:
            return False
        self._watch.catch_up()
        self._pit.catch_up(at_ms)
        return True

    # What begins

    def _begin(self, at_ms: int) -> None:
        begun = []
        for track in self._tracks:
            if track.next_ms == at_ms:
                begun.append(track.begin())  # noqa: PERF401  # a loop is quicker for so few
        if self._brackets:
            if not self._watch.passes(begun):
                self._play(begun)
                return
            self.quiet += 1
        for candle in begun:
            self._kept[candle.symbol] = candle

    def _on_signal(self, event: SignalGenerated) -> None:
        """Let mark and best prices be there for whoever weighs it."""
        self._is_signalled = True
        self._watch.catch_up()
        self._freshen(event.symbol)

    def _on_disabled(self, _event: StrategyDisabled) -> None:
        self._is_signalled = True
        self._watch.catch_up()

    def _freshen(self, symbol: Symbol) -> None:
        """Write on a board what the last close made of mark and best prices."""
        board = self._stage.desks[symbol].board
        candle = board.series[board.base].last
        if self._quoted.get(symbol) == candle.close_ms:
            return
        self._watch.catch_up()
        self._quoted[symbol] = candle.close_ms
        mark, best = self._pit.quotes(candle)
        board.mark, board.book = mark, best
        self._stage.trading.market.freshness.hear_quote(symbol)
        self._stage.trading.book.hear_mark(symbol, mark.mark_price, at_ms=candle.close_ms)

    def _play(self, begun: Sequence[Candle]) -> None:
        busy = [each for each in begun if each.symbol in self._brackets]
        if sum(each.trades > 0 for each in busy) < len(self._brackets):
            busy = [*begun]  # where nobody trades what is held, it hears of time by the others
        if busy and not self._watch.is_calm(busy):
            self.full += len(busy)
            self._play_out(busy)
            begun = [each for each in begun if each not in busy]
        elif busy:
            self.quiet += len(busy)
            self._watch.pass_over(busy)
        for candle in begun:  # no sooner: what is kept has ended when the exchange hears of it
            self._pit.keep(candle)

    def _play_out(self, busy: Sequence[Candle]) -> None:
        stage = self._stage
        self._watch.catch_up()
        self._pit.catch_up(stage.clock.now_ms())
        for price in self._pit.prices(list(busy)):
            self._let_time_pass(price.time_ms)
            stage.clock.show(now_ms=price.time_ms, elapsed_ms=price.time_ms)
            stage.fire_timers()
            self._pit.move(price)
            stage.settle()
            self._tell(price)
        self._watch.look_anew()

    def _let_time_pass(self, until_ms: int) -> None:
        """Step through what is due before a price, while anybody waits for more than prices."""
        stage = self._stage
        for _ in range(_DEADLINES_MAX):
            if all(each.wake_ms is None for each in self._brackets.values()):
                return
            due_ms = self._next_deadline_ms()
            if due_ms >= until_ms:
                return
            stage.clock.show(now_ms=due_ms, elapsed_ms=due_ms)
            self._pit.pass_time(due_ms)
            stage.settle()
            stage.fire_timers()
        raise AssertionError(f"{_DEADLINES_MAX} deadlines stand before {until_ms}")

    def _next_deadline_ms(self) -> int:
        now_ms, calm = self._stage.clock.now_ms(), self._pit.exchange.calm
        known = (self._stage.next_timer_ms, calm.due_ms, calm.arrival_ms)
        return max(now_ms, min((each for each in known if each is not None), default=NEVER_MS))

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
