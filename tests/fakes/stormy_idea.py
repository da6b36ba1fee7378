"""A strategy that trades at random and often, by what it sees on its board as well."""

from random import Random
from typing import ClassVar, cast

from pydantic import Field
from typing_extensions import override

from noctule.strategies import Candle, Direction, MarketView, Signal, Strategy, StrategySettings


class StormyIdeaSettings(StrategySettings, frozen=True):
    """How often it says anything, and how far its stops are."""

    seed: int = Field(default=1, ge=0, description="of what it says")
    often: float = Field(default=0.1, ge=0, le=1, description="share of candles it says it on")
    wide: float = Field(default=0.01, gt=0, le=0.4, description="the stop's distance, a share")
    watches: bool = Field(default=False, description="looks at the regime, and does not say so")
    fails: float = Field(default=0, ge=0, le=1, description="share of candles it fails on")


class StormyIdea(Strategy):
    """What it says of a candle is the same in every run."""

    Settings: ClassVar[type[StrategySettings]] = StormyIdeaSettings
    reverse: ClassVar[bool] = True

    def __init__(self, settings: StrategySettings) -> None:
        super().__init__(settings)
        self.own = cast("StormyIdeaSettings", settings)

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        random = Random(f"{self.own.seed} {candle.symbol} {candle.timeframe} {candle.open_ms}")
        if random.random() < self.own.fails:
            raise ZeroDivisionError("an idea that came to nothing")
        if random.random() >= self.own.often:
            return None
        direction = random.choice((Direction.LONG, Direction.SHORT, Direction.FLAT))
        if self.own.watches and view.regime == "range" and direction is Direction.SHORT:
            direction = Direction.FLAT
        way = 1 if direction is Direction.LONG else -1
        stop = candle.close * (1 - way * self.own.wide * random.uniform(0.3, 1))
        target = candle.close * (1 + way * self.own.wide * random.uniform(0.3, 2))
        return Signal(
            direction=direction,
            reason=_seen(view),
            stop=stop if random.random() < 0.7 else None,
            target=target if random.random() < 0.7 else None,
        )


def _seen(view: MarketView) -> str:
    mark, book, held = view.mark, view.book, view.position
    assert mark is not None
    assert book is not None
    return f"mark {mark.mark_price}, {book.bid_price} to {book.ask_price}, {held}"
