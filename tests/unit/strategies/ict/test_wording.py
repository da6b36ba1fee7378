"""Times to the minute in UTC, prices as a venue shows them."""

import pytest

from noctule.strategies.ict.wording import told_price, told_time
from tests.builders import START_MS


def test_a_time_is_told_to_the_minute_in_utc() -> None:
    assert told_time(START_MS + 13 * 3_600_000 + 35 * 60_000) == "2026-09-28 13:35"


@pytest.mark.parametrize(
    ("price", "text"),
    [
        (60_000.0, "60000"),
        (70_440.123456789, "70440.12346"),
        (0.1 + 0.2, "0.3"),
        (0.0712, "0.0712"),
    ],
)
def test_a_price_has_no_digits_that_no_venue_shows(price: float, text: str) -> None:
    assert told_price(price) == text
