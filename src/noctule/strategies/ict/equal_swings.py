"""Equal highs and lows: swings at nearly the same price, and the stops that gather beyond."""

from typing import Final

from noctule.domain.market import Candle
from noctule.strategies.ict.pools import Pool, PoolSource
from noctule.strategies.ict.structure import Swing
from noctule.strategies.ict.way import Way, went_to

__all__ = ["UNTOUCHED_MAX", "EqualSwings"]

UNTOUCHED_MAX: Final = 32  # swings of one way; the oldest is forgotten for the newest


class EqualSwings:
    """The swings of one way that no candle went beyond by more than the tolerance.

    What they are judged by, the candles before each and their average range, is `before_ms` long.
    """

    def __init__(self, way: Way, *, before_ms: int) -> None:
        self.untouched: list[Swing] = []
        self._way = way
        self._before_ms = before_ms
        self._is_up = way is Way.UP
        self._nearest: float | None = None

    def let_pass(self, candle: Candle, *, tolerance: float, oldest_ms: int) -> None:
        """Forget the swings that a candle went clearly beyond, and those older than that."""
        nearest = self._nearest
        if nearest is None:
            return
        first_ms = oldest_ms + self._before_ms
        is_old = self.untouched[0].at_ms < first_ms
        beyond = candle.high - nearest if self._is_up else nearest - candle.low
        if not is_old and beyond <= tolerance:
            return
        way, went = self._way, went_to(candle, self._way)
        self.untouched = [
            swing
            for swing in self.untouched
            if swing.at_ms >= first_ms and way * (went - swing.price) <= tolerance
        ]
        self._remember_nearest()

    def add(self, swing: Swing, *, tolerance: float) -> Pool | None:
        """Keep a new swing, and return the pool it makes with those at its price, if it does.

        The stops rest beyond the furthest of them; the pool lasts as long as the latest two.
        """
        way, low, high = self._way, swing.price - tolerance, swing.price + tolerance
        equal = [each for each in self.untouched if low <= each.price <= high]
        if len(self.untouched) == UNTOUCHED_MAX:
            del self.untouched[0]
        self.untouched.append(swing)
        self._remember_nearest()
        if not equal:
            return None
        furthest = max((*equal, swing), key=lambda each: way * each.price)
        return Pool(
            way=way,
            source=PoolSource.EQUAL,
            label=f"equal {way.extreme}s",
            price=furthest.price,
            at_ms=min(each.at_ms for each in equal),
            since_ms=equal[-1].at_ms - self._before_ms,
        )

    def _remember_nearest(self) -> None:
        prices = [swing.price for swing in self.untouched]
        pick = min if self._is_up else max
        self._nearest = pick(prices) if prices else None
