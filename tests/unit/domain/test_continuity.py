"""The ledger: closes come out once, in order, without gaps, however they come in."""

import pytest
from msgspec.structs import replace

from noctule.domain.continuity import CandleLedger, Revision, Taken
from noctule.domain.market import Candle
from noctule.domain.values import MINUTE_MS, Timeframe
from tests.builders import START_MS, candle, candles

LEAP_DAY_MS = 1_835_395_200_000  # Tuesday 2028-02-29 00:00
FIRST, SECOND, THIRD, FOURTH = candles([100.0, 101.0, 102.0, 103.0])


def ledger(due_ms: int = START_MS) -> CandleLedger:
    return CandleLedger(Timeframe.M1, due_ms=due_ms)


def corrected(candle: Candle) -> Candle:
    return replace(candle, volume=candle.volume + 1)


def test_a_close_that_is_due_is_published_at_once() -> None:
    book = ledger()
    assert book.take(FIRST, told_ms=1) == Taken(closed=(FIRST,))
    assert book.take(SECOND, told_ms=2) == Taken(closed=(SECOND,))
    assert book.due_ms == THIRD.open_ms
    assert book.due_close_ms == THIRD.close_ms


def test_a_repeated_close_is_published_once() -> None:
    book = ledger()
    book.take(FIRST, told_ms=1)
    assert book.take(FIRST, told_ms=2) == Taken()


def test_an_early_close_waits_for_the_one_before_it() -> None:
    book = ledger()
    assert book.take(SECOND, told_ms=1) == Taken()
    assert book.has_gap
    assert book.take(FIRST, told_ms=2) == Taken(closed=(FIRST, SECOND))
    assert not book.has_gap


def test_of_two_tellings_before_publication_the_later_one_wins() -> None:
    book = ledger()
    book.take(SECOND, told_ms=5)
    book.take(corrected(SECOND), told_ms=4)  # overtaken on its way: it is the older telling
    assert book.take(FIRST, told_ms=6).closed == (FIRST, SECOND)

    book = ledger()
    book.take(SECOND, told_ms=5)
    book.take(corrected(SECOND), told_ms=7)
    assert book.take(FIRST, told_ms=8).closed == (FIRST, corrected(SECOND))


def test_a_page_is_taken_whole_before_any_of_it_is_published() -> None:
    book = ledger()
    book.take(SECOND, told_ms=1)
    taken = book.take_all([FIRST, corrected(SECOND), THIRD], told_ms=2)
    assert taken == Taken(closed=(FIRST, corrected(SECOND), THIRD))


def test_a_contradiction_after_publication_is_a_revision_and_no_second_close() -> None:
    book = ledger()
    book.take(FIRST, told_ms=1)
    told = book.take(corrected(FIRST), told_ms=2)
    assert told == Taken(revised=(Revision(candle=corrected(FIRST), published=FIRST),))
    assert book.take(corrected(FIRST), told_ms=3) == Taken()


def test_an_older_telling_does_not_revise_what_was_published() -> None:
    book = ledger()
    book.take(FIRST, told_ms=2)
    assert book.take(corrected(FIRST), told_ms=1) == Taken()


def test_a_candle_from_before_the_beginning_is_nobodys_business() -> None:
    book = ledger(SECOND.open_ms)
    assert book.take(FIRST, told_ms=1) == Taken()


def test_a_revision_is_known_for_a_hundred_candles_and_no_longer() -> None:
    book = ledger()
    bars = candles([100.0] * 101)
    book.take_all(bars, told_ms=1)
    assert book.take(corrected(bars[0]), told_ms=2) == Taken()
    assert book.take(corrected(bars[1]), told_ms=2).revised


def test_what_waits_is_bounded_and_the_newest_gives_way() -> None:
    book = ledger()
    bars = candles([100.0] * 1_600)
    book.take_all(bars[1:], told_ms=1)
    assert book.take(bars[0], told_ms=2).closed == tuple(bars[:1_500])
    assert book.take_all(bars[1_500:], told_ms=3).closed == tuple(bars[1_500:])


def test_where_the_exchange_has_no_candle_the_sequence_goes_on_after_the_hole() -> None:
    book = ledger()
    book.take(SECOND, told_ms=1)
    book.take(THIRD, told_ms=1)
    assert book.skip_to(THIRD.open_ms) == Taken(closed=(THIRD,))
    assert book.take(FOURTH, told_ms=2) == Taken(closed=(FOURTH,))


def test_the_sequence_is_never_skipped_backwards_or_off_the_grid() -> None:
    book = ledger(SECOND.open_ms)
    with pytest.raises(AssertionError, match="back from"):
        book.skip_to(FIRST.open_ms)
    with pytest.raises(AssertionError, match="off the grid"):
        book.skip_to(SECOND.open_ms + MINUTE_MS + 1)
    with pytest.raises(AssertionError, match="no 1m candle opens at"):
        ledger(START_MS + 1)


@pytest.mark.parametrize("timeframe", Timeframe)
def test_candles_follow_one_another_over_leap_days_month_ends_and_weeks(
    timeframe: Timeframe,
) -> None:
    open_ms = timeframe.open_of(LEAP_DAY_MS - 2 * timeframe.ms_max)
    book = CandleLedger(timeframe, due_ms=open_ms)
    for number in range(5):
        bar = replace(
            candle(timeframe=timeframe, open_ms=open_ms), close_ms=timeframe.close_of(open_ms)
        )
        assert bar.flaw() is None
        assert book.due_close_ms == bar.close_ms
        assert book.take(bar, told_ms=number).closed == (bar,)
        open_ms = timeframe.next_open(open_ms)
        assert book.due_ms == open_ms
