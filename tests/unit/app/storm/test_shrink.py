"""A failing story is made small, and what is left is what it takes."""

from collections.abc import Callable, Sequence
from random import Random

import pytest

from noctule.app.storm.scene import Violation
from noctule.app.storm.shrink import Shrinker, Shrunk
from noctule.app.storm.story import (
    ClockJump,
    Crash,
    Hand,
    HandDeed,
    Mishap,
    Operate,
    OperatorDeed,
    Reload,
    Shock,
    ShockKind,
    Story,
)
from tests.fakes.small_storms import a_story, a_violation

CRASH = Crash(at_ms=600_000, awaits=3, down_ms=1_000)
HAND = Hand(at_ms=660_000, deed=HandDeed.CLOSE, symbol="ETHUSDT")
GAP = Shock(at_ms=500_000, kind=ShockKind.GAP, symbol="ETHUSDT", size=0.05)

Breaks = Callable[[Story], bool]


class Play:
    """Plays stories without a bot: a story breaks the rule when it has what it takes."""

    def __init__(self, breaks: Breaks, *, at_ms: int = 700_000) -> None:
        self._breaks, self._at_ms = breaks, at_ms
        self.played = list[Story]()
        self.batches = list[int]()

    def try_all(self, stories: Sequence[Story]) -> list[Violation | None]:
        self.batches.append(len(stories))
        self.played += stories
        return [self._broken(each) for each in stories]

    def _broken(self, story: Story) -> Violation | None:
        is_reached = story.minutes * 60_000 > self._at_ms
        return a_violation(at_ms=self._at_ms) if is_reached and self._breaks(story) else None


def shrunk(
    story: Story, play: Play, *, at_once: int = 1, tries_max: int = 10_000, at_ms: int = 700_000
) -> Shrunk:
    shrinker = Shrinker(
        story,
        a_violation(at_ms=at_ms),
        try_all=play.try_all,
        at_once=at_once,
        may_go_on=lambda tries: tries < tries_max,
    )
    return shrinker.shrink()


def noise(count: int, *, seed: int = 1) -> list[Mishap]:
    """Return troubles that have nothing to do with it."""
    random = Random(seed)
    kinds: tuple[Callable[[int], Mishap], ...] = (
        lambda at_ms: ClockJump(at_ms=at_ms, by_ms=1_000),
        lambda at_ms: Operate(at_ms=at_ms, deed=OperatorDeed.PAUSE, symbol="BTCUSDT"),
        lambda at_ms: Hand(at_ms=at_ms, deed=HandDeed.ADD, symbol="BTCUSDT"),
        lambda at_ms: Reload(at_ms=at_ms, setting="risk.max_positions", value="2"),
    )
    return [random.choice(kinds)(random.randrange(700_000)) for _ in range(count)]


def big(*what_it_takes: Mishap, count: int = 60, seed: int = 1) -> Story:
    """Return two hours with many troubles, among them these."""
    troubles = [*noise(count, seed=seed), *what_it_takes]
    Random(seed).shuffle(troubles)
    return a_story(
        *troubles,
        minutes=120,
        symbols=("BTCUSDT", "ETHUSDT", "SOLUSDT"),
        shocks=(GAP,),
        settings=("risk.max_positions=1",),
    )


def has(*parts: Mishap | Shock) -> Breaks:
    return lambda story: all(each in (*story.troubles, *story.shocks) for each in parts)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("at_once", [1, 2, 7])
def test_a_pair_that_takes_both_is_all_that_is_left(seed: int, at_once: int) -> None:
    end = shrunk(big(CRASH, HAND, seed=seed), Play(has(CRASH, HAND)), at_once=at_once)

    assert set(end.story.troubles) == {CRASH, HAND}
    assert end.story.shocks == ()
    assert end.story.settings == ()
    assert end.story.symbols == ("ETHUSDT",)
    assert end.story.minutes == 12
    assert end.is_minimal


def test_a_shock_and_a_trouble_may_be_what_it_takes() -> None:
    end = shrunk(big(CRASH), Play(has(CRASH, GAP)))

    assert (end.story.troubles, end.story.shocks) == ((CRASH,), (GAP,))


def test_what_fails_by_itself_is_left_with_nothing() -> None:
    end = shrunk(big(), Play(lambda _: True))

    assert (end.story.troubles, end.story.shocks, end.story.settings) == ((), (), ())
    assert len(end.story.symbols) == 1


def test_a_setting_is_kept_where_it_matters() -> None:
    end = shrunk(big(), Play(lambda story: bool(story.settings)))

    assert end.story.settings == ("risk.max_positions=1",)


def test_a_symbol_is_kept_where_it_matters() -> None:
    end = shrunk(big(), Play(lambda story: "SOLUSDT" in story.symbols))

    assert end.story.symbols == ("SOLUSDT",)


def test_everything_but_what_is_left_out_stays_as_it_was() -> None:
    story = big(CRASH)
    end = shrunk(story, Play(has(CRASH)))

    assert (end.story.seed, end.story.profile, end.story.signals) == (1, "calm", story.signals)


def test_it_ends_soon_after_what_went_wrong_and_nothing_later_is_kept() -> None:
    late = ClockJump(at_ms=6_000_000, by_ms=5)
    play = Play(lambda _: True)
    end = shrunk(a_story(CRASH, late, minutes=120), play)

    assert end.story.minutes == 12
    assert all(late not in each.troubles for each in play.played)


def test_one_that_needs_its_length_is_left_as_long() -> None:
    play = Play(lambda story: story.minutes == 120)
    assert shrunk(big(), play).story.minutes == 120


def test_what_breaks_only_in_the_calm_afterwards_is_halved() -> None:
    """The time of a violation in the calm is behind the story's end: it is no end to begin with."""
    play = Play(lambda _: True, at_ms=60_000)
    end = shrunk(a_story(CRASH, minutes=100), play, at_ms=6_100_000)

    assert end.story.minutes == 2


def test_no_single_part_can_be_left_out_of_what_is_called_minimal() -> None:
    wanted = [*noise(4, seed=9), CRASH]
    end = shrunk(big(*wanted, count=30), Play(has(*wanted)))

    assert end.is_minimal
    assert set(end.story.troubles) == set(wanted)


def test_so_many_are_tried_at_once_and_never_more() -> None:
    play = Play(has(CRASH, HAND))
    end = shrunk(big(CRASH, HAND), play, at_once=3)

    assert max(play.batches) == 3
    assert end.tries == sum(play.batches)


def test_it_stops_when_it_may_not_go_on_with_the_smallest_so_far() -> None:
    play = Play(has(CRASH, HAND))
    end = shrunk(big(CRASH, HAND), play, tries_max=5)

    assert end.tries <= 6
    assert not end.is_minimal
    assert has(CRASH, HAND)(end.story)
    assert end.story.minutes == 12


def test_nothing_is_tried_where_there_is_no_time() -> None:
    play = Play(has(CRASH))
    end = shrunk(big(CRASH), play, tries_max=0)

    assert end.story == big(CRASH)
    assert (end.tries, end.is_minimal) == (0, False)


def test_a_pair_among_hundreds_takes_few_tries() -> None:
    play = Play(has(CRASH, HAND))
    end = shrunk(big(CRASH, HAND, count=400), play)

    assert set(end.story.troubles) == {CRASH, HAND}
    assert end.tries < 150


def test_the_violation_is_that_of_the_story_that_is_left() -> None:
    play = Play(has(CRASH), at_ms=650_000)
    end = shrunk(big(CRASH), play)

    assert end.violation == a_violation(at_ms=650_000)
