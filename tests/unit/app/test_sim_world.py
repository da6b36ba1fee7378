"""A simulation's market goes by its own time, can wait for us, and can end."""

import asyncio
from pathlib import Path
from random import Random

from noctule.adapters.clock import SystemClock
from noctule.app.lock_step_lanes import LockStepLanes
from noctule.app.sim_world import sim_world
from noctule.engine.lanes import Lanes
from tests.fakes.home import config_at

OPEN_MS = 1_700_006_400_000


def data_of(home: Path, *, minutes: int) -> Path:
    rows = [
        f"{OPEN_MS + at * 60_000},100,101,99,100,2,{OPEN_MS + at * 60_000 + 59_999},200,7,1,100\n"
        for at in range(minutes)
    ]
    file = home / "BTCUSDT-1m-2023.csv"
    file.write_text("".join(rows))
    return file


async def test_at_a_speed_the_clock_runs_as_fast_as_the_market_that_is_replayed(
    tmp_path: Path,
) -> None:
    data = data_of(tmp_path, minutes=20_000)
    configuration = config_at(tmp_path, f"sim.data={data}", "sim.speed=6000").load()
    async with sim_world(configuration, clock=SystemClock(), jitter=Random(1)) as world:
        await world.greet()
        clock = world.clock
        before_ms, began_ms, after_ms = clock.elapsed_ms(), clock.now_ms(), clock.elapsed_ms()
        assert OPEN_MS < began_ms < OPEN_MS + 20_000 * 60_000
        await clock.sleep_until_ms(began_ms + 600_000)
        least_ms = clock.elapsed_ms() - after_ms - 1
        passed_ms = clock.now_ms() - began_ms
        most_ms = clock.elapsed_ms() - before_ms + 1
        assert max(600_000, 6_000 * least_ms) <= passed_ms <= 6_000 * most_ms
        assert world.lock_step is None
        assert world.make_lanes is Lanes


async def test_as_fast_as_possible_the_market_stands_until_we_let_it_go_on(tmp_path: Path) -> None:
    data = data_of(tmp_path, minutes=502)
    configuration = config_at(tmp_path, f"sim.data={data}", "sim.speed=0").load()
    async with sim_world(configuration, clock=SystemClock(), jitter=Random(1)) as world:
        await world.greet()
        assert world.lock_step is not None
        assert world.make_lanes is LockStepLanes
        assert world.over is not None
        at_first_ms = world.clock.now_ms()
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            for _ in range(20):
                await asyncio.sleep(0)
            assert world.clock.now_ms() == at_first_ms
            keeping = group.create_task(world.lock_step.keep(at_once))
            await world.over.wait()
            keeping.cancel()


async def at_once() -> None:
    """Have nothing to do."""
