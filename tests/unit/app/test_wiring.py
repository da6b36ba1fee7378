from typing import get_args

from noctule.adapters.binance.settings import Environment
from noctule.app.wiring import WIRINGS


def test_every_environment_has_a_wiring() -> None:
    assert set(WIRINGS) == set(get_args(Environment))


def test_nothing_is_called_an_exchange_that_is_none() -> None:
    assert {wiring.exchange for wiring in WIRINGS.values()} == {None}
