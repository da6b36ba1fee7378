"""Indicators are made once, read the history there is, and then every candle exactly once."""

from typing import ClassVar

import pytest
from typing_extensions import override

from noctule.domain.market import Candle
from noctule.indicators import Atr, Sma
from noctule.indicators.base import Indicator
from noctule.market.feeds import FOLLOWED_MAX, Feeds
from noctule.market.series import CandleSeries
from tests.builders import candle, candles

NUMBERS = (
    "symbol, timeframe, open_ms, close_ms, open, high, low, close, volume, quote_volume, trades, "
    "taker_buy_volume"
)


class Heard(Indicator[float]):
    """Remembers all it was told, and takes no close of 13."""

    __slots__ = ("told",)

    def __init__(self, *arguments: float) -> None:
        super().__init__(*arguments)
        self.told: list[float] = []

    @property
    @override
    def warmup(self) -> int:
        return 1

    @override
    def update(self, number: float) -> float | None:
        if number == 13:
            raise ArithmeticError("13 is no price")
        self.told.append(number)
        self.value = number
        return number


class Candles(Indicator[int]):
    """Counts candles that it takes as a whole."""

    __slots__ = ("latest",)

    inputs: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.latest: Candle | None = None

    @property
    @override
    def warmup(self) -> int:
        return 1

    @override
    def update(self, candle: Candle) -> int | None:
        self.latest = candle
        self.value = (self.value or 0) + 1
        return self.value


class Room:
    """A series, and feeds of it."""

    def __init__(self, *closes: float, capacity: int = 10) -> None:
        self.series = CandleSeries(capacity=capacity)
        self.feeds = Feeds(self.series)
        self.close(*closes)

    def close(self, *closes: float) -> None:
        """Let candles close."""
        start_ms = self.series.history[-1].close_ms + 1 if self.series.taken else 0
        for bar in candles(closes, start_ms=start_ms):
            self.series.append(bar)

    def heard(self, *arguments: float) -> Heard:
        return self.feeds.indicator(Heard, arguments, None)


def test_an_indicator_begins_with_the_history_there_is() -> None:
    assert Room(1.0, 2.0, 3.0).heard().told == [1.0, 2.0, 3.0]


def test_of_a_longer_past_it_reads_what_is_kept() -> None:
    room = Room(1.0, 2.0, 3.0, 4.0, capacity=2)
    assert room.heard().told == [3.0, 4.0]
    room.close(5.0)
    assert room.heard().told == [3.0, 4.0, 5.0]


def test_without_candles_it_waits_for_them() -> None:
    room = Room()
    assert room.heard().told == []
    room.close(1.0)
    assert room.heard().told == [1.0]


def test_it_is_made_once_however_often_it_is_asked_for() -> None:
    room = Room(1.0)
    first = room.heard(3)
    assert room.heard(3) is first
    assert first.told == [1.0]


def test_other_arguments_another_kind_or_other_numbers_are_another_indicator() -> None:
    room = Room(1.0)
    asked = [
        room.feeds.indicator(Heard, (), None),
        room.feeds.indicator(Heard, (3,), None),
        room.feeds.indicator(Heard, (), "high"),
        room.feeds.indicator(Sma, (3,), None),
    ]
    assert len({id(each) for each in asked}) == 4


def test_it_reads_what_closed_since_it_was_asked_for() -> None:
    room = Room(1.0)
    room.heard()
    room.close(2.0, 3.0)
    assert room.heard().told == [1.0, 2.0, 3.0]


def test_what_was_dropped_before_it_was_read_is_lost_and_the_rest_is_not() -> None:
    room = Room(1.0, capacity=2)
    room.heard()
    room.close(2.0, 3.0, 4.0)
    assert room.heard().told == [1.0, 3.0, 4.0]


def test_one_that_was_asked_for_before_is_fresh_after_a_refresh() -> None:
    room = Room(1.0)
    kept, other = room.heard(), room.heard(1)
    room.close(2.0)
    assert kept.told == [1.0]
    room.feeds.refresh()
    room.feeds.refresh()
    assert kept.told == other.told == [1.0, 2.0]


def test_one_that_raises_misses_that_candle_only_and_the_others_none() -> None:
    room = Room(1.0)
    first, second = room.heard(), room.feeds.indicator(Candles, (), None)
    room.close(13.0)
    with pytest.raises(ArithmeticError, match="13 is no price"):
        room.feeds.refresh()
    room.close(3.0)
    room.feeds.refresh()
    assert first.told == [1.0, 3.0]
    assert second.value == 3


