"""[risk]: shares are exact, and what no trader could mean is refused."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from noctule.domain.regime import Regime
from noctule.risk.limits import RiskLimits


def test_shares_are_exact_decimals() -> None:
    limits = RiskLimits.model_validate({"risk_per_trade": "0.015"})
    assert limits.risk_per_trade == Decimal("0.015")


def test_there_is_no_notional_cap_unless_one_is_given() -> None:
    assert RiskLimits().max_position_notional is None


def test_no_regime_takes_less_of_the_risk_unless_one_is_named() -> None:
    assert {RiskLimits().share_in(each) for each in (None, *Regime)} == {Decimal(1)}
    limits = RiskLimits.model_validate({"regime_scale": ("high_volatility: 0.5", "illiquid: 0")})
    shares = [limits.share_in(each) for each in (Regime.HIGH_VOLATILITY, Regime.ILLIQUID)]
    assert shares == [Decimal("0.5"), Decimal(0)]


def test_the_defaults_are_within_their_own_ranges() -> None:
    defaults = RiskLimits()
    assert RiskLimits.model_validate(defaults.model_dump()) == defaults


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("risk_per_trade", "0"),
        ("risk_per_trade", "1"),
        ("stop_loss", "1"),
        ("take_profit", "-0.02"),
        ("max_positions", "0"),
        ("risk_per_trade", "1e-30"),
        ("stop_loss", "0.00009"),
        ("take_profit", "1e-30"),
        ("max_total_exposure", "1e-30"),
        ("max_price_deviation", "1e-30"),
        ("max_spread", "1e-30"),
        ("max_position_notional", "0"),
        ("max_position_notional", "1000000001"),
        ("max_daily_loss", "1e-30"),
        ("max_drawdown", "1e-30"),
        ("max_daily_loss", "5"),
        ("max_drawdown", "NaN"),
        ("naked_position_limit_ms", "0"),
    ],
)
def test_a_limit_that_would_not_limit_is_refused(key: str, text: str) -> None:
    with pytest.raises(ValidationError):
        RiskLimits.model_validate({key: text})
