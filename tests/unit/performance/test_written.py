"""Money, shares and times are written as people read them."""

from decimal import Decimal

import pytest

from noctule.performance.written import day, instant, lasted, money, percent, ratio, trades_of


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        (Decimal("1234.5"), "1,234.50"),
        (Decimal("-0.001"), "0.00"),
        (-1234567.891, "-1,234,567.89"),
        (0.0, "0.00"),
        (None, "–"),
    ],
)
def test_money_has_two_places_and_nothing_has_no_sign(
    amount: Decimal | float | None, told: str
) -> None:
    assert money(amount) == told


def test_a_share_is_told_in_percent_and_a_figure_as_it_is() -> None:
    assert [percent(each) for each in (0.1234, -0.5, -0.0001, None)] == [
        "12.3 %",
        "-50.0 %",
        "0.0 %",
        "–",
    ]
    assert percent(0.00012, 2) == "0.01 %"
    assert [ratio(each) for each in (1.8449, None)] == ["1.84", "–"]


def test_an_instant_is_told_to_the_minute_that_is_nearest() -> None:
    assert instant(1_682_899_499_999) == "2023-05-01 00:05"
    assert day(1_682_899_199_999) == "2023-05-01"


@pytest.mark.parametrize(
    ("duration_ms", "told"),
    [
        (None, "–"),
        (0, "0.0 s"),
        (12_500, "12.5 s"),
        (5 * 60_000, "5 min"),
        (4 * 3_600_000, "4 h"),
        (4 * 3_600_000 + 5 * 60_000, "4 h 5 min"),
        (3 * 86_400_000, "3 d"),
        (1_200 * 86_400_000 + 4 * 3_600_000, "1,200 d 4 h"),
    ],
)
def test_a_duration_has_at_most_two_units(duration_ms: float | None, told: str) -> None:
    assert lasted(duration_ms) == told


def test_one_trade_is_one_trade() -> None:
    assert [trades_of(each) for each in (0, 1, 1_200)] == ["0 trades", "1 trade", "1,200 trades"]
