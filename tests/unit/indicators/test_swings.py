"""Swing highs and lows: hand-drawn, and found again by looking at every candle's neighbours."""

from collections.abc import Sequence

import pytest

from noctule.indicators.swings import Swings, SwingsValue
from tests.indicator_series import HARD, Columns, hard

MINUTE_MS = 60_000


def last(indicator: Swings, highs: Sequence[float]) -> SwingsValue | None:
    """Return what is said after candles with these highs, each one a minute and 1 high."""
    value = None
    for place, high in enumerate(highs):
        value = indicator.update(high, high - 1, place * MINUTE_MS)
    return value


def test_a_swing_high_is_known_when_enough_lower_candles_have_followed() -> None:
    highs = [5.0, 6.0, 9.0, 7.0, 8.0]

    assert Swings(2, 2).warmup == 5
    assert last(Swings(2, 2), highs[:4]) is None
    assert last(Swings(2, 2), highs) == SwingsValue(9.0, 2 * MINUTE_MS, 4 * MINUTE_MS)


def test_a_swing_low_is_known_likewise() -> None:
    assert last(Swings(1, 2), [9.0, 5.0, 7.0, 6.0]) == SwingsValue(
        low=4.0, low_ms=MINUTE_MS, low_confirmed_ms=3 * MINUTE_MS
    )


def test_without_a_swing_there_is_a_value_that_says_so() -> None:
    assert last(Swings(1, 1), [1.0, 2.0, 3.0]) == SwingsValue(None, None, None, None, None, None)


def test_a_swing_stays_until_the_next_one_is_known() -> None:
    first = SwingsValue(9.0, MINUTE_MS, 2 * MINUTE_MS)
    swings = Swings(1, 1)

    assert last(swings, [5.0, 9.0, 8.0]) == first
    assert swings.update(7.0, 6.0, 3 * MINUTE_MS) == first
    assert swings.update(8.0, 7.0, 4 * MINUTE_MS) == SwingsValue(
        9.0, MINUTE_MS, 2 * MINUTE_MS, 6.0, 3 * MINUTE_MS, 4 * MINUTE_MS
    )


def test_one_candle_can_be_both() -> None:
    swings = Swings(1, 1)
    for high, low, minute in ((6.0, 5.0, 0), (9.0, 1.0, 1), (6.0, 5.0, 2)):
        swings.update(high, low, minute)

    assert swings.value == SwingsValue(9.0, 1, 2, 1.0, 1, 2)


@pytest.mark.parametrize("highs", [[5.0, 9.0, 9.0, 5.0, 4.0], [5.0, 9.0, 6.0, 9.0, 5.0]])
def test_of_equal_highs_near_each_other_none_is_a_swing(highs: list[float]) -> None:
    value = last(Swings(2, 2), [4.0, *highs, 3.0])

    assert value is not None
    assert value.high is None


@pytest.mark.parametrize("highs", [[5.0, 9.0, 9.0, 5.0, 4.0], [5.0, 9.0, 6.0, 9.0, 5.0]])
def test_of_equal_highs_the_first_one_is_if_asked_for(highs: list[float]) -> None:
    value = last(Swings(2, 2, "first"), [4.0, *highs, 3.0])

    assert value is not None
    assert (value.high, value.high_ms, value.high_confirmed_ms) == (
        9.0,
        2 * MINUTE_MS,
        4 * MINUTE_MS,
    )


def test_equal_highs_further_apart_are_swings_each() -> None:
    swings = Swings(1, 1)
    last(swings, [5.0, 9.0, 6.0])
    swings.update(9.0, 8.0, 3 * MINUTE_MS)
    value = swings.update(6.0, 5.0, 4 * MINUTE_MS)

    assert value is not None
    assert (value.high, value.high_ms) == (9.0, 3 * MINUTE_MS)


@pytest.mark.parametrize("ties", ["none", "first"])
@pytest.mark.parametrize("name", HARD)
def test_they_are_those_that_looking_around_each_candle_finds(name: str, ties: str) -> None:
    columns, swings = hard(name), Swings(3, 2, ties)
    for now, row in enumerate(columns.rows(swings.inputs)):
        value = swings.update(*row)
        if value is None:
            continue
        opened = columns.open_ms[now - 2 : now + 1].tolist()
        is_news = value.high_confirmed_ms == opened[-1], value.low_confirmed_ms == opened[-1]
        assert is_news == stands_out(columns, now - 2, ties)
        if is_news[0]:
            assert (value.high, value.high_ms) == (columns.high[now - 2], opened[0])
        if is_news[1]:
            assert (value.low, value.low_ms) == (columns.low[now - 2], opened[0])


def stands_out(columns: Columns, place: int, ties: str) -> tuple[bool, bool]:
    high, low = columns.high[place], columns.low[place]
    before, after = columns.part(place - 3, place), columns.part(place + 1, place + 3)
    is_high = all(before.high < high) and all(after.high < high)
    is_low = all(before.low > low) and all(after.low > low)
    if ties == "first":
        is_high = all(before.high < high) and all(after.high <= high)
        is_low = all(before.low > low) and all(after.low >= low)
    return is_high, is_low


def test_each_side_has_a_candle_at_least() -> None:
    with pytest.raises(ValueError, match="left is 0, the least is 1"):
        Swings(0, 2)
    with pytest.raises(ValueError, match="right is 0, the least is 1"):
        Swings(2, 0)


def test_ties_are_none_or_first() -> None:
    with pytest.raises(ValueError, match="ties is 'last', it may be 'none' or 'first'"):
        Swings(2, 2, "last")
