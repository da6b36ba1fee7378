"""A start with as much history as the strategy asks for knows the pools of one that ran long."""

from collections.abc import Iterable

import pytest

from noctule.domain.market import Candle
from noctule.domain.signals import Signal
from noctule.domain.values import Timeframe
from noctule.strategies.ict.pools import Pool, PoolSource
from noctule.strategies.ict.reading import Reading
from noctule.strategies.ict.settings import IctSettings
from tests.ict_builders import SMALL, said, walked

CANDLES = 5_000
DAY = 96  # candles of a quarter of an hour


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("memory", [100, DAY + 30, 3 * DAY, 8 * DAY, 15 * DAY])
def test_the_pools_are_those_of_the_memory_however_long_it_has_run(memory: int, seed: int) -> None:
    # Where nothing but the same price is equal, no average range has a part in any pool.
    settings = SMALL.model_copy(update={"memory_bars": memory, "equal_tolerance": 0.0})
    bars = walked(CANDLES, seed=seed, timeframe=Timeframe.M15)
    running = reading_of(settings)
    for index, bar in enumerate(bars):
        running.update(bar)
        if index >= memory and index % 397 == 0:
            started = read(bars[index + 1 - memory : index + 1], settings)
            assert pools_of(started) == pools_of(running)


def test_a_memory_that_holds_no_week_knows_of_none() -> None:
    running = reading_of(SMALL.model_copy(update={"memory_bars": 7 * DAY - 1}))
    for bar in walked(3 * 7 * DAY, seed=7, timeframe=Timeframe.M15):
        running.update(bar)
        assert not any(pool.source is PoolSource.WEEK for pool in pools_of(running))


def test_it_says_what_one_says_that_has_run_for_long() -> None:
    settings = IctSettings(memory_bars=1_000, bias_required=False, anytime=True)
    bars = walked(6 * 1_000, seed=2)
    running = terms_of(said(bars, settings))
    for start in range(1_000, 6_000, 1_000):
        history = bars[start - 999 :]  # the candle it is asked about first is the last of 1000
        assert terms_of(said(history, settings, asked_from=999)) == running[start:]
    assert sum(each is not None for each in running[1_000:]) >= 10


def terms_of(signals: Iterable[Signal | None]) -> list[tuple[object, ...] | None]:
    """Leave out what is told of a bias, whose break may have been long ago."""
    return [None if each is None else (each.direction, each.stop, each.target) for each in signals]


def reading_of(settings: IctSettings) -> Reading:
    return Reading(settings.model_dump_json(), Timeframe.M15)


def read(bars: Iterable[Candle], settings: IctSettings) -> Reading:
    reading = reading_of(settings)
    for bar in bars:
        reading.update(bar)
    return reading


def pools_of(reading: Reading) -> list[Pool]:
    return [*reading.bulls.pools.resting, *reading.bears.pools.resting]
