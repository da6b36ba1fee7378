from collections.abc import Iterator

import pytest

from noctule.app.explain.stretch import stretch_of
from noctule.domain.errors import ConfigError
from noctule.domain.market import Candle
from tests.builders import START_MS, candles

MINUTE_MS = 60_000


def minutes(*, count: int = 100, begin: int = 0) -> list[Candle]:
    return candles([100.0] * count, start_ms=START_MS + begin * MINUTE_MS)


def at(minute: float) -> int:
    return START_MS + round(minute * MINUTE_MS)


def test_the_candle_that_holds_the_instant_is_found_with_those_around_it() -> None:
    stretch = stretch_of(minutes(), at_ms=at(50.5), lead=20, after=5)

    assert stretch.at is not None
    assert stretch.candles[stretch.at].open_ms == at(50)
    assert (stretch.candles[0].open_ms, stretch.candles[-1].open_ms) == (at(30), at(55))
    assert not stretch.is_cut


def test_nothing_is_read_beyond_what_is_shown() -> None:
    taken = []

    def noted() -> Iterator[Candle]:
        for candle in minutes():
            taken.append(candle)
            yield candle

    stretch_of(noted(), at_ms=at(50), lead=20, after=5)

    assert len(taken) == 56


@pytest.mark.parametrize(("minute", "before", "later"), [(0, 0, 5), (99, 20, 0), (97, 20, 2)])
def test_at_the_ends_there_are_fewer_around_it(minute: int, before: int, later: int) -> None:
    stretch = stretch_of(minutes(), at_ms=at(minute), lead=20, after=5)

    assert stretch.at is not None
    assert stretch.candles[stretch.at].open_ms == at(minute)
    assert (stretch.candles[0].open_ms, stretch.candles[-1].open_ms) == (
        at(minute - before), at(minute + later),
    )  # fmt: skip


def test_without_an_instant_the_last_ones_are_kept() -> None:
    stretch = stretch_of(minutes(), at_ms=None, lead=20, after=5)

    assert (stretch.at, len(stretch.candles), stretch.candles[-1].open_ms) == (None, 26, at(99))


def test_what_lies_before_a_hole_does_not_count_nor_what_lies_after_one() -> None:
    broken = [*minutes(count=10), *minutes(count=10, begin=20), *minutes(count=10, begin=40)]

    stretch = stretch_of(broken, at_ms=at(28), lead=20, after=5)

    assert stretch.is_cut
    assert stretch.at == 8
    assert (stretch.candles[0].open_ms, stretch.candles[-1].open_ms) == (at(20), at(29))


@pytest.mark.parametrize(
    ("minute", "problem"),
    [
        (-1, "2026-09-27 23:59 UTC is before the data, which begin 2026-09-28 00:00 UTC"),
        (15, "2026-09-28 00:15 UTC is in a hole of the data: name a time before or after it"),
        (
            30,
            "2026-09-28 00:30 UTC is after the data, "
            "which reach from 2026-09-28 00:00 to 2026-09-28 00:30 UTC",
        ),
    ],
)
def test_an_instant_that_no_candle_holds_is_refused_with_the_reason(
    minute: int, problem: str
) -> None:
    broken = [*minutes(count=10), *minutes(count=10, begin=20)]

    with pytest.raises(ConfigError) as refused:
        stretch_of(broken, at_ms=at(minute), lead=20, after=5)

    assert str(refused.value) == f"--at: {problem}"


def test_no_candles_at_all_are_refused() -> None:
    with pytest.raises(ConfigError, match="--data: not one candle is there"):
        stretch_of([], at_ms=None, lead=20, after=5)
