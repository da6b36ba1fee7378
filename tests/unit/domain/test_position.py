"""Fills and positions: signs are where money turns around."""

from decimal import Decimal

import pytest

from noctule.domain.position import Position
from noctule.domain.values import Side, price, quantity, quote
from tests.builders import BTCUSDT, fill, position


def test_a_fill_changes_the_position_by_its_side() -> None:
    assert fill(side=Side.BUY, quantity="0.010").signed_quantity == Decimal("0.010")
    assert fill(side=Side.SELL, quantity="0.010").signed_quantity == Decimal("-0.010")


def test_a_position_is_flat_by_default() -> None:
    nothing = Position(symbol=BTCUSDT)
    assert nothing.is_flat
    assert nothing.side is None
    assert nothing.quantity == quantity("0")


def test_a_negative_zero_is_flat() -> None:
    assert position("-0.000").is_flat
    assert position("-0.000").side is None


def test_a_long_was_bought() -> None:
    long = position("0.010", "60000")
    assert not long.is_flat
    assert long.side is Side.BUY
    assert long.quantity == quantity("0.010")


def test_a_short_was_sold() -> None:
    short = position("-0.010", "60000")
    assert not short.is_flat
    assert short.side is Side.SELL
    assert short.quantity == quantity("0.010")


@pytest.mark.parametrize(("held", "entered"), [("0", "60000"), ("0.010", None)])
def test_a_position_has_an_entry_price_unless_it_is_flat(held: str, entered: str | None) -> None:
    with pytest.raises(AssertionError, match=f"{held} BTCUSDT entered at {entered}"):
        position(held, entered)


@pytest.mark.parametrize(
    ("held", "entered", "profit"),
    [("0.010", "60000", "5.00"), ("-0.010", "60000", "-5.00"), ("0", None, "0")],
)
def test_a_long_gains_what_a_short_loses(held: str, entered: str | None, profit: str) -> None:
    assert position(held, entered).unrealized_pnl(price("60500")) == quote(profit)