def test_one_that_raises_on_the_history_reads_on_behind_it() -> None:
    room = Room(1.0, 13.0, 3.0)
    with pytest.raises(ArithmeticError):
        room.heard()
    assert room.heard().told == [1.0, 3.0]


def test_one_that_cannot_be_made_is_told_each_time() -> None:
    room = Room(1.0)
    for _ in range(2):
        with pytest.raises(ValueError, match="length is 0, the least is 1"):
            room.feeds.indicator(Sma, (0,), None)


def test_it_is_told_the_numbers_that_it_takes_in_their_order() -> None:
    series = CandleSeries(capacity=3)
    feeds = Feeds(series)
    series.append(candle(5.0, high=8.0, low=4.0, open_ms=0))
    series.append(candle(6.0, high=7.0, low=5.5, open_ms=60_000))
    assert feeds.indicator(Atr, (1,), None).value == 2.0  # from the close before to the high


def test_one_of_another_number_is_told_that() -> None:
    room = Room(1.0, 2.0)
    assert room.feeds.indicator(Heard, (), "volume").told == [10.0, 10.0]


def test_one_that_names_no_numbers_takes_the_whole_candle() -> None:
    room = Room(1.0, 2.0)
    assert room.feeds.indicator(Candles, (), None).latest == room.series.last
    room.close(3.0)
    assert room.feeds.indicator(Candles, (), None).latest == room.series.last


def test_a_number_that_candles_do_not_have_is_told_with_those_they_have() -> None:
    with pytest.raises(LookupError, match=rf"^a candle has no hlc3, only {NUMBERS}$"):
        Room(1.0).feeds.indicator(Sma, (2,), "hlc3")


@pytest.mark.parametrize(
    ("kind", "arguments", "takes"),
    [(Atr, (14,), "high, low, close"), (Candles, (), "the whole candle")],
)
def test_one_that_takes_more_than_a_number_cannot_be_one_of_another(
    kind: type[Indicator[float]], arguments: tuple[float, ...], takes: str
) -> None:
    complaint = f"^{kind.__name__} takes {takes}: it cannot be one of volume$"
    with pytest.raises(LookupError, match=complaint):
        Room(1.0).feeds.indicator(kind, arguments, "volume")


def test_who_asks_with_other_arguments_candle_by_candle_is_told_so() -> None:
    room = Room(1.0)
    for length in range(FOLLOWED_MAX):
        room.heard(length)
    with pytest.raises(
        LookupError,
        match=r"^256 indicators are followed already: "
        r"ask for Heard with the same arguments on every candle$",
    ):
        room.heard(-1)
    assert room.heard(0).told == [1.0]


class SwingHigh(Heard):
    """Has a name of two words."""


class Forgetful(Heard):
    """Does not begin as its base does, and shows something else than it keeps."""

    def __init__(self, *arguments: float) -> None:
        self.told = []


class Secretive(Heard):
    """Shows its value by code of its own."""

    @property  # type: ignore[explicit-override]  # a property has two functions, override one
    @override
    def value(self) -> float | None:
        raise AssertionError("somebody ran my code")

    @value.setter
    def value(self, number: float | None) -> None:
        """Take it and keep nothing."""


def test_what_is_followed_is_named_as_a_person_would_with_what_it_says() -> None:
    room = Room(10.0, 20.0)
    assert (room.feeds.names, room.feeds.values()) == ((), ())
    room.feeds.indicator(Sma, (2,), None)
    room.feeds.indicator(SwingHigh, (2, 0.5), "high")
    room.feeds.indicator(Candles, (), None)
    assert room.feeds.names == ("sma(2)", "swing high(2, 0.5) of high", "candles")
    average, _, count = room.feeds.values()
    assert (average, count) == (15.0, 2)


def test_texts_and_whatever_else_an_owner_makes_one_with_are_shortened() -> None:
    room = Room()
    room.feeds.indicator(Heard, ("x" * 99, None, 7.25), None)  # type: ignore[arg-type]  # an owner's
    assert room.feeds.names == ("heard(xxxxxxxxxxxx, NoneType, 7.25)",)


def test_values_are_read_without_running_an_owners_code() -> None:
    room = Room()
    room.feeds.indicator(Forgetful, (), None)
    room.feeds.indicator(Secretive, (), None)
    assert room.feeds.values() == (None, None)
