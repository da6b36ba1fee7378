from decimal import Decimal

import pytest

from noctule.adapters.sim.wire_numbers import (
    amount,
    amount_or_0,
    average,
    average_or_0,
    mean,
    number,
    padded,
    padded_or_0,
    quote_sum,
    trimmed,
    verbatim,
)
from tests.wire_builders import rules


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("65000.10", "65000.1"),
        ("100", "100"),
        ("1E+3", "1000"),
        ("0.00", "0"),
        ("-0.0", "0"),
        ("-0.50", "-0.5"),
        ("1E-8", "0.00000001"),
    ],
)
def test_a_trimmed_number_has_no_zeros_at_its_end_and_no_exponent(value: str, text: str) -> None:
    assert trimmed(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [("65000.1", 2, "65000.10"), ("0", 2, "0.00"), ("12", 0, "12"), ("1E+2", 1, "100.0")],
)
def test_a_padded_number_has_its_decimals_filled_up(value: str, places: int, text: str) -> None:
    assert padded(Decimal(value), places) == text


def test_padding_never_takes_a_digit_away() -> None:
    assert padded(Decimal("0.0125"), 2) == "0.0125"


def test_an_event_tells_nothing_as_a_bare_0() -> None:
    assert (padded_or_0(Decimal("0.000"), 3), padded_or_0(Decimal(1), 3)) == ("0", "1.000")


def test_an_amount_has_eight_decimals() -> None:
    assert amount(Decimal("23.724692065")) == "23.72469206"
    assert (amount(Decimal(0)), amount_or_0(Decimal(0))) == ("0.00000000", "0")


def test_an_average_price_has_five_decimals_at_least_and_three_more_than_a_price_at_most() -> None:
    third = Decimal(1) / 3
    assert average(Decimal(0), rules()) == "0.00000"
    assert average(Decimal("65000.1"), rules()) == "65000.10000"
    assert average(third, rules()) == "0.33333"
    assert average(third, rules(price_precision=5)) == "0.33333333"


def test_an_event_tells_an_average_price_with_the_decimals_of_a_price() -> None:
    assert average_or_0(Decimal("65000.1"), rules()) == "65000.10"
    assert average_or_0(Decimal(0), rules()) == "0"


def test_an_entry_price_is_told_with_twelve_decimals_at_most() -> None:
    assert mean(Decimal("70.900038636")) == "70.900038636"
    assert mean(Decimal(2) / 3) == "0.666666666667"


def test_a_sum_of_price_times_quantity_has_the_decimals_of_both() -> None:
    assert quote_sum(Decimal("13.895"), rules()) == "13.89500"


def test_a_bracket_speaks_in_json_numbers() -> None:
    assert (number(Decimal("50000")), number(Decimal("0.004"))) == (50_000, 0.004)
    assert isinstance(number(Decimal("5E+4")), int)


def test_a_rule_keeps_the_decimals_it_came_with() -> None:
    assert (verbatim(Decimal("0.10")), verbatim(Decimal("4529764"))) == ("0.10", "4529764")
