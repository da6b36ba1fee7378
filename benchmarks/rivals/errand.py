"""What a rival is asked to do, and how it answers: the same for all of them.

Every script beside this one runs in an environment of its own, where nothing of noctule is:

    python -m benchmarks.rivals.with_NAME FAST SLOW FILE…

Go long when the fast average of the closes crosses above the slow one, short when it crosses below,
turning what is held; enter at the close that crossed; stop and target at so much from it; pay the
taker's fee on every fill; trade one coin.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pandas as pd

__all__ = [
    "CASH",
    "FEE",
    "NAMES",
    "STOP_SHARE",
    "TARGET_SHARE",
    "Errand",
    "answer",
    "candles_of",
    "errand",
]

STOP_SHARE: Final = 0.01
TARGET_SHARE: Final = 0.02
FEE: Final = 0.0005
CASH: Final = 1_000_000_000.0
NAMES: Final = ("open_time", "open", "high", "low", "close", "volume")


class Errand(NamedTuple):
    """Two averages, and the files of candles in which they cross."""

    fast: int
    slow: int
    paths: tuple[Path, ...]


def errand(arguments: Sequence[str]) -> Errand:
    """Read it from a command line."""
    fast, slow, *paths = arguments
    return Errand(int(fast), int(slow), tuple(map(Path, paths)))


def candles_of(paths: Sequence[Path]) -> pd.DataFrame:
    """Read what everybody reads, in the quickest way that pandas has."""
    frames = [pd.read_csv(path, usecols=list(NAMES), engine="c") for path in paths]
    return pd.concat(frames, ignore_index=True)


def answer(run: Callable[[Errand], tuple[int, int, float]]) -> None:
    """Run the errand; print candles, trades, what the engine took, and what all took until here."""
    began_s = time.perf_counter()
    candles, trades, engine_s = run(errand(sys.argv[1:]))
    took_s = time.perf_counter() - began_s
    told = {"candles": candles, "trades": trades, "engine_s": engine_s, "script_s": took_s}
    print(json.dumps(told))
