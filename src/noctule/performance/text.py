"""A run told on a terminal: what makes it doubtful first, then what it came to."""

from collections.abc import Sequence

from noctule.performance.doubts import Doubt
from noctule.performance.summary import Summary

__all__ = ["summary_text"]


def summary_text(summary: Summary, doubts: Sequence[Doubt]) -> str:
    """Write a run in lines of at most 80 characters, without colour."""
    raise NotImplementedError(summary, doubts)
