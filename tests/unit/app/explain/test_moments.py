import pytest

from noctule.app.explain.moments import moment_of, stamp
from noctule.domain.errors import ConfigError
from tests.builders import START_MS


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-28",
        "2026-09-28T00:00",
        "2026-09-28 00:00:00",
        "2026-09-28T00:00:00Z",
        "2026-09-28T02:00+02:00",
        str(START_MS),
        f" {START_MS} ",
    ],
)
def test_an_instant_may_be_written_in_many_ways(text: str) -> None:
    assert moment_of(text) == START_MS


@pytest.mark.parametrize("text", ["noon", "", "2026-13-01", "1690-01-01", "9" * 30, "-5"])
def test_what_is_no_instant_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ConfigError, match=r"is not a time, write e\.g\. 2023-06-01T12:30"):
        moment_of(text)


def test_a_file_name_carries_the_minute() -> None:
    assert stamp(START_MS + 754 * 60_000) == "20260928T1234"
