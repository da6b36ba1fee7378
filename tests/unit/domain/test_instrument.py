"""A contract's filters: no order of ours ever breaks one."""

from decimal import Decimal

import pytest
from typing_extensions import override

from noctule.domain.order import OrderKind
from noctule.domain.values import Price, Quantity, Rounding, Side, price, quantity
from tests.builders import instrument, lot


class Observation(float):
    """A float that writes itself in its own way, as those of numpy do."""

    @override
    def __repr__(self) -> str:
        return f"Observation({float(self)})"


@pytest.mark.parametrize("kind", [OrderKind.LIMIT, OrderKind.STOP, OrderKind.TAKE_PROFIT])
def test_an_order_with_a_limit_price_obeys_the_lot(kind: OrderKind) -> None:
    assert instrument().quantize_quantity(quantity("500.0019"), kind) == quantity("500.001")


@pytest.mark.parametrize(
    "kind",
    [
        OrderKind.MARKET,
        OrderKind.STOP_MARKET,
        OrderKind.TAKE_PROFIT_MARKET,
        OrderKind.TRAILING_STOP_MARKET,
    ],
)
def test_an_order_at_the_market_obeys_the_market_lot(kind: OrderKind) -> None:
    assert instrument().quantize_quantity(quantity("500.0019"), kind) == quantity("120")


@pytest.mark.parametrize(
    ("wanted", "allowed"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("0.4", "0"),
        ("1.4", "0"),  # on the step below, but under the minimum
        ("1.5", "1.5"),
        ("1.999999999999999999999999999999999", "1.5"),
        ("7.25", "7.0"),
        ("9.9", "9.5"),
        ("1E+30", "10.0"),
    ],
)
def test_a_quantity_goes_down_to_the_nearest_allowed_one(wanted: str, allowed: str) -> None:
    rule = lot("1.5", "10.2", step="0.5")  # neither bound has to be round
    assert rule.floor(quantity(wanted)) == quantity(allowed)


def test_a_quantity_is_never_negative() -> None:
    with pytest.raises(AssertionError, match=r"quantity is -0\.001"):
        instrument().quantize_quantity(Quantity(Decimal("-0.001")), OrderKind.MARKET)


@pytest.mark.parametrize(
    ("wanted", "down", "nearest", "up"),
    [
        ("60000.14", "60000.1", "60000.1", "60000.2"),
        ("60000.15", "60000.1", "60000.2", "60000.2"),
        ("60000.25", "60000.2", "60000.2", "60000.3"),
        ("60000.20", "60000.2", "60000.2", "60000.2"),
        ("0", "556.8", "556.8", "556.8"),
        ("-1", "556.8", "556.8", "556.8"),
        ("4529764.01", "4529764", "4529764", "4529764"),
        ("1E+300", "4529764", "4529764", "4529764"),
    ],
)
def test_a_price_goes_to_the_tick_its_rule_picks(
    wanted: str, down: str, nearest: str, up: str
) -> None:
    quantized = [instrument().quantize_price(price(wanted), rule) for rule in Rounding]
    assert quantized == [price(down), price(up), price(nearest)]


def test_a_price_goes_to_the_nearest_tick_unless_told_otherwise() -> None:
    assert instrument().quantize_price(price("60000.19")) == price("60000.2")


@pytest.mark.parametrize(
    ("wanted", "allowed"),
    [
        ("1.00", "1.03"),
        ("1.27", "1.03"),
        ("1.30", "1.53"),
        ("9.99", "9.53"),  # 10.03 would be the next tick, above the upper bound
        ("10.00", "9.53"),
    ],
)
def test_ticks_are_counted_from_the_lowest_price(wanted: str, allowed: str) -> None:
    contract = instrument(tick="0.5", price_min="1.03", price_max="10.00")
    assert contract.quantize_price(price(wanted)) == price(allowed)


def test_a_float_enters_by_its_shortest_text() -> None:
    contract = instrument(tick="0.0000000000000001", price_min="0.1", price_max="1")
    assert contract.quantize_price(0.3) == price("0.3")
    assert contract.quantize_price(0.1 + 0.2) == price("0.3000000000000000")  # 0.30000000000000004
    assert contract.quantize_price(0.1 + 0.2, Rounding.UP) == price("0.3000000000000001")


def test_a_float_of_another_library_is_a_float() -> None:
    assert instrument().quantize_price(Observation(60_000.14)) == price("60000.1")


def test_the_worst_price_stays_within_the_venues_band() -> None:
    assert instrument().worst_price(Side.BUY, price("60000.19")) == price(
        "63000.1"
    )  # of 63000.1995
    assert instrument().worst_price(Side.SELL, price("60000.19")) == price("57000.2")  # 57000.1805


@pytest.mark.parametrize(
    ("size", "is_enough"), [("0.0008333", False), ("0.0008334", True), ("1", True)]
)
def test_an_order_must_be_worth_the_minimum(size: str, is_enough: bool) -> None:
    worth = instrument().meets_notional(quantity(size), price("60000"), reduces_only=False)
    assert worth is is_enough


def test_an_order_worth_exactly_the_minimum_is_enough() -> None:
    assert instrument().meets_notional(quantity("0.001"), price("50000"), reduces_only=False)


def test_an_order_that_only_reduces_is_always_worth_enough() -> None:
    assert instrument().meets_notional(quantity("0.001"), price("556.8"), reduces_only=True)


@pytest.mark.parametrize(
    ("at", "smallest"),
    [
        ("60000", "0.001"),  # one step is worth 60
        ("50000", "0.001"),  # exactly 50
        ("49999.9", "0.002"),
        ("556.8", "0.090"),
    ],
)
def test_the_smallest_quantity_is_the_first_that_is_worth_enough(at: str, smallest: str) -> None:
    assert instrument().smallest_quantity(price(at), OrderKind.LIMIT) == quantity(smallest)


@pytest.mark.parametrize(
    ("quantity_min", "step", "smallest"),
    [("100", "1", "100"), ("1", "0.1", "1.0"), ("0", "1", "1"), ("1.2", "0.5", "1.5")],
)
def test_the_smallest_quantity_obeys_the_lot(quantity_min: str, step: str, smallest: str) -> None:
    contract = instrument(limit_lot=lot(quantity_min, "1000", step=step), notional_min="5")
    assert contract.smallest_quantity(price("60000"), OrderKind.LIMIT) == quantity(smallest)


def test_the_smallest_quantity_lies_above_a_lot_that_is_never_worth_enough() -> None:
    contract = instrument(
        tick="0.0000001", price_min="0.0000001", limit_lot=lot("1", "9", step="1")
    )
    smallest = contract.smallest_quantity(price("0.0000001"), OrderKind.LIMIT)
    assert smallest == quantity("500000000")
    assert contract.quantize_quantity(smallest, OrderKind.LIMIT) == quantity("9")


def test_nothing_is_bought_at_no_price() -> None:
    with pytest.raises(AssertionError, match="price is 0"):
        instrument().smallest_quantity(Price(Decimal(0)), OrderKind.LIMIT)
