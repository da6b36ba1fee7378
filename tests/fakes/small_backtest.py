"""One backtest of a few days, run once for all tests that only look at what came of it."""

import tempfile
from functools import cache
from pathlib import Path
from typing import Final

from noctule.app.backtest.api import backtest
from noctule.app.backtest.result import BacktestResult
from tests.fakes.swinging_market import OPEN_MS, write_funding, write_swings

__all__ = ["FROM_MS", "OFTEN", "small_result", "write_small"]

FROM_MS: Final = OPEN_MS + 100 * 900_000
OFTEN: Final = {
    "trading.timeframe": "15m",
    "strategy.fast": 2,
    "strategy.slow": 5,
    "risk.max_drawdown": 1,
    "risk.max_daily_loss": 1,
}


def write_small(folder: Path, *, candles: int = 400) -> Path:
    """Write its files."""
    write_swings(folder, "BTCUSDT", minutes=15, candles=candles, price=36_000.0, seed=3)
    write_funding(folder, "BTCUSDT", hours=candles // 4, seed=3)
    return folder


@cache
def small_result() -> BacktestResult:
    """Return what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        data = write_small(Path(folder))
        return backtest(data, settings=OFTEN, start=FROM_MS, is_cached=False)
