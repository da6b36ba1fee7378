"""Plays storms one after the other until one breaks a promise; each is told as a line of JSON.

`python -m tests.storm.trial ROOT SCRATCH MINUTES PROFILE:SEED …`, where ROOT is the folder that
`noctule` has to come from (a copy with a fault planted in it, or the source itself), and SCRATCH is
one that whoever asked will remove.
"""

import os
import signal
import sys
import time
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

import noctule
from noctule.app.storm import run
from noctule.app.storm.drawing import draw
from noctule.app.storm.scene import Violation

__all__ = ["Played"]

_CPU_S_MAX: Final = 60  # a storm takes two; one that is slower does not get anywhere
_REAL_S_MAX: Final = 1_800


class Played(Struct, frozen=True, kw_only=True):
    """One storm, and the first promise that it broke, if any."""

    profile: str
    seed: int
    cpu_s: float
    rule: str | None = None
    text: str = ""
    at_ms: int = 0


class _Trial:
    """One storm, which is over as soon as a promise is broken: that is all one wants to know."""

    def __init__(self, profile: str, seed: int) -> None:
        self._profile, self._seed = profile, seed
        self._began_s = time.process_time()

    def play(self, minutes: int) -> None:
        """Live through it, and tell that it broke nothing."""

        def tell(_storm: object, violation: Violation) -> None:
            self._end(violation)

        run._Run._tell = tell  # type: ignore[assignment,method-assign]  # it goes on by itself
        signal.setitimer(signal.ITIMER_PROF, _CPU_S_MAX)  # whatever it is caught in then
        signal.setitimer(signal.ITIMER_REAL, _REAL_S_MAX)
        run.run_storm(draw(self._seed, self._profile, minutes=minutes))
        self._tell(self._played())

    def _end(self, violation: Violation) -> None:
        told = {"rule": violation.rule, "text": violation.text, "at_ms": violation.at_ms}
        self._tell(replace(self._played(), **told))
        os._exit(0)  # what it has in memory goes with the folder it was started on

    def _played(self) -> Played:
        spent_s = time.process_time() - self._began_s
        return Played(profile=self._profile, seed=self._seed, cpu_s=round(spent_s, 2))

    def _tell(self, played: Played) -> None:
        sys.stdout.write(f"{msgspec.json.encode(played).decode()}\n")
        sys.stdout.flush()


def _main(root: str, scratch: str, minutes: str, *stories: str) -> None:
    where = Path(noctule.__file__).resolve()
    assert where.is_relative_to(Path(root).resolve()), f"noctule comes from {where}"
    run._memory = lambda: scratch
    for story in stories:
        profile, _, seed = story.partition(":")
        _Trial(profile, int(seed)).play(int(minutes))


if __name__ == "__main__":
    _main(*sys.argv[1:])
