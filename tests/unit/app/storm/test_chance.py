"""Dice fall the same for the same seed, within their bounds, and as often as they should."""

from random import Random

import pytest

from noctule.app.storm.chance import between_ms, times_within

_HOUR_MS = 3_600_000


def test_a_length_is_within_its_bounds_and_as_often_short_as_long() -> None:
    random = Random(1)

    lengths = [between_ms(random, 10, 100_000) for _ in range(2_000)]

    assert 10 <= min(lengths) < 15
    assert 90_000 < max(lengths) <= 100_000
    assert 900 < sum(each < 1_000 for each in lengths) < 1_100


@pytest.mark.parametrize("rate", [0.5, 3, 40])
def test_what_comes_so_often_an_hour_does_so_on_average(rate: float) -> None:
    random = Random(2)

    times = [
        len(times_within(random, 2 * _HOUR_MS, rate=rate, per_ms=_HOUR_MS)) for _ in range(1_000)
    ]

    assert sum(times) / 1_000 == pytest.approx(2 * rate, rel=0.1)


def test_times_ascend_within_the_span() -> None:
    times = times_within(Random(3), _HOUR_MS, rate=100, per_ms=_HOUR_MS)

    assert times == sorted(times)
    assert 0 <= times[0] < times[-1] < _HOUR_MS


def test_what_never_comes_has_no_times() -> None:
    assert times_within(Random(4), _HOUR_MS, rate=0, per_ms=_HOUR_MS) == []
