"""Swings become known late, and a close beyond the latest one breaks structure."""

from noctule.strategies.ict.structure import (
    BREAKS_KEPT,
    SWINGS_KEPT,
    Break,
    BreakKind,
    Structure,
    Swing,
)
from noctule.strategies.ict.way import Trend, Way
from tests.builders import START_MS
from tests.ict_builders import FIVE_MINUTES_MS, drawn, walked


def followed(
    text: str, *, left: int = 1, right: int = 1, memory: int = 100
) -> tuple[Structure, list[Break | None]]:
    structure = Structure(left=left, right=right, memory=memory)
    return structure, [structure.update(bar) for bar in drawn(text)]


def at(index: int) -> int:
    return START_MS + index * FIVE_MINUTES_MS


def test_a_swing_high_is_known_when_its_right_hand_candles_have_closed() -> None:
    structure = Structure(left=1, right=2, memory=100)
    news = []
    for bar in drawn("100 101/99 100, 102/100 101, 101.5/100 101, 101/99 100"):
        structure.update(bar)
        news.append(structure.news)
    assert news == [(), (), (), (Swing(way=Way.UP, price=102, at_ms=at(1)),)]


def test_of_two_equal_highs_side_by_side_the_first_is_the_swing() -> None:
    structure, _ = followed("100 101/99 100, 102/100 101, 102/100.5 101, 101/99 100")
    assert structure.high == Swing(way=Way.UP, price=102, at_ms=at(1))


def test_a_high_that_equals_the_one_on_its_left_is_no_swing() -> None:
    structure, _ = followed("100 102/99 100, 102/100 101, 101/99 100, 99", left=2, right=1)
    assert structure.high is None


def test_a_close_beyond_a_swing_breaks_it_and_the_first_break_is_a_bos() -> None:
    structure, broken = followed("100, 102/99.5 101, 100, 102.5")
    assert broken == [
        None,
        None,
        None,
        Break(
            way=Way.UP,
            kind=BreakKind.BOS,
            swing=Swing(way=Way.UP, price=102, at_ms=at(1)),
            at_ms=at(3),
            close=102.5,
        ),
    ]
    assert (structure.trend, structure.high) == (Trend.UP, None)
    assert structure.latest_high == Swing(way=Way.UP, price=102, at_ms=at(1))


def test_a_wick_beyond_or_a_close_on_the_swing_breaks_nothing() -> None:
    structure, broken = followed("100, 102/99.5 101, 100, 103/100 101.9, 102")
    assert broken == [None] * 5
    assert structure.trend is Trend.NONE


def test_nor_does_a_wick_below_a_low_or_a_close_on_it() -> None:
    touched = "100, 100.5/98 99, 100, 100/97 98.1"
    assert followed(f"{touched}, 98.1/97.5 98")[1] == [None] * 5
    *_, broken = followed(f"{touched}, 98.1/97.5 97.9")[1]
    assert broken is not None
    assert broken.swing == Swing(way=Way.DOWN, price=98, at_ms=at(1))


def test_a_swing_is_broken_once() -> None:
    _, broken = followed("100, 102/99.5 101, 100, 102.5, 103, 104")
    assert [each is not None for each in broken] == [False, False, False, True, False, False]


def test_a_break_with_the_trend_is_a_bos_and_one_against_it_a_choch() -> None:
    up_up_down = "100, 102/99.5 101, 100, 103, 103.2/102.5 103, 101.5, 104, 101"
    structure, broken = followed(up_up_down)
    told = [(each.kind, each.way, each.swing.price) for each in broken if each]
    assert told == [
        (BreakKind.BOS, Way.UP, 102),
        (BreakKind.BOS, Way.UP, 103.2),
        (BreakKind.CHOCH, Way.DOWN, 101.5),
    ]
    assert structure.trend is Trend.DOWN


def test_a_newer_swing_takes_the_place_of_an_older_one() -> None:
    _, broken = followed("100, 105/99.5 101, 100, 102/99.5 101, 100, 103")
    assert broken[-1] is not None
    assert broken[-1].swing == Swing(way=Way.UP, price=102, at_ms=at(3))


def test_a_break_is_of_a_swing_that_was_known_before_the_candle() -> None:
    _, broken = followed("100, 102/99.5 101, 103/100 102.9")
    assert broken == [None, None, None]


def test_a_trend_that_nothing_confirms_for_long_is_forgotten() -> None:
    text = "100, 102/99.5 101, 100, 102.5"
    still, quiet = ", 102.5" * 4, ", 102.5" * 5
    assert followed(text + still, memory=5)[0].trend is Trend.UP
    assert followed(text + quiet, memory=5)[0].trend is Trend.NONE


def test_what_it_keeps_has_a_bound() -> None:
    structure = Structure(left=1, right=1, memory=100)
    for bar in walked(2_000, seed=1):
        structure.update(bar)
    assert (len(structure.breaks), len(structure.swings)) == (BREAKS_KEPT, SWINGS_KEPT)
