"""What a strategy may look at."""

from typing import Any, TypeVar

from noctule.domain.market import BookTicker, MarkPrice
from noctule.domain.position import Position
from noctule.domain.regime import Regime, RegimeReading
from noctule.domain.values import Symbol, Timeframe
from noctule.indicators.base import Indicator
from noctule.market.board import Board
from noctule.market.feeds import Feeds
from noctule.market.series import History

__all__ = ["MarketView", "TimeframeView"]

Followed = TypeVar("Followed", bound=Indicator[Any])


class TimeframeView:
    """One timeframe of one symbol: its closed candles, and indicators of them."""

    def __init__(self, timeframe: Timeframe, history: History, feeds: Feeds) -> None:
        self.timeframe = timeframe
        self.history = history
        self._feeds, self._followed, self._series = feeds, feeds.followed, feeds.series

    def indicator(
        self, kind: type[Followed], *arguments: float | str, of: str | None = None
    ) -> Followed:
        """Return an indicator that has read every closed candle, the one that closes now included.

        The first time it is made, and reads the history there is; ask for it with the same
        arguments on every candle. `of` names another number of the candle than its close.
        """
        feed = self._followed.get((kind, arguments, of))
        if feed is not None and feed.taken == self._series.taken:  # nearly always
            followed: Followed = feed.indicator  # for its key begins with its kind
            return followed
        return self._feeds.indicator(kind, arguments, of)


class MarketView:
    """The read-only face of one symbol's board: nothing is on it that was not known by now."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._frames: dict[str, TimeframeView] = {
            timeframe: TimeframeView(timeframe, series.history, board.feeds[timeframe])
            for timeframe, series in board.series.items()
        }
        self._base = self._frames[board.base]
        self._feeds = tuple(board.feeds.values())

    @property
    def symbol(self) -> Symbol:
        """Return the symbol."""
        return self._board.symbol

    @property
    def timeframe(self) -> Timeframe:
        """Return the timeframe of the base candles."""
        return self._board.base

    @property
    def timeframes(self) -> tuple[Timeframe, ...]:
        """Return the timeframes there are candles of: the base, then the higher ones."""
        return tuple(self._board.series)

    @property
    def mark(self) -> MarkPrice | None:
        """Return the latest mark and index price, and funding to come; None before the first."""
        self._board.freshen()
        return self._board.mark

    @property
    def book(self) -> BookTicker | None:
        """Return the latest best bid and ask; None before the first."""
        self._board.freshen()
        return self._board.book

    @property
    def regime(self) -> Regime | None:
        """Return what kind of market it is; None until enough candles tell."""
        self._board.note_regime_look()
        return self._board.regime

    @property
    def regime_reading(self) -> RegimeReading | None:
        """Return the regime, since when it holds, and how far, wild and liquid the market is."""
        self._board.note_regime_look()
        return self._board.regime_reading

    @property
    def position(self) -> Position:
        """Return what is held of the symbol; flat when nothing is."""
        return self._board.held()

    def on(self, timeframe: str) -> TimeframeView:
        """Return what there is to see of a timeframe, the bar that closes now included."""
        frame = self._frames.get(timeframe)
        if frame is None:
            configured = ", ".join(self.timeframes)
            raise LookupError(
                f"{self.symbol} has no {timeframe} candles, only {configured}: "
                f"add {timeframe} to [trading] higher_timeframes"
            )
        return frame

    def history(self, timeframe: str) -> History:
        """Return the closed candles of a timeframe, the one that closes now included."""
        return self.on(timeframe).history

    def indicator(
        self, kind: type[Followed], *arguments: float | str, of: str | None = None
    ) -> Followed:
        """Return an indicator of the base candles; `on` has those of other timeframes."""
        return self._base.indicator(kind, *arguments, of=of)

    def refresh(self) -> None:
        """Let every indicator of every timeframe read what has closed since."""
        for feeds in self._feeds:
            feeds.refresh()
