"""The fold: many parts, one score, one word."""

import pytest

from noctule.telemetry.health import Budget, Part, Role, Word, fold

FEED = Budget(well_ms=30_000, most_ms=300_000)


@pytest.mark.parametrize(
    ("age_ms", "score"),
    [(0, 100), (30_000, 100), (57_000, 90), (165_000, 50), (299_999, 1), (300_000, 0), (10**9, 0)],
)
def test_what_takes_longer_is_worth_less_and_at_its_budget_nothing(age_ms: int, score: int) -> None:
    assert FEED.score(age_ms) == score


def test_a_budget_that_ends_before_it_begins_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="2 ms, 1 ms at most"):
        Budget(well_ms=2, most_ms=1).score(0)


@pytest.mark.parametrize(
    ("scores", "word"),
    [
        ((), Word.HEALTHY),
        ((100, 100), Word.HEALTHY),
        ((100, 90), Word.HEALTHY),
        ((89, 100), Word.DEGRADED),
        ((50,), Word.DEGRADED),
        ((100, 49, 100), Word.FAILING),
        ((0,), Word.FAILING),
    ],
)
def test_the_whole_is_as_well_as_its_weakest_part(scores: tuple[int, ...], word: Word) -> None:
    health = fold(Part(name=f"part {score}", score=score) for score in scores)

    assert (health.score, health.word) == (min(scores, default=100), word)


@pytest.mark.parametrize(("score", "whole"), [(0, 60), (50, 80), (99, 100), (100, 100)])
def test_what_works_beside_the_trading_never_makes_it_failing(score: int, whole: int) -> None:
    beside = Part(name="web", score=score, role=Role.BESIDE)

    assert fold([Part(name="collector"), beside]).score == whole


def test_the_part_that_takes_away_most_is_named_and_nobody_where_all_are_well() -> None:
    log = Part(name="log", score=0, text="the disk is full", role=Role.BESIDE)
    feed = Part(name="feed", score=55, text="silent for 151 s", role=Role.VITAL)

    assert fold([log, Part(name="lanes"), feed]).worst == feed
    assert fold([log, Part(name="lanes")]).worst == log
    assert fold([Part(name="lanes")]).worst is None


def test_only_a_vital_part_that_is_worth_nothing_is_overdue() -> None:
    dead = Part(name="feed", score=0, role=Role.VITAL)
    limping = Part(name="private stream", score=1, role=Role.VITAL)
    failed = Part(name="collector", score=0)

    assert fold([failed, limping, dead]).overdue == (dead,)
