"""A market for whoever wants to see something happen: it swings, and never for long one way.

No real market is like it, so nothing can be learned here about what a strategy earns. Where the
ordinary one takes hours, this one takes minutes: at sixty times its speed there are signals,
stops and targets within the first minute.
"""

import math
from random import Random
from typing import Final

from noctule.adapters.sim.temper import Mood, fat_tail

__all__ = ["Lively"]

_SWING_MINUTES: Final = (14, 24)
_SLOPE: Final = 0.0026  # of a minute, as a share of the price
_SLOPE_VARIES: Final = 0.25  # standard deviation of its logarithm
_VOLATILITY: Final = 2.7  # as a multiple of the usual
_KEPT: Final = 0.6  # of an excited minute's excitement is left in the next
_STIRRED: Final = 0.3
_PULL: Final = 0.002  # per minute, back to where the price began


class Lively:
    """Draw, minute after minute, which way the whole market swings."""

    def __init__(self, random: Random) -> None:
        self.changed = False  # all of it swings around the first price, so nothing is settled anew
        self._random = random
        self._excitement = 0.0  # logarithm of volatility
        self._sign = 1
        self._left = 0.0  # minutes
        self.mood = self._swing()
        self._left *= random.random()  # of the first one some is over

    def volatility(self, _minute: int) -> float:
        """Enter a minute and return its volatility, 1 being usual; no hour is busier."""
        self._left -= 1
        if self._left < 0:
            self.mood = self._swing()
        self._excitement = _KEPT * self._excitement + self._random.gauss(0, _STIRRED)
        return _VOLATILITY * math.exp(self._excitement) * fat_tail(self._random)

    def _swing(self) -> Mood:
        """Turn round, for so long and so steeply."""
        self._sign = -self._sign
        self._left = minutes = self._random.uniform(*_SWING_MINUTES)
        slope = self._sign * _SLOPE * math.exp(self._random.gauss(0, _SLOPE_VARIES))
        return Mood(minutes=minutes, volatility=_VOLATILITY, drift=slope, pull=_PULL, premium=0)
