from typing import get_args

from noctule.adapters.binance.settings import Environment
from noctule.adapters.clock import SystemClock
from noctule.app.wiring import WIRINGS


def test_every_environment_has_a_wiring() -> None:
    assert set(WIRINGS) == set(get_args(Environment))


def test_logs_are_dated_by_the_wall_until_there_is_a_world() -> None:
    assert {type(wiring.clock()) for wiring in WIRINGS.values()} == {SystemClock}
