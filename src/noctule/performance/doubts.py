"""What makes a result doubtful, said before anything else is told of it."""

from typing import Final

from noctule.performance.doubt import Doubt, Gravity
from noctule.performance.doubts_of_run import ON_RUN
from noctule.performance.doubts_of_trades import ON_TRADES
from noctule.performance.records import Course
from noctule.performance.summary import Summary

__all__ = ["Doubt", "Gravity", "doubts_of"]

_ASKED: Final = (*ON_TRADES, *ON_RUN)
_WEIGHTS: Final = {gravity: rank for rank, gravity in enumerate(Gravity)}


def doubts_of(course: Course, summary: Summary) -> tuple[Doubt, ...]:
    """List what makes a run doubtful, the heaviest first."""
    found = [doubt for ask in _ASKED if (doubt := ask(course, summary))]
    return tuple(sorted(found, key=lambda doubt: _WEIGHTS[doubt.gravity]))
