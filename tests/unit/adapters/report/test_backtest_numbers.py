from decimal import Decimal

import pytest

from noctule.adapters.report.backtest_numbers import count, figure, money, share


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal("1234567.891"), "1\u202f234\u202f567.89"),
        (-0.5, "−0.50"),
        (-0.001, "0.00"),
        (Decimal(-1000), "−1\u202f000.00"),
        (None, "–"),
    ],
)
def test_money_has_two_decimals_thin_spaces_and_a_true_minus(
    amount: Decimal | float | None, text: str
) -> None:
    assert money(amount) == text


def test_a_share_of_one_is_written_in_percent() -> None:
    assert share(-0.12345) == "−12.35\u202f%"
    assert share(0.5, places=0) == "50\u202f%"
    assert share(None) == "–"


def test_figures_and_counts_have_no_unit() -> None:
    assert (figure(-1.234), figure(None)) == ("−1.23", "–")
    assert (count(12_345.0), count(None)) == ("12\u202f345", "–")
