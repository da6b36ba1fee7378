"""Whether the risk one takes buys an order that the exchange accepts."""

from decimal import Decimal

import pytest

from noctule.app.online.findings import Finding, Verdict
from noctule.app.online.size import size_finding
from noctule.domain import values
from noctule.risk.limits import RiskLimits
from tests.builders import instrument

BTC = instrument()  # step 0.001, at least 50 USDT
HALF_PER_MILLE = Decimal("0.0005")


def finding(equity: str, *, price: str = "60000", risk: RiskLimits | None = None) -> Finding:
    return size_finding(
        BTC,
        mark_price=values.price(price),
        equity=Decimal(equity),
        taker_fee=HALF_PER_MILLE,
        risk=risk or RiskLimits(),
    )


def test_what_is_risked_includes_both_fees_and_the_slippage() -> None:
    # 100 USDT at risk; a unit loses 60000 * (0.01 + 2 * 0.0005 + 0.0005) = 690.
    found = finding("10000")
    assert found.verdict is Verdict.OK
    assert found.text == (
        "BTCUSDT: 1 % of 10000 USDT buys 0.1449 BTC, the smallest order is 0.001 BTC (60 USDT)"
    )


def test_a_balance_too_small_for_the_smallest_order_is_told_with_what_would_do() -> None:
    found = finding("50")
    assert found.verdict is Verdict.FAIL
    assert found.remedy == (
        "deposit at least 69 USDT, trade a cheaper symbol, "
        "or set risk.risk_per_trade to 1.38 % or more"
    )


def test_what_the_remedy_says_is_enough() -> None:
    assert finding("69").verdict is Verdict.OK
    assert finding("68.99").verdict is Verdict.FAIL
    bolder = RiskLimits(risk_per_trade=Decimal("0.0138"))
    assert finding("50", risk=bolder).verdict is Verdict.OK


def test_an_empty_wallet_is_not_told_to_risk_more() -> None:
    found = finding("0")
    assert found.verdict is Verdict.FAIL
    assert found.remedy == "deposit at least 69 USDT, trade a cheaper symbol"


@pytest.mark.parametrize("price", ["1000", "49999", "60000", "123456.7"])
def test_the_smallest_order_is_worth_the_minimum_notional(price: str) -> None:
    assert "the smallest order is" in finding("10000", price=price).text


def test_a_remedy_is_rounded_up_never_below_what_is_needed() -> None:
    assert finding("51").remedy == (
        "deposit at least 69 USDT, trade a cheaper symbol, "
        "or set risk.risk_per_trade to 1.36 % or more"
    )
    assert finding("51", risk=RiskLimits(risk_per_trade=Decimal("0.0136"))).verdict is Verdict.OK
