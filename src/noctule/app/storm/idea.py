"""The strategy of a storm: opinions often and at random, the same in every run."""

from random import Random
from typing import ClassVar, Final, cast

from pydantic import Field
from typing_extensions import override

from noctule.strategies import Candle, Direction, MarketView, Signal, Strategy, StrategySettings

__all__ = ["StormIdea", "StormIdeaSettings"]

_MINUTE_MS: Final = 60_000
_SAME_MINUTES: Final = 4  # of the calm, until it wants the other side, and then keeps to it
_DIRECTIONS: Final = (
    Direction.LONG,
    Direction.LONG,
    Direction.SHORT,
    Direction.SHORT,
    Direction.FLAT,
)
_NEAR: Final = 0.0002  # a share of the price, which it moves by within seconds
_FAR: Final = 0.3


class StormIdeaSettings(StrategySettings, frozen=True):
    """How often it says anything, and how far its stops are."""

    seed: int = Field(default=1, ge=0, description="of what it says")
    often: float = Field(default=0.1, ge=0, le=1, description="share of candles it says it on")
    wide: float = Field(default=0.01, gt=0, le=0.4, description="the stop's distance, a share")
    calm_ms: int = Field(default=0, ge=0, description="from then on it always enters, sensibly")


class StormIdea(Strategy):
    """Enters, leaves and reverses by what the candle is called, not by what it looks like."""

    Settings: ClassVar[type[StrategySettings]] = StormIdeaSettings
    reverse: ClassVar[bool] = True

    def __init__(self, settings: StrategySettings) -> None:
        super().__init__(settings)
        self.own = cast("StormIdeaSettings", settings)  # they are made by Settings

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        own = self.own
        if 0 < own.calm_ms <= candle.open_ms:
            return self._sensible(candle)
        dice = Random(f"{own.seed} {candle.symbol} {candle.open_ms}")  # noqa: S311  # a seeded storm
        return self._wild(candle, dice) if dice.random() < own.often else None

    def _sensible(self, candle: Candle) -> Signal:
        """Enter with a plain stop and target: one side first, then the other, each for minutes."""
        minutes = (candle.open_ms - self.own.calm_ms) // _MINUTE_MS
        sides = (Direction.LONG, Direction.SHORT)
        first = (self.own.seed + len(candle.symbol)) % 2
        direction = sides[first if minutes < _SAME_MINUTES else 1 - first]
        way = _way(direction)
        return Signal(
            direction=direction,
            reason="the calm",
            stop=candle.close * (1 - way * self.own.wide),
            target=candle.close * (1 + way * self.own.wide * 1.5),
        )

    def _wild(self, candle: Candle, dice: Random) -> Signal:
        direction = dice.choice(_DIRECTIONS)
        way = _way(direction)
        stop, target = self._distance(dice), self._distance(dice)
        return Signal(
            direction=direction,
            reason="the storm",
            stop=None if stop is None else candle.close * (1 - way * stop),
            target=None if target is None else candle.close * (1 + way * target),
        )

    def _distance(self, dice: Random) -> float | None:
        """Return how far a level is from the price; below zero on the wrong side of it."""
        kind, share = dice.random(), dice.random()
        if kind < 0.7:
            return self.own.wide * (0.2 + 0.8 * share)
        if kind < 0.88:
            return None
        if kind < 0.95:
            return _NEAR * share
        return _FAR if kind < 0.98 else -self.own.wide * share


def _way(direction: Direction) -> int:
    return -1 if direction is Direction.SHORT else 1
