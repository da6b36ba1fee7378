"""Market structure: which swings stand, which were broken, and where that points."""

from collections import deque
from enum import StrEnum
from typing import Final

from msgspec import Struct

from noctule.domain.market import Candle
from noctule.indicators.swings import Swings, SwingsValue
from noctule.strategies.ict.way import Trend, Way

__all__ = ["BREAKS_KEPT", "Break", "BreakKind", "Structure", "Swing"]

BREAKS_KEPT: Final = 64  # to look back at; what counts is the latest
SWINGS_KEPT: Final = 64  # of both ways together, likewise


class Swing(Struct, frozen=True, kw_only=True, gc=False):
    """A high above its neighbours, or a low below them, known once those on its right closed."""

    way: Way  # up for a high
    price: float
    at_ms: int  # when its candle opened


class BreakKind(StrEnum):
    """Whether a break goes on with the trend or turns it."""

    BOS = "BOS"  # break of structure: with the trend, or the first of all
    CHOCH = "CHoCH"  # change of character, or market structure shift: against it


class Break(Struct, frozen=True, kw_only=True, gc=False):
    """A close beyond the latest swing."""

    way: Way
    kind: BreakKind
    swing: Swing
    at_ms: int  # when the breaking candle opened
    close: float


class Structure:
    """Finds swings as they become known, and the closes that break the latest high or low.

    A swing is broken once, by a close beyond it; a wick beyond it or a close on it breaks nothing.
    It stands until it is broken or a newer one of its way takes its place. A trend that no break
    has confirmed for `memory` candles is forgotten.
    """

    def __init__(self, *, left: int, right: int, memory: int) -> None:
        self.trend = Trend.NONE
        self.high: Swing | None = None  # the latest, as long as no close went beyond it
        self.low: Swing | None = None
        self.latest_high: Swing | None = None  # the latest, broken or not
        self.latest_low: Swing | None = None
        self.news: tuple[Swing, ...] = ()  # what became known with the last candle
        self.breaks: deque[Break] = deque(maxlen=BREAKS_KEPT)
        self.swings: deque[Swing] = deque(maxlen=SWINGS_KEPT)
        self._memory = memory
        self._swings = Swings(left, right, "first")
        self._told: SwingsValue | None = None
        self._quiet = 0  # candles since the last break

    def update(self, candle: Candle) -> Break | None:
        """Take a closed candle: what it breaks was known before it, what it confirms is news."""
        broken = self._broken(candle)
        self._confirm(candle)
        return broken

    def _broken(self, candle: Candle) -> Break | None:
        close, high, low = candle.close, self.high, self.low
        if high is not None and close > high.price:
            self.high = None
            return self._break(Way.UP, high, candle)
        if low is not None and close < low.price:
            self.low = None
            return self._break(Way.DOWN, low, candle)
        self._quiet += 1
        if self._quiet >= self._memory:
            self.trend = Trend.NONE
        return None

    def _break(self, way: Way, swing: Swing, candle: Candle) -> Break:
        turns = self.trend == -way
        broken = Break(
            way=way,
            kind=BreakKind.CHOCH if turns else BreakKind.BOS,
            swing=swing,
            at_ms=candle.open_ms,
            close=candle.close,
        )
        self.trend = Trend(way)
        self._quiet = 0
        self.breaks.append(broken)
        return broken

    def _confirm(self, candle: Candle) -> None:
        self.news = ()
        told = self._swings.update(candle.high, candle.low, candle.open_ms)
        if told is None or told is self._told:  # the same as before: there is no news
            return
        self._told = told
        if told.high_confirmed_ms == candle.open_ms:
            assert told.high is not None
            assert told.high_ms is not None
            self.high = Swing(way=Way.UP, price=told.high, at_ms=told.high_ms)
            self.latest_high = self.high
            self._note(self.high)
        if told.low_confirmed_ms == candle.open_ms:
            assert told.low is not None
            assert told.low_ms is not None
            self.low = Swing(way=Way.DOWN, price=told.low, at_ms=told.low_ms)
            self.latest_low = self.low
            self._note(self.low)

    def _note(self, swing: Swing) -> None:
        self.news += (swing,)
        self.swings.append(swing)
