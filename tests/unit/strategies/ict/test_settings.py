"""Settings keep to their ranges and to each other."""

from collections.abc import Mapping

import pytest
from pydantic import ValidationError

from noctule.strategies.ict.pools import PoolSource
from noctule.strategies.ict.sessions import KillZone
from noctule.strategies.ict.settings import IctSettings


def test_by_default_every_kill_zone_and_every_pool_counts() -> None:
    settings = IctSettings()
    assert settings.kill_zones == tuple(KillZone)
    assert settings.liquidity == tuple(PoolSource)


def test_lists_are_read_from_the_words_of_an_ini_file() -> None:
    written = {"kill_zones": ("london_open", "new_york_am"), "liquidity": ("day", "week")}
    settings = IctSettings.model_validate(written)
    assert settings.kill_zones == (KillZone.LONDON_OPEN, KillZone.NEW_YORK_AM)
    assert settings.liquidity == (PoolSource.DAY, PoolSource.WEEK)


def test_they_survive_being_written_as_json() -> None:
    settings = IctSettings.model_validate({"kill_zones": ("asia",), "bias_timeframe": "4h"})
    assert IctSettings.model_validate_json(settings.model_dump_json()) == settings


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ({"kill_zones": ("asia", "asia")}, "asia is listed twice, keep one"),
        ({"kill_zones": ("tokyo",)}, "Input should be 'asia', 'london_open'"),
        ({"kill_zones": ()}, "at least 1 item"),
        ({"liquidity": ("day", "week", "day")}, "day is listed twice, keep one"),
        ({"ote_near": 0.8}, "ote_near = 0.8 is not less than ote_far = 0.79, write e.g. 0.62"),
        ({"ote_near": 0.79}, "ote_near = 0.79 is not less than ote_far = 0.79"),
        ({"memory_bars": 100, "range_strength": 50}, "memory_bars = 100 does not reach over 100"),
        ({"rr_min": 0.4}, "greater than or equal to 0.5"),
        ({"bias_timeframe": "7m"}, "Input should be '1m'"),
        ({"entry_within": "premium"}, "Input should be 'ote' or 'discount'"),
        ({"killzones": ("asia",)}, "Extra inputs are not permitted"),
    ],
)
def test_what_makes_no_sense_is_refused(written: Mapping[str, object], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        IctSettings.model_validate(written)


def test_memory_may_just_reach_over_the_swings() -> None:
    assert IctSettings(memory_bars=101, range_strength=50).memory_bars == 101
