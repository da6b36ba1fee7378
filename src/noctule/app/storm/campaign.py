"""Plays what was asked for, over all cores, and makes small what fails."""

from collections.abc import Container, Generator, Iterable, Iterator, Sequence
from time import perf_counter
from typing import Final

from msgspec import Struct

from noctule.app.storm.drawing import draw
from noctule.app.storm.finished import Finished, finish, lost_of, name_of
from noctule.app.storm.scene import Violation
from noctule.app.storm.shrink import Shrinker, Shrunk
from noctule.app.storm.story import Story
from noctule.app.storm.swarm import Lost, swarm
from noctule.app.storm.timeline import Narrated, narrate

__all__ = ["Plan", "made_small", "played", "told"]

_TRIES_MAX: Final = 400  # at a smaller story
_SECONDS_MAX: Final = 300.0


class Plan(Struct, frozen=True, kw_only=True):
    """Some seeds of some profiles, each for so long."""

    seeds: range
    profiles: tuple[str, ...]
    minutes: int

    def names(self) -> list[str]:
        """Return what is played, seed by seed, so that the first part has all profiles."""
        return [name_of(profile, seed, self.minutes) for seed, profile in self._pairs()]

    def stories(self, *, but: Container[str] = ()) -> Iterator[Story]:
        """Draw them, each when it is wanted."""
        for seed, profile in self._pairs():
            if name_of(profile, seed, self.minutes) not in but:
                yield draw(seed, profile, minutes=self.minutes)

    def _pairs(self) -> Iterator[tuple[int, str]]:
        return ((seed, profile) for seed in self.seeds for profile in self.profiles)


def played(stories: Iterable[Story], *, jobs: int) -> Generator[tuple[Story, Finished], None, None]:
    """Yield what came of each, in the order they end."""
    for story, result in swarm(stories, finish, jobs=jobs):
        yield story, lost_of(story, result) if isinstance(result, Lost) else result


def made_small(story: Story, violation: Violation, *, jobs: int) -> Shrunk:
    """Return the smallest story that can be found in a while, and breaks the same rule."""
    began_s = perf_counter()

    def try_all(stories: Sequence[Story]) -> list[Violation | None]:
        found = dict(played(stories, jobs=jobs))
        return [_broken(found[each], violation.rule) for each in stories]

    def may_go_on(tries: int) -> bool:
        return tries < _TRIES_MAX and perf_counter() - began_s < _SECONDS_MAX

    shrinker = Shrinker(story, violation, try_all=try_all, at_once=jobs, may_go_on=may_go_on)
    return shrinker.shrink()


def told(story: Story) -> Narrated:
    """Return what happens in a story, or in how much of it there was."""
    ((_, result),) = swarm([story], narrate, jobs=1)
    if isinstance(result, Lost):
        return Narrated(violations=lost_of(story, result).violations, notes=())
    return result


def _broken(finished: Finished, rule: str) -> Violation | None:
    return next((each for each in finished.violations if each.rule == rule), None)
