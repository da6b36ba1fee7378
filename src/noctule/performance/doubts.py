"""What makes a result doubtful, said before anything else is told of it."""

from enum import StrEnum

from msgspec import Struct

from noctule.performance.records import Course
from noctule.performance.summary import Summary

__all__ = ["Doubt", "Gravity", "doubts_of"]


class Gravity(StrEnum):
    """How much a doubt weighs, heaviest first."""

    GRAVE = "grave"  # the result says next to nothing
    SERIOUS = "serious"  # it says less than it seems to
    MILD = "mild"  # worth knowing


class Doubt(Struct, frozen=True, kw_only=True):
    """One reason not to believe a result, as a sentence with its number."""

    name: str  # stable, for programs: few_trades, ambiguous_candles …
    gravity: Gravity
    text: str
    number: float


def doubts_of(course: Course, summary: Summary) -> tuple[Doubt, ...]:
    """List what makes a run doubtful, the heaviest first."""
    raise NotImplementedError(course, summary)
