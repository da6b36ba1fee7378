"""A drive is a break and a push that belong together, whichever of the two is told first."""

from noctule.domain.market import Candle
from noctule.strategies.ict.displacement import Displacement
from noctule.strategies.ict.drives import Drive, Drives, Push
from noctule.strategies.ict.gaps import Gap
from noctule.strategies.ict.order_blocks import OrderBlock
from noctule.strategies.ict.structure import Break, BreakKind, Swing
from noctule.strategies.ict.way import Way
from tests.builders import START_MS
from tests.ict_builders import FIVE_MINUTES_MS, drawn

BARS = drawn("100 101/98 99, 103, 104, 105, 106, 107")


def at(index: int) -> int:
    return START_MS + index * FIVE_MINUTES_MS


def broken(index: int, *, price: float = 102) -> Break:
    swing = Swing(way=Way.UP, price=price, at_ms=at(0))
    return Break(way=Way.UP, kind=BreakKind.BOS, swing=swing, at_ms=at(index), close=104)


def push(index: int) -> Push:
    return Push(
        displacement=Displacement(way=Way.UP, at_ms=at(index), multiple=2.0),
        gap=Gap(way=Way.UP, low=101, high=102, at_ms=at(index), known_ms=at(index + 1)),
    )


def told(
    *news: tuple[int, Break | None, Push | None], reach: int = 1, bars: list[Candle] = BARS
) -> list[Drive | None]:
    drives = Drives(Way.UP, reach_ms=reach * FIVE_MINUTES_MS, body_only=False)
    return [
        drives.update(bars[index], reversed(bars[: index + 1]), broken=bos, push=pushed)
        for index, bos, pushed in news
    ]


def test_a_break_told_before_its_push_waits_for_it() -> None:
    assert told((1, broken(1), None), (2, None, push(1))) == [
        None,
        Drive(
            way=Way.UP,
            broken=broken(1),
            push=push(1),
            block=OrderBlock(way=Way.UP, low=98, high=101, at_ms=at(0), known_ms=at(2)),
            known_ms=at(2),
        ),
    ]


def test_a_push_told_before_its_break_waits_for_it() -> None:
    (first, second) = told((2, None, push(1)), (2, broken(2), None))
    assert first is None
    assert second is not None
    assert second.began_ms == at(1)


def test_at_the_end_of_its_reach_they_still_belong_together_and_beyond_no_more() -> None:
    assert told((2, None, push(1)), (3, broken(3), None), reach=2)[-1] is not None
    assert told((2, None, push(1)), (4, broken(4), None), reach=2)[-1] is None


def test_a_break_is_driven_once_but_a_push_may_break_several_swings() -> None:
    drives = told(
        (2, broken(2), push(1)), (3, None, push(2)), (3, broken(3, price=103), None), reach=3
    )
    assert [drive and drive.broken for drive in drives] == [
        broken(2),
        None,
        broken(3, price=103),
    ]


def test_without_a_candle_against_it_there_is_no_block() -> None:
    rising = drawn("100, 103, 104")
    (drive,) = told((2, broken(1), push(1)), bars=rising)
    assert drive is not None
    assert drive.block is None
