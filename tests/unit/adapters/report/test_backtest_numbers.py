from decimal import Decimal

import pytest

from noctule.adapters.report.backtest_numbers import duration, figure, money, share


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal("1234567.891"), "1\u202f234\u202f567.89"),
        (-0.5, "−0.50"),
        (-0.001, "0.00"),
        (Decimal("-1000"), "−1\u202f000.00"),
        (None, "–"),
    ],
)
def test_money_has_two_decimals_thin_spaces_and_a_true_minus(
    amount: Decimal | float | None, text: str
) -> None:
    assert money(amount) == text


def test_nothing_is_never_negative() -> None:
    assert figure(-0.0, decimals=0) == "0"


def test_a_share_of_one_is_written_in_percent() -> None:
    assert share(-0.12345) == "−12.35\u202f%"
    assert share(0.5, decimals=0) == "50\u202f%"
    assert share(None) == "–"


@pytest.mark.parametrize(
    ("length_ms", "text"),
    [
        (None, "–"),
        (59_999, "1 min"),
        (3_600_000 * 5 + 60_000 * 7, "5 h 7 min"),
        (86_400_000 * 1_200 + 3_600_000 * 3, "1\u202f200 d 3 h"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(length_ms: float | None, text: str) -> None:
    assert duration(length_ms) == text
