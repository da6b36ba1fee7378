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
        make: Callable[[], Strategy] | None = None,
    ) -> None:
        self.label = label
        self.strategy = strategy
        self.make = make or partial(_another, strategy)  # one like it
        self.reverses = reverses  # an opposite signal enters once it has closed
        self.board = board
        self.view = MarketView(board)
        self.files = files_of(type(strategy))  # where its code stands
        self.failures = 0  # in a row
        self.disabled: str | None = None  # why it is asked no more
        self.is_new = True  # never asked yet: its indicators will read the history first
        self.has_idle_levels = False  # a signal to leave named a stop or a target
        self._is_worn = False  # to be made anew before it is asked again

    def opinion(self, candle: Candle) -> Signal | None:
        """Ask the strategy; whatever its code raises or returns wrong is a StrategyError."""
        try:
            if self._is_worn:
                self._make_anew()
            self.view.refresh()
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
            told = failure_told(exc, self.files)
            raise StrategyError(self.label, told, traceback=traceback_told(exc)) from exc
        raise StrategyError(self.label, flaw)

    def restart(self) -> None:
        """Let the strategy begin anew with the next candle, and read the history there is."""
        self.failures, self.disabled = 0, None
        self.is_new = self._is_worn = True

    def _make_anew(self) -> None:
        """Make what it may have spoilt; its own code runs here, so only `opinion` may call this."""
        self.strategy = self.make()
        self.board.feeds = {each: Feeds(series) for each, series in self.board.series.items()}
        self.view = MarketView(self.board)
        self._is_worn = False


def _another(strategy: Strategy) -> Strategy:
    return type(strategy)(strategy.settings)


def _forget(answer: object) -> None:
    """Let nobody complain that a coroutine was never awaited: that was told already."""
    if isinstance(answer, Coroutine):
        answer.close()
