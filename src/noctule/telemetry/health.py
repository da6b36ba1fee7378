"""How well the bot is: every part judged by itself, all of them folded into one score and a word.

A part is worth 0 to 100. The whole is worth as much as its weakest part: a bot whose feed is dead
is not half well because its logs are written. A part that works beside the trading can take away
at most `BESIDE_MAX` points, so that a full disk or a taken port alone never calls the bot failing.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from msgspec import Struct

__all__ = ["BESIDE_MAX", "WELL", "Budget", "Health", "Part", "Role", "Word", "fold"]

WELL: Final = 100
BESIDE_MAX: Final = 40
_HEALTHY_FROM: Final = 90
_DEGRADED_FROM: Final = 50


class Role(StrEnum):
    """What depends on a part."""

    VITAL = "vital"  # at 0 nothing but another start is left: the service manager is told nothing
    NEEDED = "needed"  # trading needs it; what it lacks it gets back by itself
    BESIDE = "beside"  # trading goes on without it


class Word(StrEnum):
    """The whole in one word."""

    HEALTHY = "healthy"  # 90 to 100
    DEGRADED = "degraded"  # 50 to 89: it trades, and something is not as it should be
    FAILING = "failing"  # below 50: what trading needs is missing


class Part(Struct, frozen=True, kw_only=True):
    """One part, how well it is, and why no better."""

    name: str
    score: int = WELL
    text: str = ""  # empty where there is nothing to say
    role: Role = Role.NEEDED

    @property
    def counted(self) -> int:
        """Return what it leaves of the whole."""
        if self.role is not Role.BESIDE:
            return self.score
        return WELL - BESIDE_MAX * (WELL - self.score) // WELL

    @property
    def is_well(self) -> bool:
        """Tell whether there is nothing to complain of."""
        return self.score == WELL


class Budget(Struct, frozen=True, kw_only=True):
    """How long something may take: well up to the first bound, worth nothing from the second on."""

    well_ms: int
    most_ms: int

    def score(self, age_ms: int) -> int:
        """Return what is left of 100, falling evenly from the first bound; 0 at the second."""
        assert self.well_ms < self.most_ms, f"{self.well_ms} ms, {self.most_ms} ms at most"
        left_ms = self.most_ms - age_ms
        if left_ms <= 0:
            return 0
        share = WELL * left_ms // (self.most_ms - self.well_ms)
        return max(1, min(WELL, share))


class Health(Struct, frozen=True, kw_only=True):
    """All parts at one instant, and what they come to."""

    score: int
    word: Word
    parts: tuple[Part, ...]

    @property
    def worst(self) -> Part | None:
        """Return the part that takes away most; None when all are well."""
        return min(
            (each for each in self.parts if not each.is_well),
            key=lambda each: each.counted,
            default=None,
        )

    @property
    def overdue(self) -> tuple[Part, ...]:
        """Return the vital parts whose budget is used up."""
        return tuple(each for each in self.parts if each.role is Role.VITAL and not each.score)


def fold(parts: Iterable[Part]) -> Health:
    """Fold the parts into one score and one word; no part at all is no complaint."""
    judged = tuple(parts)
    score = min((each.counted for each in judged), default=WELL)
    return Health(score=score, word=_word_of(score), parts=judged)


def _word_of(score: int) -> Word:
    if score >= _HEALTHY_FROM:
        return Word.HEALTHY
    return Word.DEGRADED if score >= _DEGRADED_FROM else Word.FAILING
