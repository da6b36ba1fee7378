"""Means and variances are right to the last bit, whatever passed through the window before."""

import json
from fractions import Fraction
from math import sqrt
from random import Random

import msgspec
import pytest

from noctule.indicators.exact import Moments


def calm(random: Random) -> float:
    """Return a price around 60 000 that deviates by one."""
    return round(random.gauss(60_000, 1), 1)


def exactly(numbers: list[float]) -> tuple[Fraction, Fraction]:
    """Return mean and variance without any rounding."""
    whole = [Fraction(number) for number in numbers]
    mean = sum(whole) / len(whole)
    return Fraction(mean), Fraction(sum((each - mean) ** 2 for each in whole) / len(whole))


@pytest.mark.parametrize("spike", [1.0, 1e6, 1e-6, 1e12])
@pytest.mark.parametrize("length", [1, 2, 20, 100])
def test_mean_and_variance_are_the_nearest_floats_to_the_exact_ones(
    length: int, spike: float
) -> None:
    random, moments, numbers = Random(length), Moments(length), []
    for place in range(400):
        numbers.append(calm(random) * (spike if place % 90 == 50 else 1))
        if not moments.push(numbers[-1]) or place % 7:
            continue
        mean, variance = exactly(numbers[-length:])
        assert (moments.mean, moments.variance) == (float(mean), float(variance))
        assert moments.deviation == sqrt(float(variance))
        assert moments.newest == float(Fraction(numbers[-1]) - mean)


def test_after_fifty_thousand_numbers_it_is_as_if_only_the_last_had_been() -> None:
    random, old, fresh = Random(2), Moments(50), Moments(50)
    for place in range(50_000):
        number = calm(random) * (1e6 if place % 1_000 == 0 else 1)
        old.push(number)
        if place >= 50_000 - 50:
            fresh.push(number)

    assert (old.mean, old.variance) == (fresh.mean, fresh.variance)
    assert old.snapshot() == fresh.snapshot()


def test_equal_numbers_do_not_deviate() -> None:
    moments = Moments(3)
    for number in (7e9, 0.1, 0.1, 0.1):
        moments.push(number)

    assert (moments.mean, moments.variance, moments.newest) == (0.1, 0.0, 0.0)


def test_it_tells_whether_it_is_full() -> None:
    moments = Moments(2)

    assert [moments.push(number) for number in (1.0, 2.0, 3.0)] == [False, True, True]


def test_what_is_below_its_unit_is_nothing() -> None:
    moments = Moments(1)
    moments.push(1e-39)

    assert moments.mean == 0.0


@pytest.mark.parametrize("taken", [0, 3, 7, 30])
def test_the_numbers_are_all_that_is_written_down_and_enough_to_go_on(taken: int) -> None:
    random, first, second = Random(1), Moments(7), Moments(7)
    for _ in range(taken):
        first.push(random.uniform(1, 1e6))
        second.push(-random.uniform(1, 1e6))
    second.restore(msgspec.json.decode(msgspec.json.encode(first.snapshot())))

    assert second.snapshot() == first.snapshot()
    assert len(json.dumps(first.snapshot())) < 250
    for _ in range(20):
        number = random.uniform(1, 1e6)
        assert first.push(number) is second.push(number)
        assert (first.mean, first.variance) == (second.mean, second.variance)


def test_it_does_not_go_on_from_another_length() -> None:
    with pytest.raises(ValueError, match=r"Moments\(7\) cannot go on from Moments\(8,\)"):
        Moments(7).restore(Moments(8).snapshot())


def test_it_keeps_one_number_at_least() -> None:
    with pytest.raises(ValueError, match="length is 0, the least is 1"):
        Moments(0)
