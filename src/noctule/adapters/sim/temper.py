"""The market's temper: regimes that come and go, and volatility that clusters within them."""

import math
from enum import StrEnum
from random import Random
from typing import Final

from msgspec import Struct

__all__ = ["Mood", "Regime", "Temper", "fat_tail", "season"]

_MINUTES_PER_DAY: Final = 1_440


class Regime(StrEnum):
    """What kind of market it is."""

    RANGING = "ranging"
    RISING = "rising"
    FALLING = "falling"
    VIOLENT = "violent"


class Mood(Struct, frozen=True, kw_only=True):
    """How a regime trades."""

    minutes: float  # it lasts, on average
    volatility: float  # of a minute, as a multiple of the usual
    drift: float  # of a minute, as a share of the price
    pull: float  # per minute, back to where the regime began
    premium: float  # of the perpetual over the index


_MOODS: Final = {
    Regime.RANGING: Mood(minutes=480, volatility=0.7, drift=0, pull=0.01, premium=0.0001),
    Regime.RISING: Mood(minutes=300, volatility=1.0, drift=4e-5, pull=0, premium=0.0010),
    Regime.FALLING: Mood(minutes=240, volatility=1.2, drift=-5e-5, pull=0, premium=-0.0006),
    Regime.VIOLENT: Mood(minutes=45, volatility=2.5, drift=0, pull=0, premium=0.0),
}
_KEPT: Final = 0.97  # of an excited minute's excitement is left in the next
_STIRRED: Final = 0.12
_TAILS: Final = 5.0  # degrees of freedom of Student's t


class Temper:
    """Draw, minute after minute, how volatile the whole market is."""

    def __init__(self, random: Random) -> None:
        self.regime = Regime.RANGING
        self.mood = _MOODS[Regime.RANGING]
        self.changed = False  # in this very minute
        self._random = random
        self._excitement = 0.0  # logarithm of volatility

    def volatility(self, minute: int) -> float:
        """Enter a minute and return its volatility, 1 being usual."""
        self.changed = self._random.random() < 1 / self.mood.minutes
        if self.changed:
            self.regime = self._random.choice([each for each in Regime if each != self.regime])
            self.mood = _MOODS[self.regime]
        self._excitement = _KEPT * self._excitement + self._random.gauss(0, _STIRRED)
        tail = fat_tail(self._random)
        return self.mood.volatility * math.exp(self._excitement) * tail * season(minute)


def fat_tail(random: Random) -> float:
    """Draw what makes a normal shock one of Student's: near one, and now and then far above."""
    return math.sqrt(_TAILS / random.gammavariate(_TAILS / 2, 2))


def season(minute: int) -> float:
    """Return how busy this time of day is, 1 being usual: most at 15:00 UTC, least at 03:00."""
    return 1 - 0.4 * math.cos(2 * math.pi * (minute % _MINUTES_PER_DAY - 180) / _MINUTES_PER_DAY)
