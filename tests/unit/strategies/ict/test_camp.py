"""A camp keeps what speaks for its way, and finds the zones of a setup."""

import pytest
from msgspec import structs

from noctule.domain.market import Candle
from noctule.strategies.ict.camp import Camp
from noctule.strategies.ict.displacement import Displacement
from noctule.strategies.ict.drives import Push
from noctule.strategies.ict.gaps import Gap
from noctule.strategies.ict.pools import Pool, PoolSource
from noctule.strategies.ict.settings import IctSettings
from noctule.strategies.ict.setups import Setup
from noctule.strategies.ict.structure import Break, BreakKind, Swing
from noctule.strategies.ict.way import Way
from tests.builders import START_MS
from tests.ict_builders import FIVE_MINUTES_MS, SMALL, drawn

BARS = drawn("100 101/98 99, 103, 106/102 105, 106/104 105, 105/102.5 104")


def at(index: int) -> int:
    return START_MS + index * FIVE_MINUTES_MS


(LATER,) = drawn("104", start_ms=at(9))


def camp(settings: IctSettings = SMALL, way: Way = Way.UP) -> Camp:
    return Camp(way, settings, candle_ms=FIVE_MINUTES_MS)


def pool(source: PoolSource, price: float) -> Pool:
    label = f"{source} high"
    return Pool(way=Way.UP, source=source, label=label, price=price, at_ms=0, since_ms=0)


def driven(bulls: Camp, *, displaced: int = 1) -> Setup:
    """Give the bulls a drive from the first candle on, and return the setup it belongs to."""
    swing = Swing(way=Way.UP, price=102, at_ms=0)
    broken = Break(way=Way.UP, kind=BreakKind.CHOCH, swing=swing, at_ms=at(1), close=103)
    gap = Gap(way=Way.UP, low=101, high=102, at_ms=at(1), known_ms=at(2))
    displacement = Displacement(way=Way.UP, at_ms=at(displaced), multiple=2.0)
    push = Push(displacement=displacement, gap=gap)
    bulls.gaps.add(gap)
    drive = bulls.note_drive(BARS[2], BARS[2::-1], broken=broken, push=push)
    return Setup(
        way=Way.UP,
        pool=pool(PoolSource.DAY, 97),
        zone=None,
        swept_ms=at(1),
        extreme=96,
        extreme_ms=at(1),
        furthest=105,
        furthest_ms=at(2),
        drive=drive,
    )


def places(bulls: Camp, setup: Setup, bar: Candle) -> list[tuple[float, float]]:
    """List where a candle may enter."""
    return [(zone.low, zone.high) for zone in bulls.zones_of(setup, bar)]


def test_of_several_pools_swept_at_once_the_weightiest_is_told() -> None:
    bulls = camp()
    for source in (PoolSource.SWING, PoolSource.WEEK, PoolSource.SESSION):
        bulls.note_pool(pool(source, 105))
    (bar,) = drawn("100 106/99 104")
    swept = bulls.meet(bar, oldest_ms=0, tolerance=0.0)
    assert swept is not None
    assert swept.source is PoolSource.WEEK
    assert bulls.meet(bar, oldest_ms=0, tolerance=0.0) is None


def test_pools_that_the_settings_do_not_ask_for_are_not_kept() -> None:
    bulls = camp(IctSettings(liquidity=(PoolSource.DAY,)))
    for source in PoolSource:
        bulls.note_pool(pool(source, 105))
    bulls.note_large_swing(Swing(way=Way.UP, price=107, at_ms=at(0)))
    assert [each.source for each in bulls.pools.resting] == [PoolSource.DAY]


def test_stops_rest_beyond_a_large_swing() -> None:
    bears = camp(way=Way.DOWN)
    bears.note_large_swing(Swing(way=Way.DOWN, price=95, at_ms=at(3)))
    assert bears.pools.resting == [
        Pool(
            way=Way.DOWN,
            source=PoolSource.SWING,
            label="swing low",
            price=95,
            at_ms=at(3),
            since_ms=at(3 - 2),
        )
    ]


