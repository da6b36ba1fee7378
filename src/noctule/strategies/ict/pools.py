"""Liquidity: prices beyond which stops rest, until they are swept or taken."""

from collections import deque
from enum import StrEnum
from typing import Final

from msgspec import Struct, structs

from noctule.domain.market import Candle
from noctule.strategies.ict.way import Way, went_to

__all__ = ["ENDED_KEPT", "RESTING_MAX", "Pool", "PoolSource", "PoolState", "Pools"]

RESTING_MAX: Final = 64  # of one way; the oldest is forgotten for the newest
ENDED_KEPT: Final = 24  # to draw; they count no more


class PoolSource(StrEnum):
    """What made stops gather there."""

    EQUAL = "equal"  # swings at nearly the same price
    SWING = "swing"  # a swing that stands out from many candles on both sides
    SESSION = "session"  # the extreme of the latest session of its name
    DAY = "day"  # of the previous day, in UTC as the exchange counts it
    WEEK = "week"  # of the previous week, from Monday, likewise


class PoolState(StrEnum):
    """What has become of a pool."""

    RESTING = "resting"
    SWEPT = "swept"  # a wick went beyond it, the close came back
    TAKEN = "taken"  # a candle closed beyond it


class Pool(Struct, frozen=True, kw_only=True, gc=False):
    """Stops beyond a price: above highs when it points up, below lows when it points down."""

    way: Way
    source: PoolSource
    label: str  # as a trader calls it: previous day high
    price: float
    at_ms: int  # when the candle opened that made the price
    since_ms: int  # when the first candle opened that had a part in making it
    state: PoolState = PoolState.RESTING
    ended_ms: int | None = None  # when the candle opened that swept or took it


class Pools:
    """The pools of one way that rest, by when they became known, and those that ended lately.

    One that began to be made before what is remembered is none: who starts now cannot know it.
    Most candles reach none: the nearest price is remembered, so they cost one comparison.
    """

    def __init__(self, way: Way) -> None:
        self.resting: list[Pool] = []
        self.ended: deque[Pool] = deque(maxlen=ENDED_KEPT)
        self._way = way
        self._is_up = way is Way.UP
        self._nearest: float | None = None
        self._first_ms = 0  # when the making of the oldest began
        self._oldest_ms = 0  # what is older is not remembered

    def add(self, pool: Pool, *, within: float = 0.0) -> None:
        """Keep a pool that became known at this candle's close, in the place of its forerunners.

        Those are pools of the same label: for equal swings, which may rest at many prices, only
        the ones not further away than `within`; of single swings each stands for itself.
        """
        assert pool.way is self._way, f"a pool that points {pool.way} among those of {self._way}"
        if pool.since_ms < self._oldest_ms:
            return
        if pool.source is not PoolSource.SWING:
            self.resting = [each for each in self.resting if not _replaces(pool, each, within)]
        if len(self.resting) == RESTING_MAX:
            del self.resting[0]
        self.resting.append(pool)
        self._remember_nearest()

    def judge(self, candle: Candle, *, oldest_ms: int) -> tuple[Pool, ...]:
        """Forget what is older than that, end what the candle went beyond, return the swept."""
        self._oldest_ms = oldest_ms
        nearest = self._nearest
        if nearest is None:
            return ()
        if self._first_ms < oldest_ms:
            self.resting = [pool for pool in self.resting if pool.since_ms >= oldest_ms]
            self._remember_nearest()
        if candle.high > nearest if self._is_up else candle.low < nearest:
            return self._judge(candle)
        return ()

    def _judge(self, candle: Candle) -> tuple[Pool, ...]:
        went, way = went_to(candle, self._way), int(self._way)
        reached = [pool for pool in self.resting if way * (went - pool.price) > 0]
        self.resting = [pool for pool in self.resting if way * (went - pool.price) <= 0]
        ended = [_ended(pool, candle) for pool in reached]
        self.ended.extend(ended)
        self._remember_nearest()
        return tuple(pool for pool in ended if pool.state is PoolState.SWEPT)

    def _remember_nearest(self) -> None:
        prices = [pool.price for pool in self.resting]
        pick = min if self._is_up else max
        self._nearest = pick(prices) if prices else None
        self._first_ms = min((pool.since_ms for pool in self.resting), default=0)


def _replaces(pool: Pool, other: Pool, within: float) -> bool:
    if pool.label != other.label:
        return False
    return pool.source is not PoolSource.EQUAL or abs(pool.price - other.price) <= within


def _ended(pool: Pool, candle: Candle) -> Pool:
    closed_beyond = pool.way * (candle.close - pool.price) > 0
    state = PoolState.TAKEN if closed_beyond else PoolState.SWEPT
    return structs.replace(pool, state=state, ended_ms=candle.open_ms)
