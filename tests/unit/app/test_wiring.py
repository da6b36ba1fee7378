from pathlib import Path
from random import Random
from typing import get_args

from noctule.adapters.binance.settings import Environment
from noctule.adapters.clock import SystemClock
from noctule.app.wiring import WIRINGS, ended_after
from tests.fakes.home import config_at


def test_every_environment_has_a_wiring() -> None:
    assert set(WIRINGS) == set(get_args(Environment))


def test_logs_are_dated_by_the_wall_until_there_is_a_world() -> None:
    assert {type(wiring.clock()) for wiring in WIRINGS.values()} == {SystemClock}


async def test_a_world_may_be_told_when_to_end(tmp_path: Path) -> None:
    sim = ended_after(7)["sim"]
    async with sim.open(config_at(tmp_path).load(), clock=sim.clock(), jitter=Random(1)) as world:
        assert world.candles_max == 7
