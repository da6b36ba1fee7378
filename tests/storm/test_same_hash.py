"""A storm is the same in every process, whatever its hash seed, and on every day."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
MINUTES: Final = 12
PLAYS: Final = """
import sys
from contextlib import nullcontext
from freezegun import freeze_time
from noctule.app.storm.drawing import draw
from noctule.app.storm.run import run_storm

seed, profile, day = sys.argv[1:]
with freeze_time(day, tick=True, real_asyncio=True) if day else nullcontext():
    print(run_storm(draw(int(seed), profile, minutes={minutes})).digest)
"""


def digest(seed: int, profile: str, *, hash_seed: str, day: str = "") -> str:
    """Play it in a process of its own."""
    words = [sys.executable, "-c", PLAYS.format(minutes=MINUTES), str(seed), profile, day]
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        words, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["flaky_network", "crash_loop", "operator", "disk"])
def test_the_same_seed_is_the_same_storm(profile: str) -> None:
    digests = {
        digest(11, profile, hash_seed="0"),
        digest(11, profile, hash_seed="1"),
        digest(11, profile, hash_seed="2", day="2031-12-31T23:59:50"),
    }

    assert len(digests) == 1


@pytest.mark.slow
def test_another_seed_is_another_storm() -> None:
    assert digest(1, "calm", hash_seed="0") != digest(2, "calm", hash_seed="0")
