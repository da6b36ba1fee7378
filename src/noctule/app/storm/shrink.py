"""Makes a failing story small: fewer troubles, shorter, fewer symbols, and it still fails alike.

The removal of parts is delta debugging (Zeller and Hildebrandt, 2002): halves first, then ever
smaller pieces, until no single part can be left out.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from noctule.app.storm.scene import Violation
from noctule.app.storm.story import Hand, Mishap, Operate, Shock, Story

__all__ = ["Shrinker", "Shrunk", "TryAll"]

_MINUTE_MS: Final = 60_000
_AFTER_MINUTES: Final = (1, 5)  # that a story may go on after what went wrong

# Plays some stories, and returns of each how it breaks the rule in question, if it does.
TryAll = Callable[[Sequence[Story]], Sequence[Violation | None]]
_Part = Mishap | Shock | str


class Shrunk(Struct, frozen=True, kw_only=True):
    """The smallest story that was found, and how it fails."""

    story: Story
    violation: Violation
    tries: int
    is_minimal: bool  # nothing more of it can be left out; else there was no time to say


class Shrinker:
    """Tries smaller stories, some at a time, for as long as it may."""

    def __init__(
        self,
        story: Story,
        violation: Violation,
        *,
        try_all: TryAll,
        at_once: int,
        may_go_on: Callable[[int], bool],
    ) -> None:
        self._story, self._violation = story, violation
        self._try_all, self._at_once, self._may_go_on = try_all, at_once, may_go_on
        self._tries = 0

    def shrink(self) -> Shrunk:
        """Go round until nothing becomes smaller."""
        before: Story | None = None
        while before != self._story and self._has_time:
            before = self._story
            self._shorten()
            self._drop_parts()
            self._drop_symbols()
        return Shrunk(
            story=self._story,
            violation=self._violation,
            tries=self._tries,
            is_minimal=before == self._story,
        )

    @property
    def _has_time(self) -> bool:
        return self._may_go_on(self._tries)

    def _shorten(self) -> None:
        over = self._violation.at_ms // _MINUTE_MS
        ends = sorted({*(over + more for more in _AFTER_MINUTES), self._story.minutes // 2})
        shorter = [end for end in ends if 0 < end < self._story.minutes]
        self._take_first([_cut_short(self._story, end) for end in shorter])

    def _drop_parts(self) -> None:
        pieces = 1
        while (parts := _parts(self._story)) and self._has_time:
            pieces = min(pieces, len(parts))
            bounds = [len(parts) * place // pieces for place in range(pieces + 1)]
            without = [[*parts[:begin], *parts[end:]] for begin, end in pairwise(bounds)]
            if self._take_first([_with_parts(self._story, each) for each in without]):
                pieces = max(pieces - 1, 1)
            elif pieces == len(parts):
                return
            else:
                pieces *= 2

    def _drop_symbols(self) -> None:
        while len(self._story.symbols) > 1 and self._has_time:
            fewer = [_without_symbol(self._story, each) for each in self._story.symbols]
            if not self._take_first(fewer):
                return

    def _take_first(self, stories: Sequence[Story]) -> bool:
        """Go on with the first of them that fails; tell whether one does."""
        for batch in _batches(stories, self._at_once):
            if not self._has_time:
                return False
            self._tries += len(batch)
            for story, violation in zip(batch, self._try_all(batch), strict=True):
                if violation is not None:
                    self._story, self._violation = story, violation
                    return True
        return False


def _parts(story: Story) -> list[_Part]:
    return [*story.troubles, *story.shocks, *story.settings]


def _with_parts(story: Story, parts: Sequence[_Part]) -> Story:
    return replace(
        story,
        troubles=tuple(each for each in parts if not isinstance(each, Shock | str)),
        shocks=tuple(each for each in parts if isinstance(each, Shock)),
        settings=tuple(each for each in parts if isinstance(each, str)),
    )


def _cut_short(story: Story, minutes: int) -> Story:
    begun = [
        each for each in _parts(story) if isinstance(each, str) or each.at_ms < minutes * _MINUTE_MS
    ]
    return replace(_with_parts(story, begun), minutes=minutes)


def _without_symbol(story: Story, symbol: str) -> Story:
    parts = [each for each in _parts(story) if not _is_about(each, symbol)]
    symbols = tuple(each for each in story.symbols if each != symbol)
    return replace(_with_parts(story, parts), symbols=symbols)


def _is_about(part: _Part, symbol: str) -> bool:
    return isinstance(part, Hand | Operate | Shock) and part.symbol == symbol


def _batches(stories: Sequence[Story], size: int) -> Iterator[Sequence[Story]]:
    for begin in range(0, len(stories), size):
        yield stories[begin : begin + size]
