"""A reading tells the whole story of a timeframe, and only what was known at each close."""

from collections.abc import Sequence

import pytest

from noctule.domain.market import Candle
from noctule.domain.values import Timeframe
from noctule.strategies.ict.dealing_range import DealingRange
from noctule.strategies.ict.gaps import GapState
from noctule.strategies.ict.pools import PoolSource
from noctule.strategies.ict.reading import ENTRIES_KEPT, RECENT_KEPT, Reading
from noctule.strategies.ict.sessions import KillZone
from noctule.strategies.ict.settings import IctSettings
from noctule.strategies.ict.structure import BreakKind
from noctule.strategies.ict.way import Trend, Way
from noctule.strategies.ict.wording import told_time
from tests.builders import START_MS
from tests.ict_builders import FIVE_MINUTES_MS, SMALL, STORY, drawn, mirrored, read, walked

SHIFT = "102.5/96 102, 104/100 103.5, 105/103 104, 104.5/102 102.5"


def entered(candles: Sequence[Candle], settings: IctSettings = SMALL) -> list[str]:
    """Return the hours of the candles that are entries."""
    reading, found = Reading(settings.model_dump_json(), Timeframe.M5), []
    for bar in candles:
        reading.update(bar)
        found += [told_time(bar.open_ms)[11:] for _ in reading.entries]
    return found


def changed(**settings: object) -> IctSettings:
    return SMALL.model_copy(update=settings)


def at(index: int) -> int:
    return START_MS + index * FIVE_MINUTES_MS


def test_the_story_has_one_entry_with_all_its_parts() -> None:
    reading = read(drawn(STORY)[:19])
    (entry,) = reading.entries
    setup = entry.setup
    assert setup.drive is not None
    assert (setup.way, setup.zone, setup.pool.label) == (Way.UP, KillZone.ASIA, "swing low")
    assert (setup.swept_ms, setup.extreme, setup.furthest) == (at(12), 94.5, 105)
    assert setup.drive.broken.kind is BreakKind.CHOCH
    assert (setup.drive.broken.at_ms, setup.drive.broken.swing.price) == (at(14), 101)
    assert setup.drive.push.displacement.at_ms == at(14)
    assert setup.drive.known_ms == at(15)
    assert (entry.zone.low, entry.zone.high, entry.zone.at_ms) == (96.5, 100, at(14))
    assert (entry.confluence, entry.price, entry.target.price) == (2, 99, 110)


def test_the_story_is_entered_once_however_often_price_comes_back() -> None:
    assert entered(drawn(f"{STORY}, 101/98.5 100")) == ["01:30"]


def test_upside_down_it_is_a_short() -> None:
    reading = read(mirrored(drawn(STORY))[:19])
    (entry,) = reading.entries
    assert entry.setup.way is Way.DOWN
    assert (entry.price, entry.target.price) == (101, 90)
    assert entry.stop > 105.5


@pytest.mark.parametrize(
    "settings",
    [
        changed(displacement_factor=2.3),  # the body is 2.25 average ranges
        changed(displacement_body=0.95),
        changed(gap_atr_min=0.95),  # the gap is 0.90 average ranges wide
        changed(gap_share_min=0.04),
        changed(liquidity=(PoolSource.DAY,)),
        changed(kill_zones=(KillZone.LONDON_OPEN,)),
        changed(rr_min=2.3),  # it pays 2.29
        changed(entry_within="ote", ote_near=0.67),  # it comes back 0.667 of the leg
        changed(shift_bars=2),
        changed(retrace_bars=2),
        changed(swing_right=5),  # the high at 101 is broken before it is known
    ],
)
def test_where_anything_is_missing_there_is_no_entry(settings: IctSettings) -> None:
    assert entered(drawn(STORY), settings) == []


@pytest.mark.parametrize(
    "settings",
    [
        changed(displacement_factor=2.2),
        changed(gap_atr_min=0.89),
        changed(entry_within="ote", ote_near=0.66),
        changed(rr_min=2.29),
        changed(shift_bars=3),
        changed(retrace_bars=3),
        changed(kill_zones=(KillZone.LONDON_OPEN,), anytime=True),
    ],
)
def test_where_just_enough_is_there_it_is_an_entry(settings: IctSettings) -> None:
    assert entered(drawn(STORY), settings) == ["01:30"]


