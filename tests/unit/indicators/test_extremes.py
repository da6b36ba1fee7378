"""The highest and lowest of the latest numbers are what looking at all of them would say."""

import json
from random import Random

import pytest

from noctule.indicators.extremes import Extreme, FirstHighest, Highest, Lowest

NUMBERS = [Random(1).choice([1.0, 2.0, 2.5, -3.0, 4.0]) for _ in range(300)]


@pytest.mark.parametrize("length", [1, 2, 5, 40])
def test_they_are_those_of_the_latest_numbers_and_the_newest_of_equal_ones(length: int) -> None:
    highest, lowest = Highest(length), Lowest(length)
    random = Random(length)
    numbers = [float(random.randrange(6)) for _ in range(300)]

    for place, number in enumerate(numbers):
        assert highest.push(number) is (place + 1 >= length)
        assert lowest.push(number) is (place + 1 >= length)
        newest_first = numbers[max(0, place + 1 - length) : place + 1][::-1]
        assert (highest.value, lowest.value) == (max(newest_first), min(newest_first))
        assert highest.age == newest_first.index(highest.value)
        assert lowest.age == newest_first.index(lowest.value)


@pytest.mark.parametrize("length", [1, 2, 5, 40])
def test_of_equal_highs_the_first_counts_where_that_is_asked_for(length: int) -> None:
    highest = FirstHighest(length)
    random = Random(length)
    numbers = [float(random.randrange(6)) for _ in range(300)]

    for place, number in enumerate(numbers):
        assert highest.push(number) is (place + 1 >= length)
        latest = numbers[max(0, place + 1 - length) : place + 1]
        assert highest.value == max(latest)
        assert highest.age == len(latest) - 1 - latest.index(highest.value)
        assert highest.is_alone is (latest.count(highest.value) == 1)


@pytest.mark.parametrize("kind", [Highest, Lowest, FirstHighest])
def test_what_was_written_down_goes_on_the_same(kind: type[Extreme]) -> None:
    first, second = kind(7), kind(7)
    for number in NUMBERS[:100]:
        first.push(number)
    second.restore(json.loads(json.dumps(first.snapshot())))

    for number in NUMBERS[100:]:
        assert first.push(number) is second.push(number)
        assert (first.value, first.age) == (second.value, second.age)


def test_they_keep_no_more_than_they_look_back_on() -> None:
    highest = Highest(3)
    for number in range(100):
        highest.push(-float(number))

    assert highest.snapshot()["state"]["_kept"] == [-97.0, -98.0, -99.0]


@pytest.mark.parametrize("kind", [Highest, Lowest, FirstHighest])
def test_they_look_back_on_one_number_at_least(kind: type[Extreme]) -> None:
    with pytest.raises(ValueError, match="length is 0, the least is 1"):
        kind(0)
