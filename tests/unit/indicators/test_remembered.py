"""What is made of numbers is written down and taken up again, by its like only."""

import json
from collections import deque

import pytest
from msgspec import Struct
from typing_extensions import override

from noctule.indicators import Ema, Macd, MacdValue, Sma
from noctule.indicators.remembered import Remembered


class Pair(Struct, frozen=True, gc=False):
    """Two numbers."""

    first: float
    second: float


class Everything(Remembered):
    """Has one slot of each sort there is."""

    __slots__ = ("latest", "listed", "pair", "part", "plain")

    def __init__(self) -> None:
        super().__init__(1.5, "word")
        self.latest: deque[float] = deque(maxlen=2)
        self.listed: list[float] = []
        self.pair: Pair | None = None
        self.part = Sma(2)
        self.plain = 0

    @override
    def _shape(self, name: str) -> type[Struct] | None:
        return Pair if name == "pair" else None


def test_all_that_is_in_its_slots_comes_back_through_json() -> None:
    first, second = Everything(), Everything()
    first.latest.extend((1.0, 2.0, 3.0))
    first.listed.append(0.1)
    first.pair = Pair(0.1, 0.2)
    first.part.update(7.0)
    first.plain = 12
    second.restore(json.loads(json.dumps(first.snapshot())))

    assert second.latest == deque([2.0, 3.0])
    assert second.latest.maxlen == 2
    assert (second.listed, second.pair, second.plain) == ([0.1], Pair(0.1, 0.2), 12)
    assert second.part.update(9.0) == 8.0


def test_what_is_not_there_yet_comes_back_as_that() -> None:
    second = Everything()
    second.pair = Pair(0.1, 0.2)
    second.restore(Everything().snapshot())

    assert second.pair is None


def test_what_was_written_down_does_not_change_with_what_goes_on() -> None:
    average = Sma(2)
    average.update(1.0)
    memento = average.snapshot()
    before = json.dumps(memento)
    average.update(3.0)
    second = Sma(2)
    second.restore(memento)
    second.update(5.0)

    assert json.dumps(memento) == before
    assert (average.value, second.value) == (2.0, 3.0)


def test_a_value_of_several_numbers_is_one_again() -> None:
    first, second = Macd(1, 2, 1), Macd(1, 2, 1)
    for number in (1.0, 2.0):
        first.update(number)
    second.restore(first.snapshot())

    assert second.value == MacdValue(0.5, 0.5, 0.0)


@pytest.mark.parametrize("other", [Sma(3), Ema(2)], ids=repr)
def test_what_is_of_another_kind_or_length_is_refused(other: Remembered) -> None:
    with pytest.raises(ValueError, match=r"Sma\(2\) cannot go on from \w+\(\d,\)"):
        Sma(2).restore(other.snapshot())


def test_it_is_shown_as_it_is_made() -> None:
    assert repr(Everything()) == "Everything(1.5, 'word')"
