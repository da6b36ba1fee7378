"""The hunt for one planted fault: storms over a copy of the bot until one breaks a promise."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from tests.storm.mutation import SOURCE, Mutation
from tests.storm.trial import Played

__all__ = ["Found", "hunt", "stories_for"]

_REPOSITORY: Final = SOURCE.parents[1]
_FIRST_SEED: Final = 9_000_001  # nobody tunes a rule to these
_TRIAL: Final = (sys.executable, "-m", "tests.storm.trial")
_HANGS: Final = (-signal.SIGPROF, -signal.SIGALRM)
_SAID_MAX: Final = 300

# The likeliest first: where everything breaks, then where something particular does.
_USUAL: Final = (
    "flaky_network",
    "crash_loop",
    "overload",
    "operator",
    "limit_entries",
    "limit_targets",
    "disk",
    "breakers",
    "liquidation",
    "funding",
)

_Story = tuple[str, int]  # profile, seed


class Found(Struct, frozen=True, kw_only=True):
    """What became of one hunt."""

    name: str
    rule: str | None  # None: missed
    text: str = ""
    profile: str = ""
    seed: int = 0
    storms: int
    cpu_s: float


def stories_for(mutation: Mutation, seeds: int) -> list[_Story]:
    """Return which storms to try: every other one in a profile that is likely to show it."""
    likely, every = mutation.first or _USUAL, _USUAL
    turns = [(each, turn // 2) for turn in range(seeds) for each in ((likely, every)[turn % 2],)]
    return [
        (profiles[place % len(profiles)], _FIRST_SEED + turn)
        for turn, (profiles, place) in enumerate(turns)
    ]


def hunt(mutation: Mutation, *, seeds: int, minutes: int) -> Found:
    """Play storms until one catches the fault that breaks nothing without it."""
    stories, storms, cpu_s = stories_for(mutation, seeds), 0, 0.0
    with _planted(mutation) as root:
        while stories:
            played = _played(root, stories, minutes)
            storms += len(played)
            cpu_s += sum(each.cpu_s for each in played)
            stories = stories[len(played) :]
            last = played[-1]
            if last.rule is None or not _is_sound(last.profile, last.seed, minutes):
                continue
            return Found(
                name=mutation.name,
                rule=last.rule,
                text=last.text,
                profile=last.profile,
                seed=last.seed,
                storms=storms,
                cpu_s=cpu_s,
            )
    return Found(name=mutation.name, rule=None, storms=storms, cpu_s=cpu_s)


@lru_cache(maxsize=10_000)
def _is_sound(profile: str, seed: int, minutes: int) -> bool:
    """Tell whether a storm breaks nothing in the bot as it is: else it proves nothing."""
    (as_it_is,) = _played(SOURCE.parent, [(profile, seed)], minutes)
    return as_it_is.rule is None


@contextmanager
def _planted(mutation: Mutation) -> Iterator[Path]:
    """Yield a folder with a copy of the bot in it, and the fault in the copy."""
    with _scratch() as folder:
        shutil.copytree(SOURCE, folder / "noctule")  # compiled files, too: it starts sooner
        mutation.plant(folder / "noctule")
        yield folder


@contextmanager
def _scratch() -> Iterator[Path]:
    """Yield a folder that is no disk, where there is one, and is gone afterwards."""
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="noctule-mutant-", dir=memory) as folder:
        yield Path(folder)


def _played(root: Path, stories: Sequence[_Story], minutes: int) -> list[Played]:
    """Play stories until one breaks a promise, in a process that has the bot from this folder."""
    wanted = [f"{profile}:{seed}" for profile, seed in stories]
    with _scratch() as scratch:
        done = subprocess.run(
            [*_TRIAL, str(root), str(scratch), str(minutes), *wanted],
            cwd=_REPOSITORY,
            env={**os.environ, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=False,
        )
    played = [msgspec.json.decode(line, type=Played) for line in done.stdout.splitlines()]
    if done.returncode == 0:
        return played
    profile, seed = next(islice(stories, len(played), None))
    rule = "hang" if done.returncode in _HANGS else "fall"
    text = done.stderr.strip().rpartition("\n")[2][:_SAID_MAX]
    return [*played, Played(profile=profile, seed=seed, cpu_s=0, rule=rule, text=text)]
