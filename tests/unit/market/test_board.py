"""The board: candles in, bars of every timeframe up; begun with history that has no hole."""

from random import Random

import pytest

from noctule.domain.market import Candle
from noctule.domain.values import Timeframe
from noctule.market.board import Board
from noctule.market.regime_settings import RegimeSettings
from noctule.market.resample import Resampler
from tests.builders import BTCUSDT, START_MS, candles
from tests.fakes.market_weather import any_market

MINUTE_MS = 60_000
M5 = Timeframe.M5


def new_board(*higher: Timeframe, capacity: int = 100) -> Board:
    return Board(BTCUSDT, base=Timeframe.M1, higher=higher, capacity=capacity)


def minutes(first: int, last: int) -> list[Candle]:
    """Build the minutes from one to another, both included; each closes at its own number."""
    return candles(
        (float(number) for number in range(first + 1, last + 2)),
        start_ms=START_MS + first * MINUTE_MS,
    )


def fives(first: int, last: int) -> list[Candle]:
    """Build what the exchange would tell of these minutes in five."""
    resampler = Resampler([M5], base=Timeframe.M1)
    return [bar for each in minutes(first, last) for bar in resampler.add(each)]


def opened(board: Board, timeframe: Timeframe = M5) -> list[int]:
    """List the minutes at which a timeframe's candles opened."""
    return [(bar.open_ms - START_MS) // MINUTE_MS for bar in board.series[timeframe].history]


def test_a_candle_is_added_with_the_bars_it_completes() -> None:
    board = new_board(Timeframe.M3, M5)
    told = [[bar.timeframe for bar in board.take(each)] for each in minutes(0, 5)]
    assert told == [[], [], ["3m"], [], ["5m"], ["3m"]]
    assert opened(board, Timeframe.M1) == [0, 1, 2, 3, 4, 5]
    assert opened(board, Timeframe.M3) == [0, 3]
    assert opened(board) == [0]


def test_each_timeframe_keeps_as_many_candles_as_were_asked_for() -> None:
    board = new_board(M5, capacity=2)
    for each in minutes(0, 19):
        board.take(each)
    assert opened(board, Timeframe.M1) == [18, 19]
    assert opened(board) == [10, 15]


def test_the_first_bar_after_a_start_is_whole_for_history_held_its_beginning() -> None:
    board = new_board(M5)
    board.seed(minutes(3, 12), {M5: fives(0, 12)})
    assert opened(board) == [0, 5]
    told = [bar for each in minutes(13, 14) for bar in board.take(each)]
    assert told == fives(10, 14)
    assert opened(board) == [0, 5, 10]


def test_a_bar_that_closed_while_history_was_read_is_left_to_come() -> None:
    board = new_board(M5)
    board.seed(minutes(3, 13), {M5: fives(0, 14)})
    assert opened(board) == [0, 5]
    assert board.take(minutes(14, 14)[0]) == fives(10, 14)


def test_a_bar_the_exchange_has_not_told_yet_is_built_from_the_base() -> None:
    board = new_board(M5)
    board.seed(minutes(3, 14), {M5: fives(0, 9)})
    assert opened(board) == [0, 5, 10]


def test_where_both_are_there_the_exchanges_bar_is_kept() -> None:
    told = candles([99.0, 98.0], timeframe=M5)
    board = new_board(M5)
    board.seed(minutes(0, 14), {M5: told})
    assert list(board.series[M5].history) == [*told, *fives(10, 14)]


def test_without_the_exchanges_bars_those_of_the_base_are_kept() -> None:
    board = new_board(M5)
    board.seed(minutes(3, 16), {M5: ()})
    assert opened(board) == [5, 10]


def test_without_base_history_nothing_is_kept() -> None:
    board = new_board(M5)
    board.seed((), {M5: fives(0, 9)})
    assert opened(board) == []
    assert board.take(minutes(13, 13)[0]) == []
    assert board.seeded_to_ms < minutes(12, 12)[0].close_ms


def test_of_history_with_a_hole_only_what_comes_after_it_is_kept() -> None:
    board = new_board(M5)
    board.seed([*minutes(0, 6), *minutes(8, 12)], {M5: [*fives(0, 4), *fives(10, 24)]})
    assert opened(board, Timeframe.M1) == [8, 9, 10, 11, 12]
    assert opened(board) == []


def test_higher_history_with_a_hole_is_kept_from_behind_it() -> None:
    board = new_board(M5)
    board.seed(minutes(10, 21), {M5: [*fives(0, 4), *fives(10, 19)]})
    assert opened(board) == [10, 15]


def test_a_series_whose_running_bar_lost_its_beginning_starts_empty_and_grows_on() -> None:
    board = new_board(M5)
    board.seed(minutes(12, 13), {M5: fives(0, 9)})
    assert opened(board) == []
    for each in minutes(14, 24):
        board.take(each)
    assert opened(board) == [15, 20]


def test_a_running_bar_that_begins_with_the_base_history_is_whole() -> None:
    board = new_board(M5)
    board.seed(minutes(10, 13), {M5: fives(0, 9)})
    assert opened(board) == [0, 5]


def test_a_bar_that_begins_right_after_the_history_is_whole() -> None:
    board = new_board(M5)
    board.seed(minutes(14, 14), {M5: fives(0, 14)})
    assert opened(board) == [0, 5, 10]
    told = [bar for each in minutes(15, 19) for bar in board.take(each)]
    assert told == fives(15, 19)


@pytest.mark.parametrize(("number", "is_known"), [(11, True), (12, True), (13, False)])
def test_a_candle_that_came_with_the_history_is_known(number: int, *, is_known: bool) -> None:
    board = new_board()
    board.seed(minutes(10, 12), {})
    assert (minutes(number, number)[0].close_ms <= board.seeded_to_ms) is is_known


@pytest.mark.parametrize("timeframe", [None, M5])
@pytest.mark.parametrize("seeded", [1, 333, 1_200])
def test_a_regime_is_the_same_whether_its_candles_came_with_the_history_or_not(
    timeframe: Timeframe | None, seeded: int
) -> None:
    bars, regimes = any_market(Random(1), 1_600), quick_regimes(timeframe)
    streamed, begun = regime_board(regimes), regime_board(regimes)
    resampler = Resampler([M5], base=Timeframe.M1)
    fives_told = [five for each in bars[:seeded] for five in resampler.add(each)]
    begun.seed(bars[:seeded], {M5: fives_told})
    for bar in bars[:seeded]:
        streamed.take(bar)
    seen = set()
    for bar in bars[seeded:]:
        streamed.take(bar)
        begun.take(bar)
        assert begun.regime_reading == streamed.regime_reading
        seen.add(begun.regime)

    assert len(seen) > 3


def test_a_regime_is_told_by_the_candles_of_its_own_timeframe() -> None:
    bars = any_market(Random(2), 5 * 60)
    board = regime_board(quick_regimes(M5))
    known = []
    for bar in bars:
        board.take(bar)
        known.append(board.regime is not None)

    assert board.regime_timeframe is M5
    assert known == [False] * (5 * 50 - 1) + [True] * (5 * 10 + 1)
    assert regime_board(quick_regimes(None)).regime_timeframe is Timeframe.M1


def test_a_regime_of_candles_that_there_are_not_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="no 1h on BTCUSDT"):
        regime_board(quick_regimes(Timeframe.H1))


def quick_regimes(timeframe: Timeframe | None) -> RegimeSettings:
    return RegimeSettings(timeframe=timeframe, trend_candles=10, recent_candles=5, norm_candles=50)


def regime_board(regimes: RegimeSettings) -> Board:
    return Board(BTCUSDT, base=Timeframe.M1, higher=(M5,), capacity=20, regimes=regimes)


def test_a_regime_that_nobody_looks_at_may_be_left_out_and_a_look_is_known() -> None:
    board = regime_board(quick_regimes(None))
    board.follows_regime = False
    for bar in any_market(Random(2), 60):
        board.take(bar)
    assert (board.regime, board.is_regime_missed) == (None, False)
    board.note_regime_look()
    assert board.is_regime_missed
    board.follows_regime = True
    board.note_regime_look()
    assert board.is_regime_missed, "it stays missed"


def test_a_look_at_a_regime_that_is_followed_is_no_miss() -> None:
    board = regime_board(quick_regimes(None))
    board.note_regime_look()
    assert not board.is_regime_missed


def test_mark_and_book_are_written_as_they_come_unless_somebody_freshens_them() -> None:
    board = new_board()
    board.freshen()
    assert (board.mark, board.book) == (None, None)
