"""A position through adding, reducing and flipping; entry, break-even and profit to the cent."""

from decimal import Decimal

import pytest

from noctule.adapters.sim.model import Position, PositionSide
from noctule.adapters.sim.positions import apply_fill

TAKER = Decimal("0.0005")


def leg() -> Position:
    return Position(symbol="BTCUSDT", side=PositionSide.BOTH)


def fill(position: Position, qty: str, price: str, rate: Decimal = TAKER) -> Decimal:
    return apply_fill(position, Decimal(qty), Decimal(price), rate)


def test_the_entry_price_is_the_mean_of_the_adding_fills_weighted_by_quantity() -> None:
    position = leg()
    fill(position, "1", "100")
    fill(position, "3", "200")
    assert (position.amount, position.entry_price) == (Decimal(4), Decimal(175))


def test_a_reduction_realises_its_part_and_leaves_the_entry_price_alone() -> None:
    position = leg()
    fill(position, "4", "175")
    assert fill(position, "-1", "185") == Decimal(10)
    assert (position.amount, position.entry_price) == (Decimal(3), Decimal(175))


def test_a_short_earns_when_it_is_bought_back_lower() -> None:
    position = leg()
    fill(position, "-2", "100")
    assert fill(position, "0.5", "90") == Decimal(5)
    assert position.amount == Decimal("-1.5")


def test_a_flip_realises_the_whole_and_starts_anew_at_its_own_price() -> None:
    position = leg()
    fill(position, "2", "100")
    assert fill(position, "-5", "110") == Decimal(20)
    assert (position.amount, position.entry_price) == (Decimal(-3), Decimal(110))
    assert position.break_even == Decimal(110) * (1 - TAKER)


def test_a_flat_position_has_no_prices() -> None:
    position = leg()
    fill(position, "2", "100")
    fill(position, "-2", "110")
    assert (position.amount, position.entry_price, position.break_even) == (
        Decimal(0),
        Decimal(0),
        Decimal(0),
    )


@pytest.mark.parametrize(
    ("qty", "entry", "rate", "break_even"),
    [
        ("1", "0.385", "0.0002", "0.385077"),
        ("1", "91739.9", "0.0005", "91785.76995"),
        ("-1", "70.92841", "0.0004", "70.900038636"),
    ],
)
def test_the_break_even_price_equals_the_documented_examples(
    qty: str, entry: str, rate: str, break_even: str
) -> None:
    position = leg()
    fill(position, qty, entry, Decimal(rate))
    assert position.break_even == Decimal(break_even)
