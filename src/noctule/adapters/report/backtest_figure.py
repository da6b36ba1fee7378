"""A chart as plotly.js wants it, and what a reader who cannot see it is told."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

__all__ = ["POINTS_MAX", "Figure", "Numbers", "Trace", "instants", "rounded", "telling"]

POINTS_MAX: Final = 3_000  # of a curve: more than a screen has columns

Trace = Mapping[str, object]
Numbers = NDArray[np.float64]


class Figure(Struct, frozen=True, kw_only=True):
    """A chart; colours are written "@up" or "@up/20" and resolved in the browser."""

    id: str
    label: str  # for who hears the page
    title: str = ""  # none: the section's is enough
    caption: str = ""
    data: Sequence[Trace] = ()
    layout: Mapping[str, object] = {}
    empty: str = ""  # instead of the chart, where there is nothing to draw


def telling(values: Numbers, points_max: int = POINTS_MAX) -> NDArray[np.int64]:
    """Choose points that keep a curve's looks: every stretch's lowest and highest, the ends."""
    count = len(values)
    if count <= points_max:
        return np.arange(count)
    edges = np.linspace(0, count, points_max // 2, dtype=np.int64)
    stretches = pairwise(edges)
    kept = {0, count - 1}
    for start, end in stretches:
        stretch = values[start:end]
        kept |= {int(start + stretch.argmin()), int(start + stretch.argmax())}
    return np.array(sorted(kept))


def rounded(values: Numbers, decimals: int) -> list[float]:
    """Return plain numbers with no more digits than are shown."""
    return [float(each) for each in np.round(values, decimals)]


def instants(at_ms: NDArray[np.int64]) -> list[int]:
    """Return plain milliseconds, which plotly.js reads as UTC."""
    return [int(each) for each in at_ms]
