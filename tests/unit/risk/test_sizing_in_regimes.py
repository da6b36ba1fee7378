"""A regime takes its share of the risk, and is named where too little is left for any order."""

from decimal import Decimal

import pytest

from noctule.domain import values
from noctule.domain.regime import Regime
from noctule.domain.signals import Refused
from noctule.risk.limits import RiskLimits
from noctule.risk.sizing import Sized, size_entry
from tests.risk_builders import case, portfolio, scene


@pytest.mark.parametrize(
    ("scale", "regime", "allowed", "quantity"),
    [
        (("high_volatility: 0.5",), Regime.HIGH_VOLATILITY, "50", "0.069"),
        (("high_volatility: 0.5",), Regime.RANGE, "100", "0.139"),
        (("high_volatility: 0.5", "illiquid: 0.1"), None, "10", "0.013"),
        (("illiquid: 0",), Regime.ILLIQUID, "100", "0.139"),  # its check refuses, not the size
    ],
)
def test_a_regime_takes_its_share_of_what_may_be_lost(
    scale: tuple[str, ...], regime: Regime | None, allowed: str, quantity: str
) -> None:
    under = RiskLimits.model_validate({"regime_scale": scale})
    found = size_entry(case(market=scene(regime=regime)), under)
    assert isinstance(found, Sized), found
    assert (found.loss_allowed, found.quantity) == (Decimal(allowed), values.quantity(quantity))


@pytest.mark.parametrize(
    ("regime", "wallet", "remedy"),
    [
        (
            Regime.ILLIQUID,
            "1000",  # whole, 10 would be allowed
            "which is 0.5: wait for another regime than illiquid, or raise its share of "
            "risk_per_trade, 0.05, in regime_scale",
        ),
        (
            None,
            "1000",
            "which is 0.5: wait until the regime is known, or raise the least share of "
            "risk_per_trade, 0.05, in regime_scale",
        ),
        (
            Regime.ILLIQUID,
            "71.940015",  # just enough without the regime
            "which is 0.03597: wait for another regime than illiquid, or raise its share of "
            "risk_per_trade, 0.05, in regime_scale",
        ),
        (
            Regime.ILLIQUID,
            "71.94",  # not enough in any regime
            "which is 0.03597: raise the balance or risk_per_trade, or bring the stop nearer",
        ),
        (
            Regime.RANGE,
            "50",
            "which is 0.5: raise the balance or risk_per_trade, or bring the stop nearer",
        ),
    ],
)
def test_a_regime_that_takes_too_little_for_the_smallest_order_is_named(
    regime: Regime | None, wallet: str, remedy: str
) -> None:
    under = RiskLimits.model_validate(
        {"regime_scale": ("illiquid: 0.05",), "max_total_exposure": "100"}
    )
    of = case(market=scene(regime=regime), account=portfolio(wallet=wallet))
    found = size_entry(of, under)
    assert isinstance(found, Refused), found
    (reason,) = found.reasons
    assert reason.text.endswith(remedy)
