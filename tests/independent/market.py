"""A market made up for comparisons: wild enough for stops, targets, gaps and both in one candle."""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["write_market"]

_FIRST_MS: Final = 1_672_531_200_000  # 2023-01-01
_MINUTES: Final = {"1m": 1, "5m": 5, "4h": 240}


def write_market(
    folder: Path, *, symbol: str, interval: str, count: int, tick: float, price: float, seed: int
) -> Path:
    """Write a file of candles in the archive's layout, and return its path."""
    path = folder / f"{symbol}-{interval}-made-up.csv"
    _candles(interval, count, tick=tick, price=price, seed=seed).to_csv(path, index=False)
    return path


def _candles(interval: str, count: int, *, tick: float, price: float, seed: int) -> pd.DataFrame:
    """Return candles of a price that wanders, jumps, stands still and at times does not trade."""
    random = np.random.default_rng(seed)
    moves = random.standard_normal(count) * 0.003 * random.choice([0.3, 1, 3], count)
    close = price * np.exp(np.cumsum(moves - moves.mean()))
    jumps = np.where(random.random(count) < 0.05, random.standard_normal(count) * 0.01, 0)
    open_ = np.concatenate(([price], close[:-1])) * np.exp(jumps)
    reach = np.abs(random.standard_normal((2, count))) * 0.002 * random.choice([0, 1, 4], count)
    high = np.maximum(open_, close) * (1 + reach[0])
    low = np.minimum(open_, close) * (1 - reach[1])
    ticks = {
        name: np.round(column / tick).astype(np.int64)
        for name, column in {"open": open_, "high": high, "low": low, "close": close}.items()
    }
    still, idle = random.random(count) < 0.02, random.random(count) < 0.02
    _stand_still(ticks, still | idle)
    return _table(ticks, idle, interval=interval, tick=tick, random=random)


def _stand_still(ticks: dict[str, NDArray[np.int64]], where: NDArray[np.bool_]) -> None:
    """Let these candles only repeat the close before them."""
    for number in np.flatnonzero(where).tolist():
        before = ticks["close"][max(0, number - 1)]
        for column in ticks.values():
            column[number] = before


def _table(
    ticks: dict[str, NDArray[np.int64]],
    idle: NDArray[np.bool_],
    *,
    interval: str,
    tick: float,
    random: np.random.Generator,
) -> pd.DataFrame:
    decimals = max(0, round(-np.log10(tick)))
    step_ms, count = _MINUTES[interval] * 60_000, len(idle)
    volume = np.where(idle, 0, np.round(random.uniform(1, 100, count), 3))
    open_ms = _FIRST_MS + np.arange(count, dtype=np.int64) * step_ms
    prices = {name: [f"{each * tick:.{decimals}f}" for each in ticks[name]] for name in ticks}
    return pd.DataFrame(
        {
            "open_time": open_ms,
            **{name: prices[name] for name in ("open", "high", "low", "close")},
            "volume": volume,
            "close_time": open_ms + step_ms - 1,
            "quote_volume": np.round(volume * ticks["close"] * tick, 3),
            "count": np.where(idle, 0, random.integers(1, 500, count)),
            "taker_buy_volume": np.round(volume / 2, 3),
            "taker_buy_quote_volume": np.round(volume * ticks["close"] * tick / 2, 3),
        }
    )
