"""A run ends by itself when its data are over, or once flat after so many candles."""

import asyncio
from typing import Any

import pytest

from noctule.app.ending import Ending
from noctule.domain.errors import ConfigError
from noctule.domain.events.data import CandleClosed
from noctule.domain.values import Timeframe
from noctule.engine.halts import Halts
from tests.builders import START_MS, candle


class Run:
    """A run that is watched, and what it was asked."""

    def __init__(
        self, *, candles_max: int | None = None, over: asyncio.Event | None = None, **more: Any
    ) -> None:
        self.halts = Halts(on_halt=lambda: None)
        self.is_flat = True
        self.causes: list[str] = []
        self.ending = Ending(
            base=Timeframe.M1,
            halts=self.halts,
            is_flat=lambda: self.is_flat,
            ask_stop=self.causes.append,
            over=over,
            candles_max=candles_max,
            **more,
        )

    def close(self, minute: int, timeframe: Timeframe = Timeframe.M1) -> None:
        closed = candle(timeframe=timeframe, open_ms=START_MS + minute * 60_000)
        self.ending.tap(CandleClosed(at_ms=START_MS, trace="a candle", candle=closed))

    @property
    def reasons(self) -> list[str]:
        return [each.text for each in self.halts.reasons(START_MS)]


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_after_so_many_candles_nothing_is_entered_and_once_flat_it_ends() -> None:
    run = Run(candles_max=2)
    async with asyncio.TaskGroup() as group:
        group.create_task(run.ending.upkeep()["until flat"]())
        run.is_flat = False
        for minute in (0, 0):  # of two symbols
            run.close(minute)
        run.close(0, Timeframe.M5)
        await turns()
        assert not run.reasons
        run.close(1)
        await turns()
        assert run.reasons == ["2 candles have closed: the run ends once flat"]
        assert not run.causes
        run.is_flat = True
        run.close(2)
    assert run.causes == ["flat after 2 candles, as asked"]


async def test_when_the_data_are_over_it_ends() -> None:
    over = asyncio.Event()
    run = Run(over=over)
    async with asyncio.TaskGroup() as group:
        group.create_task(run.ending.upkeep()["end of data"]())
        run.close(0)
        await turns()
        assert not run.causes
        over.set()
    assert run.causes == ["the data are over"]


def test_what_nobody_asked_for_is_not_watched() -> None:
    assert not Run().ending.upkeep()


async def test_data_that_cannot_be_replayed_end_it_as_a_wrong_configuration() -> None:
    spoiled: asyncio.Future[ConfigError] = asyncio.get_running_loop().create_future()
    spoiled.set_result(ConfigError(["[sim] data: row 7"]))
    run = Run(spoiled=spoiled)
    with pytest.raises(ConfigError, match="row 7"):
        await run.ending.upkeep()["spoiled data"]()
