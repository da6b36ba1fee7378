"""The previous day's and week's extremes are known at the close of their last candle."""

from datetime import UTC, datetime

import pytest

from noctule.domain.values import Timeframe
from noctule.strategies.ict.periods import Period
from noctule.strategies.ict.pools import PoolSource
from tests.builders import candle, candles

HOUR_MS = 3_600_000


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000)


def told(
    length: Timeframe, source: PoolSource, start: str, hours: int, timeframe: Timeframe
) -> list[tuple[str, float, str]]:
    """Show candles whose closes count up from 1, and list the pools with the hour they came."""
    period, found = Period(length, source), []
    closes = [float(1 + index) for index in range(hours)]
    for bar in candles(closes, timeframe=timeframe, start_ms=at(start)):
        known = datetime.fromtimestamp((bar.close_ms + 1) / 1_000, UTC).isoformat()[:16]
        found += [(pool.label, pool.price, known) for pool in period.update(bar)]
    return found


def test_a_day_ends_at_midnight_utc_over_the_end_of_a_month_and_a_leap_day() -> None:
    assert told(Timeframe.D1, PoolSource.DAY, "2024-02-28T00:00", 72, Timeframe.H1) == [
        ("previous day high", 24, "2024-02-29T00:00"),
        ("previous day low", 1, "2024-02-29T00:00"),
        ("previous day high", 48, "2024-03-01T00:00"),
        ("previous day low", 25, "2024-03-01T00:00"),
        ("previous day high", 72, "2024-03-02T00:00"),
        ("previous day low", 49, "2024-03-02T00:00"),
    ]


def test_a_week_begins_on_monday_and_may_lie_in_two_months() -> None:
    weeks = told(Timeframe.W1, PoolSource.WEEK, "2024-04-29T00:00", 14 * 24, Timeframe.H1)
    assert weeks == [
        ("previous week high", 168, "2024-05-06T00:00"),
        ("previous week low", 1, "2024-05-06T00:00"),
        ("previous week high", 336, "2024-05-13T00:00"),
        ("previous week low", 169, "2024-05-13T00:00"),
    ]


def test_a_day_that_had_begun_before_is_not_told() -> None:
    assert told(Timeframe.D1, PoolSource.DAY, "2024-02-28T01:00", 47, Timeframe.H1) == [
        ("previous day high", 47, "2024-03-01T00:00"),
        ("previous day low", 24, "2024-03-01T00:00"),
    ]


def test_a_day_that_has_not_ended_is_not_told() -> None:
    assert told(Timeframe.D1, PoolSource.DAY, "2024-02-28T00:00", 23, Timeframe.H1) == []


@pytest.mark.parametrize("timeframe", [Timeframe.D1, Timeframe.D3])
def test_candles_as_long_as_the_day_know_nothing_of_it(timeframe: Timeframe) -> None:
    assert told(Timeframe.D1, PoolSource.DAY, "2024-02-29T00:00", 9, timeframe) == []


def test_its_extremes_are_those_of_wicks() -> None:
    period = Period(Timeframe.D1, PoolSource.DAY)
    half = Timeframe.H12
    first = candle(5.0, timeframe=half, open_ms=at("2024-02-29T00:00"), high=9.0, low=4.0)
    second = candle(5.0, timeframe=half, open_ms=at("2024-02-29T12:00"), high=7.0, low=2.0)
    assert period.update(first) == ()
    above, below = period.update(second)
    assert (above.price, above.at_ms) == (9.0, first.open_ms)
    assert (below.price, below.at_ms, below.since_ms) == (2.0, second.open_ms, first.open_ms)
