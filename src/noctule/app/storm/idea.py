"""The strategy of a storm: opinions often and at random, the same in every run."""

from random import Random
from typing import ClassVar, cast

from pydantic import Field
from typing_extensions import override

from noctule.strategies import Candle, Direction, MarketView, Signal, Strategy, StrategySettings


class StormIdeaSettings(StrategySettings, frozen=True):
    """How often it says anything, and how far its stops are."""

    seed: int = Field(default=1, ge=0, description="of what it says")
    often: float = Field(default=0.1, ge=0, le=1, description="share of candles it says it on")
    wide: float = Field(default=0.01, gt=0, le=0.4, description="the stop's distance, a share")
    calm_ms: int = Field(default=0, ge=0, description="from then on it always enters")


class StormIdea(Strategy):
    """Enters, leaves and reverses by what the candle is called, not by what it looks like."""

    Settings: ClassVar[type[StrategySettings]] = StormIdeaSettings
    reverse: ClassVar[bool] = True

    def __init__(self, settings: StrategySettings) -> None:
        super().__init__(settings)
        self.own = cast("StormIdeaSettings", settings)

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        random = Random(f"{self.own.seed} {candle.symbol} {candle.open_ms}")
        is_calm = 0 < self.own.calm_ms <= candle.open_ms
        if random.random() >= self.own.often and not is_calm:
            return None
        direction = random.choice((Direction.LONG, Direction.SHORT, Direction.FLAT))
        if is_calm and direction is Direction.FLAT:
            direction = Direction.LONG
        way = 1 if direction is Direction.LONG else -1
        stop = candle.close * (1 - way * self.own.wide * random.uniform(0.3, 1))
        target = candle.close * (1 + way * self.own.wide * random.uniform(0.3, 2))
        return Signal(
            direction=direction,
            reason="the storm",
            stop=stop if random.random() < 0.7 else None,
            target=target if random.random() < 0.7 else None,
        )
