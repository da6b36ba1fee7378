"""Zones that price left behind, and what becomes of them when it comes back."""

from abc import abstractmethod
from collections import deque
from typing import Final, Generic, Self, TypeVar

from msgspec import Struct

from noctule.domain.market import Candle
from noctule.strategies.ict.way import Way

__all__ = ["SPENT_KEPT", "STANDING_MAX", "Zone", "Zones"]

STANDING_MAX: Final = 32  # of one kind and way; the oldest is forgotten for the newest
SPENT_KEPT: Final = 24  # to draw; they count no more


class Zone(Struct, frozen=True, kw_only=True, gc=False):
    """A range of prices that price left this way, and may come back to."""

    way: Way
    low: float
    high: float
    at_ms: int  # when the candle opened that it is named by
    known_ms: int  # when the candle opened at whose close it was known
    spent_ms: int | None = None  # when the candle opened that filled or mitigated it
    ended_ms: int | None = None  # when the candle opened that closed beyond it

    @property
    def near(self) -> float:
        """Return the edge that price meets first when it comes back."""
        return self.high if self.way is Way.UP else self.low

    @property
    def far(self) -> float:
        """Return the edge beyond which it has failed."""
        return self.low if self.way is Way.UP else self.high

    @property
    @abstractmethod
    def trigger(self) -> float:
        """Return the price that something must come back to before anything changes here."""

    @abstractmethod
    def after(self, candle: Candle) -> Self:
        """Return what it is after a candle that came back to its trigger."""


Kept = TypeVar("Kept", bound=Zone)


class Zones(Generic[Kept]):
    """The zones of one kind and way that still stand, oldest first, and those that ended lately.

    Most candles come back to none: the nearest trigger is remembered, so they cost one comparison.
    """

    def __init__(self, way: Way) -> None:
        self.standing: list[Kept] = []
        self.spent: deque[Kept] = deque(maxlen=SPENT_KEPT)
        self._way = way
        self._is_up = way is Way.UP
        self._triggers: list[float] = []  # of those that stand
        self._nearest: float | None = None

    def add(self, zone: Kept) -> None:
        """Keep a zone that became known at this candle's close; later ones are measured by it."""
        assert zone.way is self._way, f"a zone that points {zone.way} among those of {self._way}"
        if len(self.standing) == STANDING_MAX:
            del self.standing[0], self._triggers[0]
        self.standing.append(zone)
        self._triggers.append(zone.trigger)
        self._nearest = self._nearer(zone.trigger, self._nearest)

    def meet(self, candle: Candle, *, oldest_ms: int) -> None:
        """Forget what is older than that, and let the candle meet the others."""
        nearest = self._nearest
        if nearest is None:
            return
        if self.standing[0].known_ms < oldest_ms:
            self._forget(oldest_ms)
        if candle.low <= nearest if self._is_up else candle.high >= nearest:
            self._meet(candle)

    def _forget(self, oldest_ms: int) -> None:
        self.standing = [zone for zone in self.standing if zone.known_ms >= oldest_ms]
        self._triggers = [zone.trigger for zone in self.standing]
        self._remember_nearest()

    def _meet(self, candle: Candle) -> None:
        standing, triggers = self.standing, self._triggers
        if self._is_up:
            reached = [index for index, trigger in enumerate(triggers) if candle.low <= trigger]
        else:
            reached = [index for index, trigger in enumerate(triggers) if candle.high >= trigger]
        for index in reversed(reached):  # from behind, for what ends is taken out
            met = standing[index].after(candle)
            if met.ended_ms is None:
                standing[index], triggers[index] = met, met.trigger
            else:
                del standing[index], triggers[index]
                self.spent.append(met)
        self._remember_nearest()

    def _nearer(self, trigger: float, other: float | None) -> float:
        if other is None or (trigger > other) is self._is_up:
            return trigger
        return other

    def _remember_nearest(self) -> None:
        pick = max if self._is_up else min
        self._nearest = pick(self._triggers, default=None)
