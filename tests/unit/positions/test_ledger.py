"""One fill on one position: adding, reducing, closing, flipping."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.domain.values import Side, Symbol, quote
from noctule.positions.ledger import apply, split, to_8
from tests.builders import START_MS, fill, position

BUY, SELL = Side.BUY, Side.SELL


@pytest.mark.parametrize(
    ("held", "entered", "side", "quantity", "price", "left", "entry", "realized"),
    [
        ("0", None, BUY, "0.010", "60000", "0.010", "60000", "0"),
        ("0", None, SELL, "0.010", "60000", "-0.010", "60000", "0"),
        ("0.010", "60000", BUY, "0.030", "60400", "0.040", "60300", "0"),
        ("-0.010", "60000", SELL, "0.030", "60400", "-0.040", "60300", "0"),
        ("0.010", "60000", SELL, "0.004", "60500", "0.006", "60000", "2"),
        ("-0.010", "60000", BUY, "0.004", "60500", "-0.006", "60000", "-2"),
        ("0.010", "60000", SELL, "0.010", "59000", "0", None, "-10"),
        ("-0.010", "60000", BUY, "0.010", "59000", "0", None, "10"),
        ("0.010", "60000", SELL, "0.015", "60100", "-0.005", "60100", "1"),
        ("-0.010", "60000", BUY, "0.015", "60100", "0.005", "60100", "-1"),
    ],
)
def test_adding_moves_the_entry_price_reducing_realises_and_a_flip_starts_anew(
    held: str,
    entered: str | None,
    side: Side,
    quantity: str,
    price: str,
    left: str,
    entry: str | None,
    realized: str,
) -> None:
    applied = apply(
        position(held, entered), fill(side=side, quantity=quantity, price=price, at_ms=START_MS)
    )
    assert applied.position == replace(position(left, entry), updated_ms=START_MS)
    assert applied.realized_pnl == quote(realized)


def test_a_mean_keeps_more_digits_than_the_exchange_shows() -> None:
    applied = apply(position("0.001", "60000"), fill(quantity="0.002", price="60000.1"))
    assert applied.position.entry_price == Decimal("60000.06666666666666666666667")


def test_a_fill_that_comes_late_does_not_make_the_position_older() -> None:
    held = replace(position("0.001", "60000"), updated_ms=START_MS + 5)
    assert apply(held, fill(at_ms=START_MS)).position.updated_ms == START_MS + 5


def test_another_symbols_fill_is_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError, match="ETHUSDT was traded, not BTCUSDT"):
        apply(position(), replace(fill(), symbol=Symbol("ETHUSDT")))


def test_amounts_have_eight_decimals_and_a_tie_goes_to_the_even_one() -> None:
    assert str(to_8(Decimal("1.000000005"))) == "1.00000000"
    assert str(to_8(Decimal("1.000000015"))) == "1.00000002"
    assert str(to_8(Decimal("-0.000000025"))) == "-2E-8"
    assert str(to_8(Decimal(7))) == "7.00000000"


@pytest.mark.parametrize(
    ("held", "entered", "side"),
    [("0", None, BUY), ("0.010", "60000", BUY), ("0.010", "60000", SELL), ("0.9", "1", SELL)],
)
def test_a_fill_that_does_not_pass_flat_stays_whole(
    held: str, entered: str | None, side: Side
) -> None:
    whole = fill(side=side, quantity="0.010")
    assert split(position(held, entered), whole) == (whole, None)


def test_a_flip_is_cut_where_the_position_is_flat_and_its_fee_goes_by_quantity() -> None:
    flip = replace(
        fill(side=SELL, quantity="0.030", price="60100", fee="1.00000000"), realized_pnl=quote("1")
    )
    end, beginning = split(position("0.010", "60000"), flip)
    assert end == replace(
        flip, quantity=Decimal("0.010"), fee=Decimal("0.33333333"), realized_pnl=quote("1")
    )
    assert beginning == replace(
        flip, quantity=Decimal("0.020"), fee=Decimal("0.66666667"), realized_pnl=quote("0")
    )
