"""Brackets, maintenance and the liquidation price, against the documented numbers."""

from decimal import Decimal

import pytest

from noctule.adapters.sim.margin import (
    Leg,
    bound_by,
    bracket_of,
    cut_to_tier_below,
    leverage_max,
    liquidation_price,
    maintenance,
    notional_max,
)
from tests.fakes.pit import BTC

SIXTY = Decimal(60_000)
CENT_OF_CENT = Decimal("0.0001")


def price(*legs: tuple[str, str], wallet: str = "1000") -> Decimal:
    found = [Leg(Decimal(amount), Decimal(entry)) for amount, entry in legs]
    return liquidation_price(BTC, found, wallet=Decimal(wallet), mark=SIXTY)


@pytest.mark.parametrize(("amount", "expected"), [("0.1", "50200.8032"), ("-0.1", "69721.1155")])
def test_the_liquidation_price_equals_the_documented_example(amount: str, expected: str) -> None:
    assert price((amount, "60000")).quantize(CENT_OF_CENT) == Decimal(expected)


@pytest.mark.parametrize(
    ("amount", "wallet"),
    [("0.1", "1000"), ("-0.1", "1000"), ("20", "100000"), ("-20", "100000"), ("0.9", "300")],
)
def test_at_the_liquidation_price_margin_equals_maintenance(amount: str, wallet: str) -> None:
    at = price((amount, "60000"), wallet=wallet)
    margin = Decimal(wallet) + Decimal(amount) * (at - SIXTY)
    least = maintenance(BTC, abs(Decimal(amount)) * at)
    assert margin.quantize(CENT_OF_CENT) == least.quantize(CENT_OF_CENT)


def test_a_long_that_is_fully_paid_is_never_liquidated() -> None:
    assert price(("0.1", "60000"), wallet="7000") == 0


def test_both_legs_of_a_hedge_are_counted_together() -> None:
    at = price(("0.3", "60000"), ("-0.1", "60000"), wallet="1000")
    margin = 1000 + Decimal("0.2") * (at - SIXTY)
    least = maintenance(BTC, Decimal("0.3") * at) + maintenance(BTC, Decimal("0.1") * at)
    assert margin.quantize(CENT_OF_CENT) == least.quantize(CENT_OF_CENT)


def test_maintenance_does_not_jump_between_two_tiers() -> None:
    for lower, upper in zip(BTC.brackets, BTC.brackets[1:], strict=False):
        edge = lower.notional_cap
        assert maintenance(BTC, edge) == edge * upper.maint_margin_ratio - upper.cum


def test_the_tier_is_the_one_that_holds_the_notional_and_the_last_beyond_all() -> None:
    assert bracket_of(BTC, Decimal(50_000)).bracket == 1
    assert bracket_of(BTC, Decimal("50000.01")).bracket == 2
    assert bracket_of(BTC, Decimal(99_000_000)).bracket == 4


def test_the_leverage_bounds_the_notional_and_the_first_tier_the_leverage() -> None:
    assert leverage_max(BTC) == 125
    assert notional_max(BTC, 125) == 50_000
    assert notional_max(BTC, 76) == 600_000
    assert notional_max(BTC, 20) == 12_000_000


def test_orders_bind_the_worse_of_all_buys_and_all_sells() -> None:
    worth = (Decimal(10_000), Decimal(35_000))
    bound = bound_by(Decimal("0.1"), SIXTY, worth)
    assert (bound.bids, bound.asks) == (Decimal(10_000), Decimal(35_000))
    assert bound.notional == 29_000  # 6,000 − 35,000, which is more than 6,000 + 10,000
    assert bound_by(Decimal("0.1"), SIXTY, worth, extra=Decimal(14_000)).notional == 30_000


@pytest.mark.parametrize(
    ("amount", "mark", "cut"),
    [
        ("0.5", "60000", "0.5"),  # the first tier: all
        ("-0.9", "60000", "0.067"),  # 50,000 are 0.83333
        ("20", "60000", "10"),  # 600,000 are the second's last
        ("10", "60000", "9.167"),
    ],
)
def test_a_cut_leaves_a_position_in_the_tier_below_and_nothing_in_the_first(
    amount: str, mark: str, cut: str
) -> None:
    assert cut_to_tier_below(BTC, Decimal(amount), Decimal(mark)) == Decimal(cut)
