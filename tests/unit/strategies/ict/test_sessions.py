"""Kill zones keep the hours of their cities, on the days the clocks change, too."""

from datetime import UTC, datetime

import pytest

from noctule.domain.values import Timeframe
from noctule.strategies.ict.sessions import SESSIONS_KEPT, KillZone, Sessions, window_after
from tests.builders import candles

MINUTE_MS = 60_000
DAY = 24 * 12


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000)


def told(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1_000, UTC).strftime("%m-%d %H:%M")


def hours(zone: KillZone, day: str) -> str:
    from_ms, last_ms = window_after(zone, at(day))
    return f"{told(from_ms)} – {told(last_ms + 1)}"


def seen(start: str, count: int, timeframe: Timeframe = Timeframe.M5) -> dict[str, str]:
    """Show candles from then on and tell where each session begins, in UTC."""
    sessions, begun, before = Sessions(), dict[str, str](), None
    for bar in candles([1.0] * count, timeframe=timeframe, start_ms=at(start)):
        sessions.update(bar)
        if sessions.zone is not before and sessions.zone is not None:
            begun[told(bar.open_ms)] = sessions.zone
        before = sessions.zone
    return begun


def test_in_winter_london_is_at_utc_and_new_york_five_hours_behind() -> None:
    assert {zone: hours(zone, "2024-01-10T04:00") for zone in KillZone} == {
        KillZone.ASIA: "01-10 01:00 – 01-10 05:00",
        KillZone.LONDON_OPEN: "01-10 07:00 – 01-10 10:00",
        KillZone.NEW_YORK_AM: "01-10 12:00 – 01-10 15:00",
        KillZone.LONDON_CLOSE: "01-10 15:00 – 01-10 17:00",
        KillZone.NEW_YORK_PM: "01-10 18:30 – 01-10 21:00",
    }


def test_in_summer_all_of_it_is_an_hour_earlier() -> None:
    assert {zone: hours(zone, "2024-07-10T03:00") for zone in KillZone} == {
        KillZone.ASIA: "07-10 00:00 – 07-10 04:00",
        KillZone.LONDON_OPEN: "07-10 06:00 – 07-10 09:00",
        KillZone.NEW_YORK_AM: "07-10 11:00 – 07-10 14:00",
        KillZone.LONDON_CLOSE: "07-10 14:00 – 07-10 16:00",
        KillZone.NEW_YORK_PM: "07-10 17:30 – 07-10 20:00",
    }


@pytest.mark.parametrize("day", ["2024-03-20", "2024-10-30"])
def test_for_some_weeks_new_york_keeps_summer_while_london_does_not(day: str) -> None:
    assert hours(KillZone.LONDON_OPEN, day) == f"{day[5:]} 07:00 – {day[5:]} 10:00"
    assert hours(KillZone.NEW_YORK_AM, day) == f"{day[5:]} 11:00 – {day[5:]} 14:00"


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        (KillZone.NEW_YORK_AM, "03-09 12:00 – 03-09 15:00", "03-10 11:00 – 03-10 14:00"),
        (KillZone.NEW_YORK_PM, "03-09 18:30 – 03-09 21:00", "03-10 17:30 – 03-10 20:00"),
        (KillZone.ASIA, "03-10 01:00 – 03-10 05:00", "03-11 00:00 – 03-11 04:00"),
    ],
)
def test_new_york_changes_to_summer_on_the_second_sunday_of_march(
    zone: KillZone, before: str, after: str
) -> None:
    assert (hours(zone, "2024-03-09T10:00"), hours(zone, "2024-03-10T10:00")) == (before, after)


def test_new_york_changes_to_winter_on_the_first_sunday_of_november() -> None:
    assert hours(KillZone.NEW_YORK_AM, "2024-11-02T05:00") == "11-02 11:00 – 11-02 14:00"
    assert hours(KillZone.NEW_YORK_AM, "2024-11-03T05:00") == "11-03 12:00 – 11-03 15:00"
    assert hours(KillZone.ASIA, "2024-11-03T05:00") == "11-04 01:00 – 11-04 05:00"


def test_london_changes_on_the_last_sundays_of_march_and_october() -> None:
    assert hours(KillZone.LONDON_OPEN, "2024-03-30") == "03-30 07:00 – 03-30 10:00"
    assert hours(KillZone.LONDON_OPEN, "2024-03-31") == "03-31 06:00 – 03-31 09:00"
    assert hours(KillZone.LONDON_OPEN, "2024-10-26") == "10-26 06:00 – 10-26 09:00"
    assert hours(KillZone.LONDON_OPEN, "2024-10-27") == "10-27 07:00 – 10-27 10:00"


