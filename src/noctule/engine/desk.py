"""One symbol's board and the strategy that trades by it, whose code may do anything."""

from noctule.domain.errors import StrategyError
from noctule.domain.market import Candle
from noctule.domain.signals import Signal
from noctule.market.board import Board
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy

__all__ = ["Desk"]


class Desk:
    """One symbol's board, and the strategy that trades by it."""

    def __init__(
        self, *, label: str, strategy: Strategy, board: Board, reverses: bool = False
    ) -> None:
        self.label = label
        self.strategy = strategy
        self.reverses = reverses  # an opposite signal enters once it has closed
        self.board = board
        self.view = MarketView(board)

    def opinion(self, candle: Candle) -> Signal | None:
        """Ask the strategy; whatever its code raises or returns wrong is a StrategyError."""
        try:
            self.view.refresh()
            signal = self.strategy.analyze(candle, self.view)
            flaw = None if signal is None else signal.flaw()
        except Exception as exc:  # the owner's code may raise anything, and must not stop us
            raise StrategyError(self.label, f"{type(exc).__name__}: {exc}") from exc
        if flaw is not None:
            raise StrategyError(self.label, flaw)
        return signal
