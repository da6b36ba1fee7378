"""A fault that takes two troubles is found by the runner, made small to these two, and told."""

from collections.abc import Callable, Sequence
from typing import Final

import pytest
from typing_extensions import override

from noctule.app.storm import run
from noctule.app.storm.life import Life
from noctule.app.storm.run import run_storm
from noctule.app.storm.scene import Rule, Scene, Violation
from noctule.app.storm.shrink import Shrinker
from noctule.app.storm.story import (
    ClockJump,
    Crash,
    Hand,
    HandDeed,
    Shock,
    ShockKind,
    SlowStreams,
    Story,
)
from noctule.app.storm.timeline import narrate, timeline

CRASH: Final = Crash(at_ms=50_000, awaits=5, down_ms=5_000)
JUMP: Final = ClockJump(at_ms=15_000, by_ms=300)
STORY: Final = Story(
    seed=5,
    profile="calm",
    minutes=2,
    symbols=("BTCUSDT", "ETHUSDT"),
    signals=0.3,
    settings=("risk.max_positions=2",),
    troubles=(
        JUMP,
        SlowStreams(at_ms=25_000, delay_ms=500, for_ms=2_000),
        Hand(at_ms=30_000, deed=HandDeed.DEPOSIT, symbol="ETHUSDT"),
        CRASH,
    ),
    shocks=(Shock(at_ms=45_000, kind=ShockKind.GAP, symbol="BTCUSDT", size=0.01),),
)


class NobodyComesBackLate(Rule):
    """Broken when a second process runs while the wall clock is wrong; no bot can help it."""

    name = "planted"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._lives = 0
        self._is_told = False

    @override
    def born(self, life: Life) -> None:
        self._lives += 1

    @override
    def look(self) -> None:
        if self._lives > 1 and self.scene.wall.wrong_ms and not self._is_told:
            self._is_told = True
            self.broken("BTCUSDT is looked at by a clock that is wrong")


def broken(story: Story) -> Violation | None:
    """Play it in this process, for which the rule was planted."""
    return next((each for each in run_storm(story).violations if each.rule == "planted"), None)


@pytest.mark.slow
def test_two_of_many_troubles_are_left_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "RULES", (NobodyComesBackLate,))
    violation = broken(STORY)
    assert violation is not None

    def try_all(stories: Sequence[Story]) -> list[Violation | None]:
        return [broken(each) for each in stories]

    small = Shrinker(
        STORY, violation, try_all=try_all, at_once=1, may_go_on=lambda tries: tries < 40
    ).shrink()

    assert small.is_minimal
    assert small.story.troubles == (JUMP, CRASH)
    assert (small.story.shocks, small.story.settings) == ((), ())
    assert len(small.story.symbols) == 1
    assert small.story.minutes == 1
    lines = "\n".join(timeline(small.story, small.violation, narrate(small.story).notes))
    assert "the wall clock is set: by_ms 300" in lines
    assert "BROKEN after 0:00:5" in lines
    assert "the process dies: awaits 5" in lines
