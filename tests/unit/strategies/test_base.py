"""What every strategy has without writing it."""

import pytest
from pydantic import ValidationError
from typing_extensions import override

from noctule.domain.values import Timeframe
from noctule.market.board import Board
from noctule.strategies import (
    Candle,
    Direction,
    MarketView,
    Signal,
    Strategy,
    StrategySettings,
)
from tests.builders import BTCUSDT, candle


class MyIdea(Strategy):
    """A whole strategy, as a user would write it."""

    class Settings(StrategySettings):
        lookback: int = 20

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        return Signal(direction=Direction.LONG, reason=f"{view.symbol} at {candle.close}")


def test_a_strategy_needs_one_method_and_nothing_else() -> None:
    idea = MyIdea(MyIdea.Settings())
    board = Board(BTCUSDT, base=Timeframe.M1, capacity=1)
    signal = idea.analyze(candle(60_000.0), MarketView(board))
    assert signal == Signal(direction=Direction.LONG, reason="BTCUSDT at 60000.0")
    assert idea.warmup_bars == 0
    assert not idea.reverse
    assert idea.settings == MyIdea.Settings(lookback=20)


def test_a_strategy_without_that_method_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="analyze"):
        Strategy(StrategySettings())  # type: ignore[abstract]  # the mistake this test is about


def test_a_key_the_strategy_does_not_know_is_an_error() -> None:
    with pytest.raises(ValidationError, match="lookbak"):
        MyIdea.Settings.model_validate({"lookbak": 10})


def test_settings_cannot_be_changed() -> None:
    settings = MyIdea.Settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.lookback = 5  # type: ignore[misc]  # the mistake this test is about


def test_a_strategy_that_draws_nothing_need_not_say_so() -> None:
    board = Board(BTCUSDT, base=Timeframe.M1, capacity=1)
    assert MyIdea(MyIdea.Settings()).explain(candle(1.0), MarketView(board)) == ()


def test_a_strategy_that_waits_for_nothing_in_particular_need_not_say_so() -> None:
    board = Board(BTCUSDT, base=Timeframe.M1, capacity=1)
    assert MyIdea(MyIdea.Settings()).waits_for(candle(1.0), MarketView(board)) is None
