"""A strategy that says what its plan says, candle by candle."""

from typing import ClassVar, cast

from pydantic import Field
from typing_extensions import override

from noctule.strategies import Candle, Direction, MarketView, Signal, Strategy, StrategySettings

_BEGIN_MS = 1_700_006_400_000


class ScriptedIdeaSettings(StrategySettings, frozen=True):
    """Its plan, and what it looks at."""

    plan: str = Field(default="", description="NUMBER DIRECTION [STOP [TARGET]]; …")
    looks: str = Field(default="", description="what of its view its reason tells")


class ScriptedIdea(Strategy):
    """Candles are numbered from 2023-11-15 on, in its base timeframe."""

    Settings: ClassVar[type[StrategySettings]] = ScriptedIdeaSettings

    def __init__(self, settings: StrategySettings) -> None:
        super().__init__(settings)
        self.own = cast("ScriptedIdeaSettings", settings)
        lines = [each.split() for each in self.own.plan.split(";") if each.strip()]
        self.plan = {int(number): rest for number, *rest in lines}

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        if candle.timeframe != view.timeframe:
            return None
        number = (candle.open_ms - _BEGIN_MS) // (candle.close_ms + 1 - candle.open_ms)
        if number not in self.plan:
            return None
        direction, *levels = self.plan[number]
        stop, target = (*map(float, levels), None, None)[:2]
        return Signal(
            direction=Direction[direction],
            reason=self._told(view),
            stop=stop,
            target=target,
        )

    def _told(self, view: MarketView) -> str:
        told = {name: getattr(view, name) for name in self.own.looks.split(",") if name}
        return f"planned {told}"
