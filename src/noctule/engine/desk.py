"""One symbol's board and the strategy that trades by it, whose code may do anything."""

from collections.abc import Callable, Coroutine
from functools import partial

from noctule.domain.errors import StrategyError
from noctule.domain.market import Candle
from noctule.domain.signals import Signal, answer_flaw
from noctule.engine.owners_code import failure_told, files_of, is_ctrl_c, traceback_told
from noctule.market.board import Board
from noctule.market.feeds import Feeds
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy
from noctule.telemetry.attempt import contained

__all__ = ["Desk"]


class Desk:
    """One symbol's board, and the strategy that trades by it."""

    def __init__(
        self,
        *,
        label: str,
        strategy: Strategy,
        board: Board,
        reverses: bool = False,
        warmup_bars: int = 0,
        make: Callable[[], Strategy] | None = None,
    ) -> None:
        self.label = label
        self.strategy = strategy
        self.warmup_bars = warmup_bars  # as it said when it was made
        self.make = make or partial(_another, strategy)  # one like it
        self.reverses = reverses  # an opposite signal enters once it has closed
        self.board = board
        self.view = MarketView(board)
        self._feeds = tuple(board.feeds.values())  # what the view shows
        self.files = files_of(type(strategy))  # where its code stands
        self.failures = 0  # in a row
        self.fault = ""  # the latest of them
        self.disabled: str | None = None  # why it is asked no more
        self.is_new = True  # never asked yet: its indicators will read the history first
        self.cannot_wait: str | None = None  # what failed when it was asked what it waits for
        self.has_idle_levels = False  # a signal to leave named a stop or a target
        self._is_worn = False  # to be made anew before it is asked again

    @property
    def warm_up_left(self) -> tuple[int, int] | None:
        """Return how many of the base candles that it needs are there; None once all are."""
        taken = self.board.series[self.board.base].taken
        return (taken, self.warmup_bars) if taken < self.warmup_bars else None

    def opinion(self, candle: Candle) -> Signal | None:
        """Ask the strategy; whatever its code raises or returns wrong is a StrategyError."""
        try:
            if self._is_worn:
                self._make_anew()
            for feeds in self._feeds:
                feeds.refresh()
            answer = self.strategy.analyze(candle, self.view)
            if answer is None:
                return None
            flaw = answer_flaw(answer, candle.close)
            if flaw is None:
                self.has_idle_levels = self.has_idle_levels or answer.has_idle_levels
                return answer.plain()
            _forget(answer)
        except BaseException as exc:  # the owner's code may raise anything, and must not stop us
            if is_ctrl_c(exc):
                raise
            raise self._error(exc) from exc
        raise StrategyError(self.label, flaw)

    def waits_for(self) -> str | None:
        """Ask the strategy what it waits for; what its code raises is a StrategyError.

        Only `Waiting` may call this: a strategy needs its turn, and somebody who ends it.
        """
        candle = self.board.series[self.board.base].last
        answer = contained(lambda: self._strategy().waits_for(candle, self.view))
        if answer is None or type(answer) is str:
            return answer
        if not isinstance(answer, BaseException):
            _forget(answer)
            returned = f"waits_for returned {type(answer).__name__}, not a text"
            raise StrategyError(self.label, returned)
        if is_ctrl_c(answer):
            raise answer
        raise self._error(answer) from answer

    def restart(self) -> None:
        """Let the strategy begin anew with the next candle, and read the history there is."""
        self.failures, self.disabled, self.cannot_wait = 0, None, None
        self.is_new = self._is_worn = True

    def _error(self, exc: BaseException) -> StrategyError:
        told = failure_told(exc, self.files)
        return StrategyError(self.label, told, traceback=traceback_told(exc))

    def _strategy(self) -> Strategy:
        if self._is_worn:
            self._make_anew()
        return self.strategy

    def _make_anew(self) -> None:
        """Make what it may have spoilt; its own code runs here, so only within a guarded turn."""
        self.strategy = self.make()
        self.board.feeds = {each: Feeds(series) for each, series in self.board.series.items()}
        self.view = MarketView(self.board)
        self._feeds = tuple(self.board.feeds.values())
        self._is_worn = False


def _another(strategy: Strategy) -> Strategy:
    return type(strategy)(strategy.settings)


def _forget(answer: object) -> None:
    """Let nobody complain that a coroutine was never awaited: that was told already."""
    if isinstance(answer, Coroutine):
        answer.close()
