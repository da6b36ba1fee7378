"""Strategy files as an owner would write them, and wrong in one place as an owner would."""

from pathlib import Path

__all__ = ["IDEA", "write_idea"]

IDEA = '''\
from pydantic import Field

from noctule.strategies import Candle, Direction, MarketView, Signal, Strategy, StrategySettings


class IdeaSettings(StrategySettings, frozen=True):
    """How far it looks."""

    lookback: int = Field(default=20, ge=2, le=500, description="candles it looks back")


class MyIdea(Strategy):
    """Long above the close of a while ago, out below it."""

    Settings = IdeaSettings

    @property
    def warmup_bars(self) -> int:
        return self.settings.lookback

    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        closes = view.history(candle.timeframe).closes(self.settings.lookback)
        if candle.close > closes[0]:
            return Signal(direction=Direction.LONG, reason="above", stop=candle.close * 0.99)
        return Signal(direction=Direction.FLAT, reason="below")
'''


def write_idea(
    folder: Path, right: str = "", wrong: str = "", *, name: str = "my_idea.py", text: str = IDEA
) -> Path:
    """Write a file, with something right in it put wrong."""
    assert right in text, f"{right!r} is not there"
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace(right, wrong, 1) if right else text + wrong)
    return path
