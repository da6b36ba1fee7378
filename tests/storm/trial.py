"""Plays storms one after the other until one breaks a promise; each is told as a line of JSON.

`python -m tests.storm.trial ROOT MINUTES PROFILE:SEED …`, where ROOT is the folder that `noctule`
has to come from: a copy with a fault planted in it, or the source itself.
"""

import signal
import sys
import time
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

import noctule
from noctule.app.storm.drawing import draw
from noctule.app.storm.run import run_storm

__all__ = ["Played"]

_CPU_S_MAX: Final = 120  # a storm takes a few; one that is slower does not get anywhere
_REAL_S_MAX: Final = 1_800


class Played(Struct, frozen=True, kw_only=True):
    """One storm, and the first promise that it broke, if any."""

    profile: str
    seed: int
    cpu_s: float
    rule: str | None = None
    text: str = ""
    at_ms: int = 0


def _play(profile: str, seed: int, minutes: int) -> Played:
    began_s = time.process_time()
    _end_when_it_hangs()
    violations = run_storm(draw(seed, profile, minutes=minutes)).violations
    first = min(violations, key=lambda each: each.at_ms, default=None)
    played = Played(profile=profile, seed=seed, cpu_s=time.process_time() - began_s)
    if first is None:
        return played
    return msgspec.structs.replace(played, rule=first.rule, text=first.text, at_ms=first.at_ms)


def _end_when_it_hangs() -> None:
    """Let the process be ended by a signal, whatever it is caught in."""
    signal.setitimer(signal.ITIMER_PROF, _CPU_S_MAX)
    signal.setitimer(signal.ITIMER_REAL, _REAL_S_MAX)


def _main(root: str, minutes: str, *stories: str) -> None:
    where = Path(noctule.__file__).resolve()
    assert where.is_relative_to(Path(root).resolve()), f"noctule comes from {where}"
    for story in stories:
        profile, _, seed = story.partition(":")
        played = _play(profile, int(seed), int(minutes))
        sys.stdout.write(msgspec.json.encode(played).decode() + "\n")
        sys.stdout.flush()
        if played.rule is not None:
            return


if __name__ == "__main__":
    _main(*sys.argv[1:])
