"""[sim]: a market without files, speed from stand-still's opposite to a minute a blink."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from noctule.adapters.sim.settings import SimSettings


def test_the_built_in_market_is_the_default() -> None:
    settings = SimSettings()
    assert (settings.data, settings.speed) == ((), 60.0)
    assert (settings.balance, settings.seed) == (Decimal(10_000), 1)


@pytest.mark.parametrize(
    "keys",
    [
        {"speed": -1},
        {"speed": "nan"},
        {"balance": 0},
        {"balance": "1e-30"},
        {"seed": -1},
        {"seed": 2**32},
    ],
)
def test_what_no_market_could_play_is_refused(keys: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SimSettings.model_validate(keys)


def test_a_speed_of_zero_means_as_fast_as_possible() -> None:
    assert SimSettings(speed=0).speed == 0
