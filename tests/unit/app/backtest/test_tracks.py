"""A symbol's candles come in their order and each once, and a hole in them is filled."""

from collections.abc import Iterable

from noctule.app.backtest.tracks import NEVER_MS, Track, candles_of
from noctule.domain.events.data import CandleClosed
from noctule.domain.ids import candle_trace
from noctule.domain.values import Timeframe
from tests.fakes.recorded_columns import BEGIN_MS, columns_of, standing

BASE_MS = Timeframe.M5.ms


def track(numbers: Iterable[int], *, start: int = 0) -> Track:
    columns = columns_of(standing(numbers))
    return Track(columns, first=0, start=start, stop=len(columns))


def at(number: int) -> int:
    return BEGIN_MS + number * BASE_MS


def told(events: Iterable[CandleClosed]) -> list[tuple[int, float]]:
    return [((each.candle.open_ms - BEGIN_MS) // BASE_MS, each.candle.volume) for each in events]


def test_rows_are_candles_with_every_number_of_theirs() -> None:
    columns = columns_of([(0, 100.0, 103.5, 99.25, 101.0), (1, 101.0, 102.0, 100.0, 100.5)])
    first, second = candles_of(columns, 0, 2)
    assert (first.open_ms, first.close_ms) == (BEGIN_MS, at(1) - 1)
    assert (first.open, first.high, first.low, first.close) == (100.0, 103.5, 99.25, 101.0)
    assert (first.volume, first.quote_volume, first.trades) == (2.0, 202.0, 7)
    assert first.taker_buy_volume == 0.667
    assert second.open_ms == at(1)
    assert list(candles_of(columns, 1, 2)) == [second]


def test_more_rows_than_are_objects_at_a_time_are_all_yielded() -> None:
    columns = columns_of(standing(range(9_000)))
    candles = list(candles_of(columns, 100, 8_900))
    assert len(candles) == 8_800
    assert [candles[0].open_ms, candles[-1].open_ms] == [at(100), at(8_899)]


def test_what_lies_before_the_start_is_history_and_its_last_candle_is_about_to_close() -> None:
    made = track(range(5), start=3)
    assert [each.open_ms for each in made.history] == [at(0), at(1)]
    assert made.running is not None
    assert made.running.open_ms == at(2)
    assert (made.ahead, made.next_ms, made.candles) == (2, at(3), 0)


def test_a_symbol_without_a_past_begins_with_its_first_candle() -> None:
    made = track(range(10, 12))
    assert (made.history, made.running, made.next_ms) == ([], None, at(10))
    assert list(made.close_all(at(5))) == []


def test_a_close_is_told_at_its_instant_under_the_trace_of_every_other_run() -> None:
    made = track(range(3))
    candle = made.begin()
    event = made.close(candle, at(1))
    assert event == CandleClosed(
        at_ms=at(1) - 1,
        trace=candle_trace(candle.symbol, Timeframe.M5, candle.close_ms),
        candle=candle,
        received_ms=at(1),
    )
    assert (made.candles, made.next_ms) == (1, at(1))


def test_the_last_candle_is_followed_by_nothing() -> None:
    made = track(range(2), start=1)
    made.begin()
    assert made.next_ms == NEVER_MS
    assert told(made.close_all(at(9))) == [(1, 2.0)]
    assert made.running is None


def test_a_hole_is_filled_with_candles_in_which_nobody_traded() -> None:
    made = track([0, 3])
    made.begin()
    assert told(made.close_all(at(3))) == [(0, 2.0), (1, 0.0), (2, 0.0)]
    assert made.begin().open_ms == at(3)
    assert made.candles == 3


def test_a_hole_is_filled_as_time_passes_if_others_have_none() -> None:
    made = track([0, 3])
    made.begin()
    filled = [told(made.close_all(at(number))) for number in (1, 2, 3)]
    assert filled == [[(0, 2.0)], [(1, 0.0)], [(2, 0.0)]]
    assert made.running is None


def test_a_candle_in_a_hole_repeats_the_close() -> None:
    columns = columns_of([(0, 100.0, 103.0, 99.0, 102.5), (2, 90.0, 91.0, 89.0, 90.0)])
    made = Track(columns, first=0, start=0, stop=2)
    made.begin()
    _, idle = (event.candle for event in made.close_all(at(2)))
    assert (idle.open_ms, idle.close_ms) == (at(1), at(2) - 1)
    assert {idle.open, idle.high, idle.low, idle.close} == {102.5}
    assert (idle.volume, idle.quote_volume, idle.trades, idle.taker_buy_volume) == (0, 0, 0, 0)


def test_nothing_is_told_before_its_time() -> None:
    made = track(range(2))
    made.begin()
    assert list(made.close_all(at(1) - 1)) == []
    assert told(made.close_all(at(1))) == [(0, 2.0)]


def test_a_hole_in_the_history_is_filled_as_well() -> None:
    made = track([0, 1, 4, 6, 7], start=4)
    assert [(each.open_ms - BEGIN_MS) // BASE_MS for each in made.history] == [0, 1, 2, 3, 4, 5]
    assert [each.volume for each in made.history] == [2.0, 2.0, 0.0, 0.0, 2.0, 0.0]
    assert made.running is not None
    assert made.running.open_ms == at(6)


def test_a_hole_that_the_replay_begins_in_is_filled_from_the_history_on() -> None:
    made = track([0, 1, 5], start=2)
    assert told(made.close_all(at(3))) == [(1, 2.0), (2, 0.0)]
    assert told(made.close_all(at(5))) == [(3, 0.0), (4, 0.0)]
