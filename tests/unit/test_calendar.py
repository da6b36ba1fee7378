"""Candles on the calendar: days, weeks and months in UTC, leap years, and no summer time."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from noctule.adapters.sim.intervals import INTERVALS
from noctule.domain.values import Timeframe

DAY_MS = 86_400_000
YEAR_10_000_MS = 253_402_300_800_000


def ms(text: str) -> int:
    """Read an instant of UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000)


@pytest.fixture(params=["UTC", "America/New_York", "Europe/Berlin", "Asia/Kathmandu"])
def machine_in(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Set up the machine's own time zone, as its owner might have."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.mark.parametrize(
    ("timeframe", "opened", "next_opens"),
    [
        ("1d", "2027-12-31", "2028-01-01"),
        ("1d", "2028-02-28", "2028-02-29"),
        ("1d", "2028-02-29", "2028-03-01"),
        ("1d", "2027-02-28", "2027-03-01"),
        ("1d", "2000-02-28", "2000-02-29"),
        ("1d", "2100-02-28", "2100-03-01"),
        ("1d", "2026-03-08", "2026-03-09"),  # New York's clocks go forward
        ("1d", "2026-10-25", "2026-10-26"),  # Berlin's go back
        ("1w", "2026-12-28", "2027-01-04"),
        ("1w", "2028-02-28", "2028-03-06"),
        ("1w", "2100-02-22", "2100-03-01"),
        ("1w", "1970-01-05", "1970-01-12"),
        ("1M", "2026-12-01", "2027-01-01"),
        ("1M", "2027-02-01", "2027-03-01"),
        ("1M", "2028-02-01", "2028-03-01"),
        ("1M", "2100-02-01", "2100-03-01"),
        ("1M", "2400-02-01", "2400-03-01"),
        ("1M", "1970-01-01", "1970-02-01"),
        ("1M", "1969-12-01", "1970-01-01"),
        ("3d", "2028-02-29", "2028-03-03"),
        ("3d", "2027-12-31", "2028-01-03"),
    ],
)
def test_a_candle_ends_where_the_next_one_opens(
    timeframe: str, opened: str, next_opens: str
) -> None:
    each, open_ms, next_ms = Timeframe(timeframe), ms(opened), ms(next_opens)
    for at_ms in (open_ms, open_ms + 1, (open_ms + next_ms) // 2, next_ms - 1):
        assert (each.open_of(at_ms), each.next_open(at_ms)) == (open_ms, next_ms)
        assert each.close_of(at_ms) == next_ms - 1
    assert each.open_of(next_ms) == next_ms
    assert each.close_of(open_ms - 1) == open_ms - 1


@pytest.mark.parametrize(
    ("year", "february"),
    [(2000, 29), (2026, 28), (2027, 28), (2028, 29), (2096, 29), (2100, 28), (2104, 29)],
)
def test_a_year_has_the_months_everybody_knows(year: int, february: int) -> None:
    at_ms, days = ms(f"{year}-01-01"), []
    for _ in range(12):
        days.append((Timeframe.MO1.next_open(at_ms) - at_ms) // DAY_MS)
        at_ms = Timeframe.MO1.next_open(at_ms)
    assert days == [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert at_ms == ms(f"{year + 1}-01-01")


def test_every_day_of_two_centuries_lies_in_its_own_week_and_month() -> None:
    day, at_ms = date(1900, 1, 1), ms("1900-01-01")
    while day.year < 2101:
        monday = day - timedelta(days=day.weekday())
        assert Timeframe.W1.open_of(at_ms) == at_ms - (day - monday).days * DAY_MS
        assert Timeframe.MO1.open_of(at_ms + DAY_MS - 1) == at_ms - (day.day - 1) * DAY_MS
        day, at_ms = day + timedelta(days=1), at_ms + DAY_MS


def test_three_day_candles_run_through_leap_days_and_new_years_without_a_jump() -> None:
    opens = [Timeframe.D3.open_of(ms("2027-12-01"))]
    while opens[-1] < ms("2028-04-01"):
        opens.append(Timeframe.D3.next_open(opens[-1]))
    assert {after - before for before, after in pairwise(opens)} == {3 * DAY_MS}
    assert all(open_ms // DAY_MS % 3 == 0 for open_ms in opens)


@pytest.mark.parametrize("timeframe", Timeframe)
@pytest.mark.parametrize("day", ["2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01"])
def test_no_candle_knows_of_summer_time_wherever_the_machine_stands(
    machine_in: str, timeframe: Timeframe, day: str
) -> None:
    noon_ms = ms(f"{day}T12:00")
    opens = [timeframe.open_of(noon_ms - DAY_MS // 2 + hour * 3_600_000) for hour in range(49)]
    steps = {after - before for before, after in pairwise(sorted(set(opens)))}
    assert steps <= {max(timeframe.ms_max, 3_600_000)}, machine_in
    if timeframe is Timeframe.D1:
        assert sorted(set(opens)) == [noon_ms + half * DAY_MS // 2 for half in (-1, 1, 3)]


@pytest.mark.parametrize("timeframe", Timeframe)
def test_the_simulated_exchange_reads_the_calendar_alike(timeframe: Timeframe) -> None:
    random, interval = Random(timeframe), INTERVALS[timeframe]
    assert len(INTERVALS) == len(Timeframe)
    for _ in range(2_000):
        at_ms = random.randrange(YEAR_10_000_MS // 4)
        open_ms = timeframe.open_of(at_ms)
        assert open_ms == interval.open_of(at_ms)
        assert timeframe.next_open(at_ms) == interval.end_of(open_ms)


def test_the_simulated_exchange_builds_the_same_timeframes_from_the_same_ones() -> None:
    for higher in Timeframe:
        for base in Timeframe:
            alike = INTERVALS[higher].is_built_of(INTERVALS[base])
            assert higher.is_built_from(base) is alike, (higher, base)
