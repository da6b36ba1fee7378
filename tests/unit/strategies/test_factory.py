"""Strategies are made by the names the configuration uses."""

import pytest

from noctule.strategies import StrategySettings
from noctule.strategies.factory import STRATEGIES, StrategyFactory
from noctule.strategies.sma_cross import SmaCross, SmaCrossSettings


def test_these_strategies_exist() -> None:
    assert StrategyFactory.names() == (
        "donchian_breakout",
        "ict",
        "rsi_reversion",
        "sma_cross",
        "supertrend_follow",
    )


def test_a_strategy_brings_its_own_settings() -> None:
    assert StrategyFactory.settings_of("sma_cross") is SmaCrossSettings


def test_an_unknown_strategy_has_no_settings() -> None:
    assert StrategyFactory.settings_of("sma_cros") is None


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_strategy_can_be_made_from_its_defaults(name: str) -> None:
    settings = STRATEGIES[name].Settings()
    strategy = StrategyFactory.create(name, settings)
    assert type(strategy) is STRATEGIES[name]
    assert strategy.settings is settings


def test_each_symbol_gets_an_instance_of_its_own() -> None:
    settings = SmaCrossSettings()
    first, second = (StrategyFactory.create("sma_cross", settings) for _ in range(2))
    assert isinstance(first, SmaCross)
    assert first is not second


def test_a_strategy_is_not_made_from_anothers_settings() -> None:
    with pytest.raises(AssertionError, match="sma_cross with StrategySettings"):
        StrategyFactory.create("sma_cross", StrategySettings())
