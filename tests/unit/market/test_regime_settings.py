"""Bounds that are apart, and a norm that is longer than what it judges."""

import pytest
from pydantic import ValidationError

from noctule.domain.values import Timeframe
from noctule.market.regime_settings import RegimeSettings


def refusal(**keys: object) -> str:
    with pytest.raises(ValidationError) as caught:
        RegimeSettings.model_validate(keys)
    (error,) = caught.value.errors()
    return str(error["msg"])


def test_the_defaults_are_within_their_own_ranges() -> None:
    defaults = RegimeSettings()
    assert RegimeSettings.model_validate(defaults.model_dump()) == defaults


def test_the_default_norm_is_known_after_the_default_warm_up() -> None:
    assert RegimeSettings().norm_candles <= 500


def test_the_base_candle_tells_it_unless_another_timeframe_is_named() -> None:
    assert RegimeSettings().timeframe is None
    assert RegimeSettings.model_validate({"timeframe": "1h"}).timeframe is Timeframe.H1


@pytest.mark.parametrize(
    ("keys", "wrong"),
    [
        (
            {"norm_candles": 95},
            "norm_candles = 95 is not twice trend_candles = 48, raise it to 96 or more",
        ),
        (
            {"norm_candles": 120, "recent_candles": 61},
            "norm_candles = 120 is not twice recent_candles = 61, raise it to 122 or more",
        ),
        (
            {"trend_leave": 0.2},
            "trend_leave = 0.2 is not below trend_enter = 0.2, lower it",
        ),
        (
            {"volatility_leave": 3},
            "volatility_leave = 3.0 is not below volatility_enter = 2.0, lower it",
        ),
        (
            {"liquidity_leave": 0.2},
            "liquidity_leave = 0.2 is not above liquidity_enter = 0.2, raise it",
        ),
    ],
)
def test_what_would_flicker_or_judge_itself_is_refused(keys: dict[str, object], wrong: str) -> None:
    assert refusal(**keys) == f"Value error, {wrong}"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("trend_candles", 9),
        ("recent_candles", 4),
        ("norm_candles", 10_001),
        ("trend_enter", 0),
        ("volatility_enter", 1),
        ("liquidity_leave", 1.1),
        ("confirm_candles", 0),
        ("timeframe", "1s"),
    ],
)
def test_what_would_tell_nothing_is_refused(key: str, value: object) -> None:
    refusal(**{key: value})
