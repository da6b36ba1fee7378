"""What is kept of a storm says which it was, what it broke and what it cost."""

import msgspec

from noctule.app.storm.finished import LOST, Finished, finish, finished_of, lost_of, name_of
from noctule.app.storm.run import Outcome
from noctule.app.storm.scene import Violation
from noctule.app.storm.swarm import Lost
from tests.fakes.small_storms import a_story, a_violation, an_end

OUTCOME = Outcome(
    digest="d",
    violations=(a_violation(),),
    coverage={"crash|flat": 2},
    events=10,
    trades=3,
    requests=7,
    lives=2,
    market_ms=300_000,
)


def test_an_outcome_is_kept_whole() -> None:
    assert finished_of(a_story(seed=9), OUTCOME, cpu_ms=40) == Finished(
        profile="calm",
        seed=9,
        minutes=5,
        digest="d",
        violations=(a_violation(),),
        coverage={"crash|flat": 2},
        events=10,
        trades=3,
        requests=7,
        lives=2,
        market_ms=300_000,
        cpu_ms=40,
    )


def test_a_story_of_which_nothing_came_back_is_a_failure() -> None:
    end = lost_of(a_story(seed=9), Lost(why="it died"))

    assert end.digest == ""
    assert end.violations == (Violation(at_ms=0, rule=LOST, text="it died"),)


def test_it_is_named_by_what_it_was_drawn_from() -> None:
    assert an_end(seed=3).name == name_of("calm", 3, 5) == "calm seed 3 over 5 minutes"


def test_it_comes_back_from_a_file_as_it_was() -> None:
    end = finished_of(a_story(), OUTCOME, cpu_ms=1)

    assert msgspec.json.decode(msgspec.json.encode(end), type=Finished) == end


def test_a_story_is_played_and_its_cost_counted() -> None:
    end = finish(a_story(minutes=1))

    assert end.digest
    assert end.lives == 1
    assert end.market_ms > 60_000
    assert end.cpu_ms > 0