def test_at_its_last_millisecond_it_is_still_the_same_one() -> None:
    first = window_after(KillZone.LONDON_OPEN, at("2024-01-10T08:00"))
    assert window_after(KillZone.LONDON_OPEN, first[1]) == first
    assert told(window_after(KillZone.LONDON_OPEN, first[1] + 1)[0]) == "01-11 07:00"


def test_a_candle_belongs_to_the_session_that_it_opens_in() -> None:
    assert seen("2024-07-10T00:00", DAY) == {
        "07-10 00:00": "asia",
        "07-10 06:00": "london_open",
        "07-10 11:00": "new_york_am",
        "07-10 14:00": "london_close",
        "07-10 17:30": "new_york_pm",
    }


def test_candles_follow_the_clocks_over_the_night_they_change() -> None:
    assert list(seen("2024-03-10T00:00", 2 * DAY)) == [
        "03-10 01:00",
        "03-10 07:00",
        "03-10 11:00",
        "03-10 15:00",
        "03-10 17:30",
        "03-11 00:00",
        "03-11 07:00",
        "03-11 11:00",
        "03-11 15:00",
        "03-11 17:30",
    ]


def test_a_session_that_begins_within_an_hour_candle_begins_with_the_next() -> None:
    assert seen("2024-07-10T16:00", 5, Timeframe.H1) == {"07-10 18:00": "new_york_pm"}


def test_candles_longer_than_an_hour_are_in_none() -> None:
    assert seen("2024-07-10T00:00", 12, Timeframe.H2) == {}


def test_a_session_ends_with_its_last_candle_and_has_its_extremes() -> None:
    sessions = Sessions()
    bars = candles([float(index) for index in range(1, DAY)], start_ms=at("2024-07-10T05:55"))
    ended = [(bar, session) for bar in bars for session in sessions.update(bar)]
    ((bar, session),) = ended
    assert told(bar.close_ms + 1) == "07-10 09:00"
    assert (session.zone, told(session.from_ms)) == (KillZone.LONDON_OPEN, "07-10 06:00")
    assert (session.extremes.low, session.extremes.high) == (6, 185)
    assert (session.last_ms, [*sessions.past]) == (bar.close_ms, [session])


def test_a_session_that_had_begun_before_is_not_told_and_the_next_is() -> None:
    sessions = Sessions()
    bars = candles([1.0] * 2 * DAY, timeframe=Timeframe.M5, start_ms=at("2024-07-10T06:05"))
    ended = [told(session.from_ms) for bar in bars for session in sessions.update(bar)]
    assert ended[0] == "07-10 11:00"
    assert "07-11 06:00" in ended


def test_one_seen_from_its_first_candle_is_told() -> None:
    sessions = Sessions()
    bars = candles([1.0] * 36, timeframe=Timeframe.M5, start_ms=at("2024-07-10T06:00"))
    assert [session.zone for bar in bars for session in sessions.update(bar)] == ["london_open"]


def test_only_the_latest_are_kept() -> None:
    sessions = Sessions()
    for bar in candles([1.0] * 24 * 6, timeframe=Timeframe.H1, start_ms=at("2024-07-10T00:00")):
        sessions.update(bar)
    assert len(sessions.past) == SESSIONS_KEPT


def test_a_session_that_runs_tells_its_range_so_far_and_is_over_with_its_last_candle() -> None:
    sessions, running = Sessions(), list[tuple[KillZone, float, float]]()
    for bar in candles([3.0, 1.0, 2.0], timeframe=Timeframe.H1, start_ms=at("2024-01-10T07:00")):
        sessions.update(bar)
        running += [(each.zone, each.extremes.low, each.extremes.high) for each in sessions.running]
    assert running == [(KillZone.LONDON_OPEN, 3.0, 3.0), (KillZone.LONDON_OPEN, 1.0, 3.0)]


def test_a_session_whose_beginning_was_not_seen_has_no_range_while_it_runs() -> None:
    sessions = Sessions()
    for bar in candles([3.0], timeframe=Timeframe.H1, start_ms=at("2024-01-10T08:00")):
        sessions.update(bar)
    assert (sessions.zone, sessions.running) == (KillZone.LONDON_OPEN, [])
