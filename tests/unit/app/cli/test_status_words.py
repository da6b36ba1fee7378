"""How status writes numbers, moments and spans."""

from decimal import Decimal

import pytest

from noctule.app.cli.status_words import (
    amount,
    clock_time,
    money,
    percent,
    price,
    signed,
    span,
)
from noctule.domain.values import MINUTE_MS
from tests.builders import START_MS

HOUR_MS = 60 * MINUTE_MS


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (money(Decimal("10012.345")), "10,012.34"),
        (signed(Decimal("1234.5")), "+1,234.50"),
        (signed(Decimal("-0.004")), "0.00"),
        (signed(Decimal("-0.5")), "-0.50"),
        (percent(Decimal("0.05")), "5 %"),
        (percent(0.00421), "0.42 %"),
        (percent(Decimal(0)), "0 %"),
        (price(None), "-"),
        (price(Decimal("61180.80")), "61,180.8"),
        (amount(None), "all"),
        (amount(Decimal("0.1360")), "0.136"),
        (span(-5), "0 s"),
        (span(8_900), "8 s"),
        (span(12 * MINUTE_MS), "12 min"),
        (span(3 * HOUR_MS + 5 * MINUTE_MS), "3 h 05 min"),
        (span(52 * HOUR_MS), "2 d 4 h"),
        (clock_time(START_MS + 1_000, now_ms=START_MS), "00:00:01"),
        (clock_time(START_MS - 1, now_ms=START_MS), "2026-09-27 23:59"),
    ],
)
def test_each_is_written_so_that_a_glance_is_enough(told: str, text: str) -> None:
    assert told == text
