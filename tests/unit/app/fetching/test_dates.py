"""Dates are days or minutes of UTC, and nothing else."""

import pytest

from noctule.app.fetching.dates import span_between
from noctule.app.fetching.series import Span
from noctule.domain.errors import ConfigError
from noctule.domain.values import MINUTE_MS
from tests.fakes.told_past import JUNE_MS, MAY_MS


@pytest.mark.parametrize(
    ("text", "from_ms"),
    [
        ("2023-05-01", MAY_MS),
        ("2023-05-01T00:05", MAY_MS + 5 * MINUTE_MS),
        ("2023-05-01 00:05:00", MAY_MS + 5 * MINUTE_MS),
        ("2023-05-01T00:05Z", MAY_MS + 5 * MINUTE_MS),
        ("1969-01-01", 0),
    ],
)
def test_a_day_or_a_minute_is_meant_in_utc(text: str, from_ms: int) -> None:
    assert span_between(text, "2023-06-01") == Span(from_ms, JUNE_MS)


def test_without_an_end_it_goes_on_for_ever() -> None:
    assert span_between("2023-05-01", None).to_ms > MAY_MS * 100


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2023-5-1", "20230501", "2023-05-01T00:00+02:00", "1682899200"]
)
def test_anything_else_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        span_between(text, None)

    assert caught.value.problems == (
        f"--from {text}: no date, write 2023-01-01 or 2023-01-01T00:00 (UTC)",
    )


def test_a_day_that_there_is_not_says_so() -> None:
    with pytest.raises(ConfigError, match=r"--to 2023-02-31: no date, .*: day is out of range"):
        span_between("2023-01-01", "2023-02-31")


@pytest.mark.parametrize("text", ["2023-05-01", "2023-04-30"])
def test_the_end_comes_after_the_beginning(text: str) -> None:
    with pytest.raises(ConfigError, match=f"--from 2023-05-01: should be before --to {text}"):
        span_between("2023-05-01", text)
