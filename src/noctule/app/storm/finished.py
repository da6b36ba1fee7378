"""What came of one storm, as a value that a file keeps and a sum is made of."""

from collections.abc import Mapping
from time import process_time
from typing import Final

from msgspec import Struct

from noctule.app.storm.run import Outcome, run_storm
from noctule.app.storm.scene import Violation
from noctule.app.storm.story import Story
from noctule.app.storm.swarm import Lost

__all__ = ["LOST", "Finished", "finish", "finished_of", "lost_of", "name_of"]

LOST: Final = "process"  # the rule that is broken when nothing comes back


class Finished(Struct, frozen=True, kw_only=True):
    """One story that was played to its end, or broke what played it."""

    profile: str
    seed: int
    minutes: int
    digest: str = ""  # none where nothing came back
    violations: tuple[Violation, ...] = ()
    coverage: Mapping[str, int] = {}
    events: int = 0
    trades: int = 0
    requests: int = 0
    lives: int = 0
    market_ms: int = 0
    cpu_ms: int = 0

    @property
    def name(self) -> str:
        """Return what tells it from all others."""
        return name_of(self.profile, self.seed, self.minutes)


def name_of(profile: str, seed: int, minutes: int) -> str:
    """Return what tells a drawn story from all others."""
    return f"{profile} seed {seed} over {minutes} minutes"


def finish(story: Story) -> Finished:
    """Play it, and count what it cost."""
    began_s = process_time()
    outcome = run_storm(story)
    return finished_of(story, outcome, cpu_ms=round((process_time() - began_s) * 1_000))


def finished_of(story: Story, outcome: Outcome, *, cpu_ms: int) -> Finished:
    """Return what is kept of an outcome."""
    return Finished(
        profile=story.profile,
        seed=story.seed,
        minutes=story.minutes,
        digest=outcome.digest,
        violations=outcome.violations,
        coverage=dict(outcome.coverage),
        events=outcome.events,
        trades=outcome.trades,
        requests=outcome.requests,
        lives=outcome.lives,
        market_ms=outcome.market_ms,
        cpu_ms=cpu_ms,
    )


def lost_of(story: Story, lost: Lost) -> Finished:
    """Return a failure for a story whose process gave nothing back."""
    return Finished(
        profile=story.profile,
        seed=story.seed,
        minutes=story.minutes,
        violations=(Violation(at_ms=0, rule=LOST, text=lost.why),),
    )
