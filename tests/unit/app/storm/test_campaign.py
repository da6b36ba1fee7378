"""What was asked for is drawn, played over processes, and made small where it fails."""

import pytest

from noctule.app.storm import campaign
from noctule.app.storm.campaign import Plan, made_small, played, told
from noctule.app.storm.drawing import draw
from noctule.app.storm.finished import LOST
from tests.fakes.small_storms import a_story, a_violation, raises

PLAN = Plan(seeds=range(4, 6), profiles=("calm", "overload"), minutes=3)


def test_it_goes_seed_by_seed_so_that_a_part_of_it_has_every_profile() -> None:
    assert PLAN.names() == [
        "calm seed 4 over 3 minutes",
        "overload seed 4 over 3 minutes",
        "calm seed 5 over 3 minutes",
        "overload seed 5 over 3 minutes",
    ]


def test_the_stories_are_those_that_the_seeds_draw() -> None:
    assert list(PLAN.stories()) == [
        draw(seed, profile, minutes=3) for seed in (4, 5) for profile in ("calm", "overload")
    ]


def test_what_was_played_before_is_left_out() -> None:
    names = PLAN.names()

    stories = PLAN.stories(but={names[0], names[3]})

    assert [(each.profile, each.seed) for each in stories] == [("overload", 4), ("calm", 5)]


def test_a_story_comes_back_with_what_came_of_it() -> None:
    story = a_story(minutes=1)
    ((first, end),) = played([story], jobs=1)

    assert first == story
    assert end.digest
    assert end.violations == ()


def test_a_runner_that_breaks_is_a_failure_of_its_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign, "finish", raises)
    ((_, end),) = played([a_story(seed=8)], jobs=1)

    assert end.seed == 8
    assert end.violations[0].rule == LOST
    assert "nobody foresaw this" in end.violations[0].text


def test_what_breaks_the_runner_can_be_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign, "finish", raises)
    story = draw(3, "overload", minutes=30)

    end = made_small(story, a_violation(LOST, at_ms=0), jobs=2)

    assert (end.story.troubles, end.story.shocks) == ((), ())
    assert end.story.minutes == 1
    assert end.is_minimal


def test_a_story_is_told_as_far_as_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(a_story(minutes=1)).notes

    monkeypatch.setattr(campaign, "narrate", raises)
    narrated = told(a_story(minutes=1))
    assert narrated.notes == ()
    assert narrated.violations[0].rule == LOST
