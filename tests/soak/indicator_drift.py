"""Every indicator after ten million candles with spikes, beside a new one that read only the last.

Run as `python -m tests.soak.indicator_drift [NAME …]`: it prints how far the two are apart,
relative to the greatest of the values compared. What a spike, or rounding over years, left behind
would show there. (On-balance volume has no new beginning: it is compared with an exact sum.)
"""

import sys
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise, repeat
from math import fsum
from time import perf_counter
from typing import Any, Final

import numpy as np
from msgspec import Struct
from msgspec.structs import astuple
from numpy.typing import NDArray

from noctule.indicators import Obv
from tests.indicator_series import Columns, walk
from tests.indicator_table import CASES, Case

__all__ = ["DRIFT_MAX", "Stretch", "drift", "usual"]

SPIKE: Final = 1e6
SPIKES: Final = 1e-4  # of all candles
DRIFT_MAX: Final = 1e-12  # relative: what one step of rounding may come to, and no more
TINY: Final = 1e-300  # where all is 0, so is what they are apart


class Stretch(Struct, frozen=True, kw_only=True):
    """So many candles, over and over; the last ones are calm, and the very last are compared."""

    candles: int
    rounds: int
    calm: int
    compared: int

    def columns(self, spikes: float = SPIKES) -> Columns:
        """Make the candles of a round."""
        wild = walk(1, self.candles - self.calm, spike=SPIKE, spikes=spikes)
        calm = walk(2, self.calm)
        names = Columns.__struct_fields__
        return Columns(**{name: _joined(name, wild, calm) for name in names})


def drift(case: Case, columns: Columns, stretch: Stretch) -> float:
    """Return how far an old indicator and a new one are apart at most, after all the rounds."""
    rows = [*columns.rows(case.kind.inputs)]
    old, new = case.made(), case.made()
    start = len(rows) - stretch.compared
    earlier = chain.from_iterable([*repeat(rows, stretch.rounds - 1), rows[:start]])
    if case.kind is Obv:
        return _obv_apart(old, [*earlier, *rows[start:]])
    _read(old, earlier)
    _read(new, rows[-stretch.calm : start])
    return _apart(*(_values(each, rows[start:]) for each in (old, new)))


def usual() -> Iterator[Case]:
    """Iterate over the first case of each kind."""
    known = set[type]()
    for case in CASES:
        if case.kind not in known:
            known.add(case.kind)
            yield case


def _read(indicator: Any, rows: Iterable[tuple[Any, ...]]) -> None:
    update = indicator.update
    for row in rows:
        update(*row)


def _values(indicator: Any, rows: Iterable[tuple[Any, ...]]) -> NDArray[np.float64]:
    told = [indicator.update(*row) for row in rows]
    flat = [astuple(value) if isinstance(value, Struct) else (value,) for value in told]
    return np.array(flat, dtype=np.float64)


def _apart(old: NDArray[np.float64], new: NDArray[np.float64]) -> float:
    """Compare each number of the values with its like; one is as good as the other if both lack."""
    assert np.array_equal(np.isnan(old), np.isnan(new))
    differences, sizes = np.nan_to_num(np.abs(old - new)), np.nan_to_num(np.abs(new))
    return float(np.max(differences.max(axis=0) / np.maximum(sizes.max(axis=0), TINY)))


def _obv_apart(obv: Any, rows: list[tuple[float, float]]) -> float:
    _read(obv, rows)
    moves = (
        volume if close > before else -volume if close < before else 0.0
        for (before, _), (close, volume) in pairwise(rows)
    )
    exact = fsum(chain([rows[0][1]], moves))
    return float(abs(obv.value - exact) / abs(exact))


def _joined(name: str, wild: Columns, calm: Columns) -> NDArray[Any]:
    return np.concatenate((getattr(wild, name), getattr(calm, name)))


def main(names: list[str]) -> int:
    """Print what each indicator, or those named, came to; return 1 if any drifted."""
    furthest = 0.0
    stretch = Stretch(candles=1_000_000, rounds=10, calm=29_989, compared=1_000)
    columns = stretch.columns()
    for case in usual():
        if not names or case.kind.__name__ in names:
            begun = perf_counter()
            apart = drift(case, columns, stretch)
            furthest = max(furthest, apart)
            seconds = perf_counter() - begun
            sys.stdout.write(f"{case!s:28}{apart:10.1e} apart, {seconds:5.0f} s\n")
            sys.stdout.flush()
    return 0 if furthest < DRIFT_MAX else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
