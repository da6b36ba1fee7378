"""Each filter with the code it refuses with."""

from decimal import Decimal

import pytest

from noctule.adapters.sim.filters import (
    check_limit_price,
    check_notional,
    check_quantity,
    check_stop_distance,
    check_take_bound,
    check_trigger_price,
    farthest_take,
    trades_at_market,
)
from noctule.adapters.sim.model import OrderType, Refusal, Side
from tests.fakes.pit import BTC

MARK = Decimal(60_000)


@pytest.mark.parametrize(
    ("code", "kind", "qty"),
    [
        (-4003, OrderType.LIMIT, "0"),
        (-4003, OrderType.LIMIT, "-1"),
        (-1111, OrderType.LIMIT, "0.0005"),
        (-4005, OrderType.LIMIT, "1000.001"),
        (-4005, OrderType.MARKET, "120.001"),
        (-4005, OrderType.STOP_MARKET, "120.001"),
    ],
)
def test_a_quantity_is_refused_with(code: int, kind: OrderType, qty: str) -> None:
    with pytest.raises(Refusal, match=f"^{code}:"):
        check_quantity(BTC, kind, Decimal(qty))


def test_a_quantity_inside_its_lot_passes_and_trailing_zeros_are_no_decimals() -> None:
    check_quantity(BTC, OrderType.LIMIT, Decimal("999.5"))
    check_quantity(BTC, OrderType.STOP, Decimal("0.00100000"))
    check_quantity(BTC, OrderType.MARKET, Decimal(120))


@pytest.mark.parametrize(
    ("code", "side", "price"),
    [
        (-4001, Side.BUY, "0"),
        (-1111, Side.BUY, "59000.001"),
        (-4014, Side.BUY, "59000.05"),
        (-4013, Side.BUY, "556.70"),
        (-4002, Side.BUY, "4529764.10"),
        (-4016, Side.BUY, "63000.10"),
        (-4024, Side.SELL, "56999.90"),
    ],
)
def test_a_limit_price_is_refused_with(code: int, side: Side, price: str) -> None:
    with pytest.raises(Refusal, match=f"^{code}:"):
        check_limit_price(BTC, side, Decimal(price), MARK)


def test_a_price_may_be_far_away_on_the_harmless_side() -> None:
    check_limit_price(BTC, Side.BUY, Decimal(600), MARK)
    check_limit_price(BTC, Side.SELL, Decimal(4_000_000), MARK)
    check_limit_price(BTC, Side.BUY, Decimal(63_000), MARK)


def test_the_refusal_names_the_bound() -> None:
    with pytest.raises(Refusal) as caught:
        check_limit_price(BTC, Side.BUY, Decimal(70_000), MARK)
    assert caught.value.msg == "Limit price can't be higher than 63000.00."


@pytest.mark.parametrize(
    ("code", "price"),
    [
        (-4006, "-1"),
        (-1111, "59000.001"),
        (-4013, "1"),
        (-4007, "5000000"),
        (-4014, "59000.05"),
    ],
)
def test_a_trigger_price_is_refused_with(code: int, price: str) -> None:
    with pytest.raises(Refusal, match=f"^{code}:"):
        check_trigger_price(BTC, Decimal(price))


@pytest.mark.parametrize(
    ("code", "side", "price"),
    [
        (-4001, Side.BUY, "0"),
        (-1111, Side.BUY, "59000.001"),
        (-4014, Side.BUY, "59000.05"),
        (-4183, Side.BUY, "63000.10"),
        (-4184, Side.SELL, "56999.90"),
    ],
)
def test_a_conditional_limit_price_is_measured_from_its_trigger(
    code: int, side: Side, price: str
) -> None:
    with pytest.raises(Refusal, match=f"^{code}:"):
        check_stop_distance(BTC, side, Decimal(price), MARK)


def test_an_order_must_be_worth_something() -> None:
    check_notional(BTC, Decimal(50))
    with pytest.raises(Refusal, match=r"^-4164: Order's notional must be no smaller than 50 "):
        check_notional(BTC, Decimal("49.99"))


@pytest.mark.parametrize(("side", "worst"), [(Side.BUY, "63000"), (Side.SELL, "57000")])
def test_a_market_order_reaches_as_far_as_the_take_bound(side: Side, worst: str) -> None:
    assert farthest_take(BTC, side, MARK) == Decimal(worst)
    best = Decimal(worst)
    check_take_bound(BTC, side, best, MARK)
    with pytest.raises(Refusal, match=r"^-4131:"):
        check_take_bound(BTC, side, best + side.sign * BTC.tick, MARK)


def test_the_market_lot_governs_whatever_has_no_price() -> None:
    priced = {kind for kind in OrderType if not trades_at_market(kind)}
    assert priced == {OrderType.LIMIT, OrderType.STOP, OrderType.TAKE_PROFIT}
