"""A storm is lived through from its opening to the calm, and is the same whenever it is run."""

import pytest
from msgspec.structs import replace
from typing_extensions import override

from noctule.app.storm import run as module
from noctule.app.storm.notes import Note
from noctule.app.storm.run import run_storm
from noctule.app.storm.scene import Rule
from noctule.app.storm.story import Crash, DiskFailure, Step
from tests.fakes.lived_storm import lived
from tests.fakes.small_storms import a_story


def test_an_eventful_storm_is_survived_and_told() -> None:
    outcome = lived().outcome
    assert outcome.violations == ()
    assert outcome.lives == 4
    assert outcome.trades > 0
    assert outcome.market_ms >= 5 * 60_000
    assert {"clock|held", "slow|held"} <= outcome.coverage.keys()
    assert lived().told("fate", "calm")


def test_the_same_story_is_the_same_run_whether_or_not_somebody_listens() -> None:
    story = a_story(Crash(at_ms=0, on=Step.ENTRY, awaits=5, down_ms=500), minutes=2, signals=0.9)
    heard: list[Note] = []
    assert run_storm(story).digest == run_storm(story, note=heard.append).digest
    assert heard


def test_another_seed_is_another_run() -> None:
    first, second = (run_storm(a_story(seed=seed, minutes=1)) for seed in (1, 2))
    assert first.digest != second.digest


def test_a_promise_that_is_broken_is_told_with_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    class NeverCalm(Rule):
        name = "never calm"

        @override
        def calm(self) -> None:
            self.broken("it was calm")

    monkeypatch.setattr(module, "RULES", (NeverCalm,))
    heard: list[Note] = []
    outcome = run_storm(a_story(minutes=1), note=heard.append)
    assert [each.rule for each in outcome.violations] == ["never calm"]
    assert [each.text for each in heard if each.who == "watch"] == [
        "BROKEN never calm: it was calm"
    ]


def test_in_a_thin_market_orders_trade_in_parts() -> None:
    deep = a_story(minutes=3, signals=0.9)
    thin = replace(deep, depth_quote=15_000)
    assert run_storm(thin).trades > 2 * run_storm(deep).trades > 0


def test_what_a_dying_process_was_in_the_midst_of_ends_all_the_same() -> None:
    """A disk that fills as a stop is sent is cleared in time, although the process dies of it."""
    story = a_story(
        Crash(at_ms=0, on=Step.STOP, awaits=1, down_ms=1_000),
        DiskFailure(at_ms=0, on=Step.STOP, for_ms=5_000),
        minutes=5,
        signals=0.9,
    )
    outcome = run_storm(story)
    assert outcome.violations == ()
    assert outcome.coverage["disk|naked"] == 1
