"""A time is read as a person means it, and what is none is told with the forms there are."""

from datetime import UTC, datetime

import pytest

from noctule.app.why.moment import Moment, moment_of
from noctule.domain.errors import ConfigError


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000)


NEWEST_MS = ms("2026-11-29 06:20") - 1


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("2026-11-28 06:15", "2026-11-28 06:15"),
        ("2026-11-28 06:15:30", "2026-11-28 06:15:30"),
        ("2026-11-28T06:15:00Z", "2026-11-28 06:15"),
        ("2026-11-28T08:15+02:00", "2026-11-28 06:15"),
        ("06:15", "2026-11-29 06:15"),
        ("6:15", "2026-11-29 06:15"),
        ("06:20", "2026-11-29 06:20"),  # the newest has just closed
        ("06:21", "2026-11-28 06:21"),  # which was yesterday
    ],
)
def test_an_instant_is_one(words: str, meant: str) -> None:
    moment = moment_of(words, newest_ms=NEWEST_MS)
    assert moment == Moment(from_ms=ms(meant), to_ms=ms(meant))
    assert not moment.is_day


@pytest.mark.parametrize("words", ["", "now", " now "])
def test_without_a_time_the_newest_candle_is_meant(words: str) -> None:
    assert moment_of(words, newest_ms=NEWEST_MS) == Moment(from_ms=NEWEST_MS, to_ms=NEWEST_MS)


def test_a_date_alone_is_its_whole_day() -> None:
    moment = moment_of("2026-11-28", newest_ms=NEWEST_MS)
    assert moment == Moment(from_ms=ms("2026-11-28"), to_ms=ms("2026-11-29") - 1)
    assert moment.is_day


@pytest.mark.parametrize("words", ["tomorrow", "25:00", "2026-13-01", "9999-12-31", "06:15 x"])
def test_what_is_no_time_is_told_with_the_forms_there_are(words: str) -> None:
    with pytest.raises(ConfigError, match="is no time, write 2026-11-29 06:15, 06:15, 2026-11-29"):
        moment_of(words, newest_ms=NEWEST_MS)
