"""Each day other storms than the day before: a small budget, of every profile.

STORM_SEEDS=20 plays so many of each. A failure names its seed; what it broke goes to the
regressions once it is mended.
"""

import os
from typing import Final

import pytest

from noctule.adapters.clock import SystemClock
from noctule.app.storm.drawing import draw
from noctule.app.storm.profiles import PROFILES
from tests.storm.judging import judge

MINUTES: Final = 6
DAY_MS: Final = 24 * 60 * 60_000
A_DAY_MAX: Final = 1_000
COUNT: Final = min(int(os.environ.get("STORM_SEEDS", "1")), A_DAY_MAX)
FIRST: Final = SystemClock().now_ms() // DAY_MS * A_DAY_MAX


@pytest.mark.slow
@pytest.mark.parametrize("number", range(COUNT))
@pytest.mark.parametrize("profile", PROFILES)
def test_nothing_is_broken_today_either(profile: str, number: int) -> None:
    judge(draw(FIRST + number, profile, minutes=MINUTES))
