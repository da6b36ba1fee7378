"""Sums of the latest numbers stay as exact as if they were made anew each time."""

import json
from fractions import Fraction
from math import isclose
from random import Random

import pytest

from noctule.indicators.window import WeightedWindow, Window


@pytest.mark.parametrize("length", [1, 2, 3, 20])
def test_the_sums_are_those_of_what_is_kept(length: int) -> None:
    random, window, numbers = Random(length), WeightedWindow(length), []

    for place in range(100):
        numbers.append(random.uniform(1, 2))
        is_full = window.push(numbers[-1])
        kept = numbers[-length:]
        assert is_full is window.is_full is (place + 1 >= length)
        assert list(window) == kept
        assert window.oldest == kept[0]
        assert isclose(window.total, sum(map(Fraction, kept)), rel_tol=1e-14)
        weighted = sum(count * Fraction(number) for count, number in enumerate(kept, start=1))
        assert isclose(window.weighted, weighted, rel_tol=1e-14)


def test_a_spike_that_has_left_does_not_show() -> None:
    window = WeightedWindow(3)
    for number in (0.1, 1e30, float("inf"), 0.1, 0.1, 0.1):
        window.push(number)

    assert window.total == 0.1 + 0.1 + 0.1
    assert isclose(window.weighted, 0.6, rel_tol=1e-15)


def test_a_sum_of_nothing_is_exactly_nothing() -> None:
    window = WeightedWindow(4)
    for number in (0.1, 0.7, 1e9 / 3, 0.0, 0.0, 0.0, 0.0):
        window.push(number)

    assert (window.total, window.weighted) == (0.0, 0.0)


@pytest.mark.parametrize("taken", [3, 7, 8, 20])
@pytest.mark.parametrize("kind", [Window, WeightedWindow])
def test_what_was_written_down_goes_on_the_same(kind: type[Window], taken: int) -> None:
    random, first, second = Random(1), kind(7), kind(7)
    for _ in range(taken):
        first.push(random.random())
    second.restore(json.loads(json.dumps(first.snapshot())))

    for _ in range(30):
        number = random.random()
        assert first.push(number) is second.push(number)
        assert first.snapshot() == second.snapshot()


@pytest.mark.parametrize(
    ("length", "complaint"),
    [
        (0, "length is 0, the least is 1"),
        (2.5, "length is 2.5, it must be a whole number"),
        ("20", "length is '20', it must be a whole number"),
    ],
)
def test_a_length_is_a_whole_number(length: int, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Window(length)
