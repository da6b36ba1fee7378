"""A reason names every structure with its time and price; factors say how much of each is there."""

import pytest
from msgspec import structs

from noctule.strategies.ict.entries import Entry
from noctule.strategies.ict.order_blocks import OrderBlock
from noctule.strategies.ict.pools import PoolSource
from noctule.strategies.ict.reasons import Leaning, factors_of, reason_of, told_break
from noctule.strategies.ict.structure import Break, BreakKind, Swing
from noctule.strategies.ict.way import Trend, Way
from tests.builders import START_MS
from tests.ict_builders import SMALL, STORY, drawn, read

BROKEN = Break(
    way=Way.DOWN,
    kind=BreakKind.CHOCH,
    swing=Swing(way=Way.DOWN, price=97.25, at_ms=START_MS),
    at_ms=START_MS + 3_600_000,
    close=97,
)
DOWN = Leaning(timeframe="1h", trend=Trend.DOWN, latest=BROKEN)
NOWHERE = Leaning(timeframe="1h", trend=Trend.NONE, latest=BROKEN)


def entry() -> Entry:
    (found,) = read(drawn(STORY)[:19]).entries
    return found


def test_a_break_is_told_with_the_swing_it_broke() -> None:
    assert told_break(BROKEN) == "CHoCH 2026-09-28 01:00 below swing low 97.25 of 2026-09-28 00:00"


def test_a_leaning_tells_since_when_it_is() -> None:
    assert DOWN.told() == f"1h down since {told_break(BROKEN)}"
    assert NOWHERE.told() == "1h without a trend"
    assert Leaning(timeframe="1h", trend=Trend.UP, latest=None).told() == "1h without a trend"


def test_a_reason_tells_the_story_from_the_bias_to_the_target() -> None:
    assert reason_of(entry(), NOWHERE).split("; ") == [
        "1h without a trend",
        "swing low 95 of 2026-09-28 00:35 swept 2026-09-28 01:00 in asia, to 94.5",
        "CHoCH 2026-09-28 01:10 above swing high 101 of 2026-09-28 00:45",
        "displacement 2.25 × ATR 2026-09-28 01:10",
        "back in fair value gap 96.5–100 of 2026-09-28 01:10, 50 % deep in the leg 94.5–105",
        "stop 94.19782335 behind the sweep, target swing high 110 of 2026-09-28 00:20, 2.29 R",
    ]


def test_a_sweep_outside_the_kill_zones_and_an_order_block_are_called_so() -> None:
    found = entry()
    block = OrderBlock(way=Way.UP, low=94.5, high=98, at_ms=START_MS, known_ms=START_MS)
    setup = structs.replace(found.setup, zone=None)
    told = reason_of(structs.replace(found, setup=setup, zone=block), NOWHERE)
    assert "outside kill zones, to 94.5" in told
    assert "back in order block 94.5–98 of 2026-09-28 00:00" in told


def test_an_extreme_that_a_later_candle_made_has_its_own_time() -> None:
    found = entry()
    setup = structs.replace(found.setup, extreme_ms=found.setup.swept_ms + 300_000)
    told = reason_of(structs.replace(found, setup=setup), NOWHERE)
    assert "swept 2026-09-28 01:00 in asia, to 94.5 at 2026-09-28 01:05" in told


def test_factors_say_how_much_of_each_part_is_there() -> None:
    up = Leaning(timeframe="1h", trend=Trend.UP, latest=BROKEN)
    factors = factors_of(entry(), up, settings=SMALL)
    assert factors == {
        "bias": 0.2,
        "liquidity": pytest.approx(0.08),
        "displacement": 0.2,
        "structure": 0.1,
        "depth": 0.075,
        "confluence": 0.15,
    }


def test_a_picture_with_nothing_missing_adds_up_to_one() -> None:
    found = entry()
    pool = structs.replace(found.setup.pool, source=PoolSource.WEEK)
    whole = structs.replace(found, setup=structs.replace(found.setup, pool=pool), depth=0.7)
    up = Leaning(timeframe="1h", trend=Trend.UP, latest=BROKEN)
    assert sum(factors_of(whole, up, settings=SMALL).values()) == pytest.approx(1.0)


def test_a_break_with_the_trend_one_zone_and_no_bias_count_for_less() -> None:
    found = entry()
    drive = found.setup.drive
    assert drive is not None
    weak = structs.replace(drive.push.displacement, multiple=1.0)
    drive = structs.replace(
        drive,
        broken=structs.replace(drive.broken, kind=BreakKind.BOS),
        push=structs.replace(drive.push, displacement=weak),
    )
    poor = structs.replace(found, setup=structs.replace(found.setup, drive=drive), confluence=1)
    factors = factors_of(poor, DOWN, settings=SMALL)
    assert (factors["bias"], factors["structure"], factors["confluence"]) == (0, 0.05, 0.075)
    assert factors["displacement"] == pytest.approx(0.1)
