"""Money, prices and moves as a trader reads them."""

from decimal import Decimal

import pytest

from noctule.app.narration.amounts import money, move, percent_of, price_text, signed


@pytest.mark.parametrize(
    ("amount", "text"),
    [("10000", "10,000.00"), ("-99.875", "-99.88"), ("0.0031", "0.0031"), ("0", "0.00")],
)
def test_money_is_told_to_the_cent_and_less_than_one_as_it_is(amount: str, text: str) -> None:
    assert money(Decimal(amount)) == text


def test_what_was_won_has_a_sign() -> None:
    assert [signed(Decimal(each)) for each in ("12.4", "-3", "0")] == ["+12.40", "-3.00", "0.00"]


@pytest.mark.parametrize(
    ("price", "text"),
    [
        ("60569.10", "60,569.1"),
        ("60569", "60,569"),
        ("0.12345", "0.12345"),
        ("61180.812345678", "61,180.8"),
    ],
)
def test_a_price_has_all_its_digits_and_an_average_those_that_tell(price: str, text: str) -> None:
    assert price_text(Decimal(price)) == text


def test_a_move_is_a_share_of_where_it_began_and_turned_for_who_is_short() -> None:
    assert percent_of(Decimal(100), Decimal(101)) == "+1.00 %"
    assert percent_of(Decimal(100), Decimal(101), sign=-1) == "-1.00 %"
    assert move(0.0, 1.0) == "?"