def test_outside_the_kill_zones_it_is_none_unless_any_time_will_do() -> None:
    noon = drawn(STORY, start_ms=START_MS + 4 * 3_600_000)
    assert entered(noon) == []
    assert entered(noon, changed(anytime=True)) == ["05:30"]


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        ("98/94.5 96", "98/95 96"),  # touches the pool and sweeps nothing
        ("98/94.5 96, 96.5/95.5", "98/94.5 94.8, 96.5/94.6"),  # closes beyond: taken
        (SHIFT, "102.5/96 101, 104/100 101, 105/100.5 101, 104.5/100.5 101"),  # closes on the high
        ("104/100 103.5", "104/96.5 103.5"),  # comes back to the wick: no gap
        ("103/98 99", "103/99.8 100"),  # less than half way back
        ("103/98 99", "103/94.4 99"),  # beyond the sweep
    ],
)
def test_a_story_told_otherwise_has_no_entry(what: str, instead: str) -> None:
    assert entered(drawn(STORY.replace(what, instead))[:19]) == []


def test_a_gap_is_known_only_when_its_third_candle_has_closed() -> None:
    bars = drawn(STORY)
    assert read(bars[:15]).bulls.gaps.standing == []
    (gap,) = read(bars[:16]).bulls.gaps.standing
    assert (gap.at_ms, gap.known_ms, gap.state) == (at(14), at(15), GapState.OPEN)


def test_a_gap_against_its_own_candle_is_no_push() -> None:
    flat = "100 101/99 100, 100 101/99 100, 100 101/99 100, 100 101/99 100"
    reading = read(drawn(f"{flat}, 110 110/103 103.5, 103.5 104/102 103"))
    assert [(gap.low, gap.high) for gap in reading.bulls.gaps.standing] == [(101, 103), (101, 102)]
    assert reading.bulls.setups.waiting is None


def test_without_an_average_range_there_is_no_gap_to_measure() -> None:
    assert read(drawn("100 101/99 100.5, 105/100 104.5, 106/103 105")).bulls.gaps.standing == []


def test_its_value_is_the_trend_once_it_is_warm() -> None:
    bars = drawn(STORY)
    assert (read(bars[:3]).value, read(bars[:4]).value) == (None, Trend.NONE)
    assert (read(bars[:7]).value, read(bars[:15]).value) == (Trend.DOWN, Trend.UP)
    assert read([]).warmup == 4
    assert read([], changed(swing_left=3, swing_right=4)).warmup == 8


def test_it_tells_what_the_last_candle_broke() -> None:
    bars = drawn(STORY)
    broken = read(bars[:7]).broken
    assert broken is not None
    assert (broken.way, broken.swing.price) == (Way.DOWN, 99)
    assert read(bars[:8]).broken is None


def test_the_dealing_range_ends_at_the_later_large_swing() -> None:
    bars = drawn(STORY)
    assert read(bars[:9]).range is None
    assert read(bars[:10]).range == DealingRange(
        began=110, ended=95, began_ms=at(4), ended_ms=at(7)
    )
    up = read(mirrored(bars[:10])).range
    assert up is not None
    assert (up.way, up.began, up.ended) == (Way.UP, 90, 105)


def test_a_high_below_the_low_bounds_no_range() -> None:
    risen = (
        "99 99.5/98 99, 99.5/98 99, 100/98 99, 99.5/98 99, 99.5/98 99, "
        "107.5 108/107 107.5, 109/106 108, 110/105 109, 111/106 110, 112/107 111"
    )
    reading = read(drawn(risen))
    assert reading.large.latest_high is not None
    assert reading.large.latest_low is not None
    assert reading.large.latest_high.price < reading.large.latest_low.price
    assert reading.range is None


def test_days_weeks_and_sessions_leave_pools() -> None:
    week = walked(7 * 288 + 1, seed=3)
    reading = read(week, changed(memory_bars=5_000))
    resting = (*reading.bulls.pools.resting, *reading.bears.pools.resting)
    ended = (*reading.bulls.pools.ended, *reading.bears.pools.ended)
    sources = {pool.source for pool in (*resting, *ended)}
    assert sources == set(PoolSource)
    assert {"previous week high", "previous week low"} <= {pool.label for pool in resting}


def test_what_it_keeps_of_candles_and_entries_has_a_bound() -> None:
    reading = read(walked(6_000, seed=5))
    assert len(reading.recent) == RECENT_KEPT
    assert len(reading.past) <= ENTRIES_KEPT
