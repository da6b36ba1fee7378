"""Stories and what comes of them, small, with defaults for whatever a test does not care about."""

import os
import signal
import time
from pathlib import Path
from tempfile import gettempdir

from msgspec.structs import replace

from noctule.app.storm.finished import Finished
from noctule.app.storm.notes import Note
from noctule.app.storm.scene import Violation
from noctule.app.storm.story import Mishap, Shock, Story

__all__ = [
    "a_note",
    "a_story",
    "a_violation",
    "an_end",
    "dies",
    "doubles_its_seed",
    "exits",
    "fails_by_seed",
    "hangs",
    "leaves_a_folder",
    "raises",
]

_END = Finished(profile="calm", seed=1, minutes=5, digest="d1", trades=3, lives=1)


def a_story(
    *troubles: Mishap,
    seed: int = 1,
    minutes: int = 5,
    symbols: tuple[str, ...] = ("BTCUSDT",),
    shocks: tuple[Shock, ...] = (),
    settings: tuple[str, ...] = (),
    signals: float = 0.1,
) -> Story:
    """Return a story in which these things go wrong."""
    return Story(
        seed=seed,
        profile="calm",
        minutes=minutes,
        symbols=symbols,
        troubles=troubles,
        shocks=shocks,
        settings=settings,
        signals=signals,
    )


def an_end(seed: int = 1, **changes: object) -> Finished:
    """Return what came of a calm one."""
    return replace(_END, seed=seed, **changes)


def a_violation(rule: str = "naked", *, at_ms: int = 61_000, text: str = "it was") -> Violation:
    """Return how a rule was broken."""
    return Violation(at_ms=at_ms, rule=rule, text=text)


def a_note(at_ms: int, text: str, *, theirs: str = "", ours: str = "", who: str = "bot") -> Note:
    """Return a line of a story."""
    return Note(at_ms=at_ms, who=who, text=text, theirs=theirs, ours=ours)


def doubles_its_seed(story: Story) -> int:
    """Do some work that succeeds."""
    return story.seed * 2


def fails_by_seed(story: Story) -> Finished:
    """Break a rule where the seed is odd."""
    is_odd = story.seed % 2 == 1
    planted = a_violation("planted", at_ms=10_000, text=f"seed {story.seed} is odd")
    return Finished(
        profile=story.profile,
        seed=story.seed,
        minutes=story.minutes,
        digest=f"d{story.seed}",
        violations=(planted,) if is_odd else (),
        market_ms=60_000,
        cpu_ms=20,
    )


def raises(_story: Story) -> int:
    """Do some work that fails."""
    raise RuntimeError("nobody foresaw this")


def exits(_story: Story) -> int:
    """Do some work that ends the process, and say why."""
    os.write(2, b"\nlast words\n\n")
    os._exit(3)


def dies(_story: Story) -> int:
    """Do some work that the kernel ends."""
    os.kill(os.getpid(), signal.SIGSEGV)
    return 0


def leaves_a_folder(story: Story) -> int:
    """Die with a folder of a storm on the disk, or in memory where that is one."""
    memory = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path(gettempdir())
    (memory / f"noctule-storm-{os.getpid()}-left").mkdir()
    return dies(story)


def hangs(_story: Story) -> int:
    """Do some work that never ends."""
    while True:
        time.sleep(0.05)
