"""Our indicators beside TA-Lib's: where the two differ, exact arithmetic says who is right."""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any, Final

import numpy as np
import pytest
from msgspec import Struct
from numpy.typing import NDArray
from typing_extensions import override

from noctule.indicators.base import Indicator
from tests.conformance.exact_indicators import Exact
from tests.indicator_series import HARD, RECORDED, Columns, hard, walk
from tests.indicator_table import Case

__all__ = [
    "RELATIVE",
    "Rival",
    "assert_equal_but_where_talib_is_inexact",
    "every_recorded",
    "every_series",
    "series_of",
]

RELATIVE: Final = 1e-9
_MADE: Final = {
    "walk": lambda: walk(1, 5_000),
    "walk with spikes": lambda: walk(6, 6_000, spike=1e6, spikes=0.01),
}

every_recorded = pytest.mark.parametrize(("symbol", "timeframe"), RECORDED)
every_series = pytest.mark.parametrize("series", [*_MADE, *HARD])


class Rival(Struct, frozen=True):
    """One of our indicators, the same of TA-Lib, and what is exact where those two may differ."""

    kind: type[Indicator[Any]]
    arguments: tuple[float, ...]
    talib: Callable[..., Any]
    exact: Callable[..., Exact] | None = None

    @override
    def __str__(self) -> str:
        return f"{self.kind.__name__}{self.arguments}".replace(",)", ")")

    def ours(self, columns: Columns) -> NDArray[np.float64]:
        return Case(self.kind, self.arguments, self.talib).streamed(columns)

    def theirs(self, columns: Columns) -> NDArray[np.float64]:
        told = self.talib(columns, *self.arguments)
        return np.column_stack(told if isinstance(told, tuple) else (told,))


@cache
def series_of(name: str) -> Columns:
    """Return the candles of one of `every_series`."""
    return _MADE[name]() if name in _MADE else hard(name)


def assert_equal_but_where_talib_is_inexact(
    rival: Rival, columns: Columns, *, with_leeway: bool = False
) -> None:
    """Compare all values; where the two differ, ours must be the exact ones.

    With leeway, they may be off by what the last digits of floats make of them: two that come
    from far back and nearly cancel.
    """
    theirs = rival.theirs(columns)
    ours = rival.ours(columns)[:, : theirs.shape[1]]  # of some we say more than they do
    first = rival.kind(*rival.arguments).warmup - 1
    assert np.isnan(ours[:first]).all()
    assert np.isnan(theirs[:first]).any(axis=1).all()
    apart = ~(np.abs(ours - theirs) <= RELATIVE * np.abs(theirs))
    places = first + np.flatnonzero(apart[first:].any(axis=1))
    if len(places):
        assert rival.exact is not None, f"{rival} differs after {places[:5]}"
        exact = rival.exact(columns, *rival.arguments)
        for place in places.tolist():
            for mine, truth in zip(ours[place].tolist(), exact(place), strict=True):
                leeway = truth.leeway if with_leeway else 0
                bound = max(Fraction(RELATIVE) * abs(truth.value), leeway)
                assert abs(Fraction(mine) - truth.value) <= bound, f"{mine} after {place}"
