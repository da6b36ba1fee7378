"""Moving averages, by hand on a few numbers and written out plainly on many."""

from collections.abc import Callable
from math import fsum

import pytest

from noctule.indicators import Ema, Hma, Indicator, Rma, Sma, Wma
from tests.indicator_series import HARD, hard

Kind = Callable[[int], Indicator[float]]


@pytest.mark.parametrize(
    ("average", "values"),
    [
        (Sma(3), [None, None, 3.0, 4.0, 6.0, 20 / 3]),
        (Ema(3), [None, None, 3.0, 3.5, 6.25, 6.625]),
        (Rma(2), [None, 2.0, 3.5, 3.75, 6.375, 6.6875]),
        (Wma(3), [None, None, 22 / 6, 25 / 6, 40 / 6, 43 / 6]),
        (Hma(4), [None, None, None, None, 22 / 3, 769 / 90]),
    ],
    ids=repr,
)
def test_an_average_by_hand(average: Indicator[float], values: list[float | None]) -> None:
    told = [average.update(number) for number in (1.0, 3.0, 5.0, 4.0, 9.0, 7.0)]

    first = values.count(None)
    assert told[:first] == values[:first]
    assert told[first:] == pytest.approx(values[first:])
    assert average.warmup == first + 1


@pytest.mark.parametrize("average", [Sma(1), Ema(1), Rma(1), Wma(1)], ids=repr)
def test_an_average_of_one_number_is_that_number(average: Indicator[float]) -> None:
    numbers = [5.0, 3.0, 1e12 / 7, 8.3, 1e-9 / 3, 100.1]  # a spike leaves nothing behind
    assert [average.update(number) for number in numbers] == numbers


@pytest.mark.parametrize("series", HARD)
@pytest.mark.parametrize("length", [2, 5, 14])
def test_an_rma_is_its_first_mean_and_all_numbers_since_each_faded_by_its_age(
    series: str, length: int
) -> None:
    closes = hard(series).close.tolist()
    average = Rma(length)
    told = [average.update(close) for close in closes]

    left = 1 - 1 / length
    for stop in range(length, len(closes), 17):
        ages = range(stop - length)
        faded = [left**age / length * closes[stop - 1 - age] for age in ages]
        first = left ** (stop - length) * fsum(closes[:length]) / length
        assert told[stop - 1] == pytest.approx(fsum([first, *faded]), rel=1e-12)


@pytest.mark.parametrize("series", HARD)
@pytest.mark.parametrize("length", [2, 3, 9, 20])
def test_a_hull_average_is_what_its_definition_says_anew_each_time(
    series: str, length: int
) -> None:
    closes = hard(series).close.tolist()
    average = Hma(length)
    told = [average.update(close) for close in closes]
    root = int(length**0.5)

    def ahead(stop: int) -> float:
        fast, slow = closes[stop - length // 2 : stop], closes[stop - length : stop]
        return 2 * weighted(fast) - weighted(slow)

    first = length + root - 1
    for stop in range(first, len(closes) + 1):
        exact = weighted([ahead(end) for end in range(stop - root + 1, stop + 1)])
        scale = max(closes[stop - first : stop])  # of what is taken from one another
        assert told[stop - 1] == pytest.approx(exact, rel=1e-12, abs=1e-14 * scale)


@pytest.mark.parametrize(
    ("kind", "length", "complaint"),
    [
        (Sma, 0, "length is 0, the least is 1"),
        (Ema, -3, "length is -3, the least is 1"),
        (Rma, 0, "length is 0, the least is 1"),
        (Wma, 2.5, "length is 2.5, it must be a whole number"),
        (Hma, 1, "length is 1, the least is 2"),
        (Hma, 9.0, "length is 9.0, it must be a whole number"),
    ],
)
def test_a_length_that_makes_no_average_is_refused(kind: Kind, length: int, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        kind(length)


def weighted(numbers: list[float]) -> float:
    products = [count * number for count, number in enumerate(numbers, start=1)]
    return fsum(products) / (len(numbers) * (len(numbers) + 1) / 2)
