"""What a strategy may look at."""

from noctule.domain.market import BookTicker, MarkPrice
from noctule.domain.values import Symbol, Timeframe
from noctule.market.board import Board
from noctule.market.series import History

__all__ = ["MarketView"]


class MarketView:
    """The read-only face of one symbol's board."""

    def __init__(self, board: Board) -> None:
        self._board = board

    @property
    def symbol(self) -> Symbol:
        """Return the symbol."""
        return self._board.symbol

    @property
    def timeframes(self) -> tuple[Timeframe, ...]:
        """Return the timeframes there are candles of: the base, then the higher ones."""
        return tuple(self._board.series)

    @property
    def mark(self) -> MarkPrice | None:
        """Return the latest mark and index price, and funding to come; None before the first."""
        return self._board.mark

    @property
    def book(self) -> BookTicker | None:
        """Return the latest best bid and ask; None before the first."""
        return self._board.book

    def history(self, timeframe: Timeframe) -> History:
        """Return the closed candles of a timeframe, the one that closes now included."""
        series = self._board.series.get(timeframe)
        if series is None:
            configured = ", ".join(self.timeframes)
            raise LookupError(
                f"{self.symbol} has no {timeframe} candles, only {configured}: "
                f"add {timeframe} to [trading] higher_timeframes"
            )
        return series.history
