"""A setup begins with a sweep, is confirmed by a drive, and waits no longer than it may."""

from noctule.domain.market import Candle
from noctule.strategies.ict.dealing_range import DealingRange
from noctule.strategies.ict.displacement import Displacement
from noctule.strategies.ict.drives import Drive, Push
from noctule.strategies.ict.gaps import Gap
from noctule.strategies.ict.pools import Pool, PoolSource
from noctule.strategies.ict.sessions import KillZone
from noctule.strategies.ict.setups import Setup, Setups
from noctule.strategies.ict.structure import Break, BreakKind, Swing
from noctule.strategies.ict.way import Way
from tests.builders import START_MS
from tests.ict_builders import FIVE_MINUTES_MS, drawn

POOL = Pool(
    way=Way.DOWN, source=PoolSource.DAY, label="previous day low", price=95, at_ms=0, since_ms=0
)
SWEEP = "96 97/94 96"


def at(index: int) -> int:
    return START_MS + index * FIVE_MINUTES_MS


def drive(index: int, *, known: int | None = None) -> Drive:
    """Build one whose candles all are this one, known there or later."""
    swing = Swing(way=Way.UP, price=98, at_ms=0)
    gap = Gap(way=Way.UP, low=97, high=98, at_ms=at(index), known_ms=at(index))
    return Drive(
        way=Way.UP,
        broken=Break(way=Way.UP, kind=BreakKind.CHOCH, swing=swing, at_ms=at(index), close=99),
        push=Push(displacement=Displacement(way=Way.UP, at_ms=at(index), multiple=2.0), gap=gap),
        block=None,
        known_ms=at(index if known is None else known),
    )


def told(
    text: str,
    *,
    sweeps: tuple[int, ...] = (0,),
    drives: dict[int, Drive] | None = None,
    shift: int = 3,
    retrace: int = 3,
) -> tuple[Setups, list[Setup | None]]:
    """Tell a story of candles; return who waits in the end, and what each may enter."""
    setups = Setups(Way.UP, shift_ms=shift * FIVE_MINUTES_MS, retrace_ms=retrace * FIVE_MINUTES_MS)
    bars: list[Candle] = drawn(text)
    ready = [
        setups.update(
            bar,
            swept=POOL if index in sweeps else None,
            zone=KillZone.ASIA,
            drive=(drives or {}).get(index),
        )
        for index, bar in enumerate(bars)
    ]
    return setups, ready


def test_nothing_begins_without_a_sweep() -> None:
    setups, ready = told("96, 97, 98", sweeps=(), drives={1: drive(1)})
    assert (setups.waiting, ready) == (None, [None] * 3)


def test_a_sweep_begins_it_with_the_end_of_its_wick() -> None:
    setups, ready = told(SWEEP)
    assert ready == [None]
    assert setups.waiting == Setup(
        way=Way.UP,
        pool=POOL,
        zone=KillZone.ASIA,
        swept_ms=at(0),
        extreme=94,
        extreme_ms=at(0),
        furthest=97,
        furthest_ms=at(0),
    )


def test_it_may_be_entered_on_the_candles_after_its_drive() -> None:
    setups, ready = told(f"{SWEEP}, 99, 98", drives={1: drive(1)})
    assert [each is not None for each in ready] == [False, False, True]
    assert setups.waiting is not None
    assert setups.waiting.drive == drive(1)
    assert setups.waiting.leg == DealingRange(began=94, ended=99, began_ms=at(0), ended_ms=at(1))


def test_a_candle_that_lengthens_the_leg_is_measured_in_the_leg_before_it() -> None:
    setups, ready = told(f"{SWEEP}, 99, 104/97 98", drives={1: drive(1)})
    assert ready[2] is not None
    assert ready[2].leg == DealingRange(began=94, ended=99, began_ms=at(0), ended_ms=at(1))
    assert setups.waiting is not None
    assert setups.waiting.leg.ended == 104


def test_the_candle_of_the_sweep_may_be_its_drive() -> None:
    _, ready = told(f"{SWEEP}, 98", drives={0: drive(0)})
    assert ready[1] is not None


def test_a_drive_that_began_before_the_sweep_is_none_of_its() -> None:
    setups, _ = told(f"96, {SWEEP}, 98", sweeps=(1,), drives={2: drive(0, known=2)})
    assert setups.waiting is not None
    assert setups.waiting.drive is None


def test_a_second_drive_changes_nothing() -> None:
    setups, _ = told(f"{SWEEP}, 99, 100", drives={1: drive(1), 2: drive(2)})
    assert setups.waiting is not None
    assert setups.waiting.drive == drive(1)


def test_before_the_drive_a_wick_moves_the_extreme_and_the_leg_begins_there() -> None:
    setups, _ = told(f"{SWEEP}, 98/95 96, 97/93 94.5")
    waiting = setups.waiting
    assert waiting is not None
    assert (waiting.extreme, waiting.extreme_ms) == (93, at(2))
    assert (waiting.furthest, waiting.furthest_ms) == (97, at(2))


def test_before_the_drive_a_close_beyond_the_extreme_ends_it() -> None:
    assert told(f"{SWEEP}, 97/93 94")[0].waiting is not None
    assert told(f"{SWEEP}, 97/93 93.9")[0].waiting is None


def test_after_the_drive_a_wick_beyond_the_extreme_ends_it() -> None:
    drives = {1: drive(1)}
    assert told(f"{SWEEP}, 99, 100/94 98", drives=drives)[0].waiting is not None
    setups, ready = told(f"{SWEEP}, 99, 100/93.9 98", drives=drives)
    assert (setups.waiting, ready[2]) == (None, None)


def test_without_a_drive_it_waits_so_many_candles() -> None:
    assert told(f"{SWEEP}, 96, 96, 96")[0].waiting is not None
    assert told(f"{SWEEP}, 96, 96, 96, 96")[0].waiting is None


def test_without_an_entry_it_waits_so_many_candles_after_its_drive() -> None:
    _, ready = told(f"{SWEEP}, 99, 98, 98, 98, 98", drives={1: drive(1)})
    assert [each is not None for each in ready] == [False, False, True, True, True, False]


def test_a_new_sweep_takes_the_place_of_one_without_a_drive() -> None:
    setups, _ = told(f"{SWEEP}, 97/94.5 96", sweeps=(0, 1))
    assert setups.waiting is not None
    assert (setups.waiting.swept_ms, setups.waiting.extreme) == (at(1), 94.5)


def test_a_new_sweep_leaves_one_with_a_drive_alone() -> None:
    setups, _ = told(f"{SWEEP}, 99, 98", sweeps=(0, 2), drives={1: drive(1)})
    assert setups.waiting is not None
    assert setups.waiting.swept_ms == at(0)


def test_when_it_is_finished_nobody_waits() -> None:
    setups, _ = told(SWEEP)
    setups.finish()
    assert setups.waiting is None


def test_downwards_all_is_the_other_way_round() -> None:
    setups = Setups(Way.DOWN, shift_ms=10**9, retrace_ms=10**9)
    for bar in drawn("96 98/95 96, 97/94 95, 98.5/95 97.5"):
        setups.update(bar, swept=POOL if bar.open_ms == at(0) else None, zone=None, drive=None)
    assert setups.waiting is not None
    assert (setups.waiting.extreme, setups.waiting.furthest) == (98.5, 95)
