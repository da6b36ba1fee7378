"""A start with as much history as the strategy asks for knows the pools of one that ran long."""

from collections.abc import Iterable

import pytest

from noctule.domain.market import Candle
from noctule.domain.values import Timeframe
from noctule.strategies.ict.pools import Pool, PoolSource
from noctule.strategies.ict.reading import Reading
from noctule.strategies.ict.settings import IctSettings
from tests.ict_builders import SMALL, walked

CANDLES = 5_000
DAY = 96  # candles of a quarter of an hour


@pytest.mark.parametrize("seed", range(3))
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


def reading_of(settings: IctSettings) -> Reading:
    return Reading(settings.model_dump_json(), Timeframe.M15)


def read(bars: Iterable[Candle], settings: IctSettings) -> Reading:
    reading = reading_of(settings)
    for bar in bars:
        reading.update(bar)
    return reading


def pools_of(reading: Reading) -> list[Pool]:
    return [*reading.bulls.pools.resting, *reading.bears.pools.resting]