def test_small_swings_make_a_pool_only_when_they_are_equal() -> None:
    bulls = camp()
    bulls.note_swing(Swing(way=Way.UP, price=105, at_ms=at(3)), tolerance=0.5)
    assert bulls.pools.resting == []
    bulls.note_swing(Swing(way=Way.UP, price=105.5, at_ms=at(6)), tolerance=0.5)
    bulls.note_swing(Swing(way=Way.UP, price=105.4, at_ms=at(8)), tolerance=0.5)
    assert [(each.label, each.price) for each in bulls.pools.resting] == [("equal highs", 105.5)]


@pytest.mark.parametrize(("left", "atr_bars", "before"), [(1, 3, 3), (5, 3, 5)])
def test_equal_swings_began_with_the_candles_that_they_are_judged_by(
    left: int, atr_bars: int, before: int
) -> None:
    bulls = camp(SMALL.model_copy(update={"swing_left": left, "atr_bars": atr_bars}))
    for index in (10, 14):
        swing = Swing(way=Way.UP, price=105, at_ms=at(index))
        bulls.note_swing(swing, tolerance=0.5)
    assert [each.since_ms for each in bulls.pools.resting] == [at(10 - before)]


def test_a_swing_that_was_run_through_is_equal_to_none() -> None:
    bulls = camp()
    bulls.note_swing(Swing(way=Way.UP, price=105, at_ms=at(3)), tolerance=0.5)
    bulls.meet(drawn("100 106/99 104")[0], oldest_ms=0, tolerance=0.5)
    bulls.note_swing(Swing(way=Way.UP, price=105, at_ms=at(6)), tolerance=0.5)
    assert bulls.pools.resting == []


def test_a_setup_is_entered_in_the_gaps_since_its_sweep_and_in_its_block() -> None:
    bulls = camp()
    setup = driven(bulls)
    bulls.gaps.add(Gap(way=Way.UP, low=90, high=91, at_ms=at(0), known_ms=at(0)))
    assert places(bulls, setup, LATER) == [(101, 102), (98, 101)]


def test_the_candle_that_fills_a_gap_or_meets_a_block_may_still_enter_there() -> None:
    bulls = camp()
    setup = driven(bulls)
    (filling,) = drawn("105 105/101 104", start_ms=at(5))
    bulls.meet(filling, oldest_ms=0, tolerance=0.0)
    assert places(bulls, setup, filling) == [(101, 102), (98, 101)]
    assert places(bulls, setup, LATER) == [(98, 101)]


def test_a_candle_that_closes_beyond_a_gap_enters_nowhere_in_it() -> None:
    bulls = camp()
    setup = driven(bulls)
    (inverting,) = drawn("105 105/100 100", start_ms=at(5))
    bulls.meet(inverting, oldest_ms=0, tolerance=0.0)
    assert places(bulls, setup, inverting) == [(98, 101)]


def test_filled_gaps_and_broken_blocks_are_no_places_to_enter() -> None:
    bulls = camp()
    setup = driven(bulls)
    bulls.meet(drawn("105 105/101 104")[0], oldest_ms=0, tolerance=0.0)
    assert places(bulls, setup, LATER) == [(98, 101)]
    bulls.meet(drawn("105 105/96 97")[0], oldest_ms=0, tolerance=0.0)
    assert places(bulls, setup, LATER) == []


def test_a_drive_without_a_block_leaves_its_gap() -> None:
    bulls = camp()
    setup = driven(bulls, displaced=0)
    assert places(bulls, setup, LATER) == [(101, 102)]
    assert bulls.blocks.standing == []


def test_a_drive_reaches_over_as_many_candles_as_the_settings_say() -> None:
    reach = SMALL.displacement_reach
    assert driven(camp(), displaced=1 + reach).drive is not None
    assert driven(camp(), displaced=2 + reach).drive is None


def test_one_candle_is_one_block_however_many_drives_came_from_it() -> None:
    bulls = camp()
    driven(bulls)
    driven(bulls)
    assert len(bulls.blocks.standing) == 1


def test_before_its_drive_a_setup_has_gaps_and_no_block() -> None:
    bulls = camp()
    setup = structs.replace(driven(bulls), drive=None)
    assert places(bulls, setup, LATER) == [(101, 102)]
