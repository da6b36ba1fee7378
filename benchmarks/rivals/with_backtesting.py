"""backtesting.py: indicators by pandas before the run, then its own loop over the candles."""

import time
import warnings

import pandas as pd
from backtesting import Backtest, Strategy

from benchmarks.rivals.errand import (
    CASH,
    FEE,
    STOP_SHARE,
    TARGET_SHARE,
    Errand,
    answer,
    candles_of,
)


class Crossing(Strategy):  # type: ignore[misc]  # its base is untyped
    """The errand; an order of the other side closes what is held first."""

    fast = 10
    slow = 30

    def init(self) -> None:
        """Reckon the averages of all closes at once."""
        close = pd.Series(self.data.Close)
        gap = close.rolling(self.fast).mean() - close.rolling(self.slow).mean()
        self.gap = self.I(gap.to_numpy, plot=False, name="gap")

    def next(self) -> None:
        """Turn where the averages cross."""
        gap = self.gap
        before, now = gap[-2], gap[-1]
        if before <= 0 < now:
            price = self.data.Close[-1]
            self.buy(size=1, sl=price * (1 - STOP_SHARE), tp=price * (1 + TARGET_SHARE))
        elif now < 0 <= before:
            price = self.data.Close[-1]
            self.sell(size=1, sl=price * (1 + STOP_SHARE), tp=price * (1 - TARGET_SHARE))


def run(errand: Errand) -> tuple[int, int, float]:
    """Run it: fills at the close, one position at a time, no bar of progress."""
    frame = candles_of(errand.paths)
    frame.index = pd.to_datetime(frame.pop("open_time"), unit="ms")
    frame.columns = [name.capitalize() for name in frame.columns]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        test = Backtest(
            frame,
            Crossing,
            cash=CASH,
            commission=FEE,
            trade_on_close=True,
            exclusive_orders=True,
            finalize_trades=True,
        )
        began_s = time.perf_counter()
        found = test.run(fast=errand.fast, slow=errand.slow)
        took_s = time.perf_counter() - began_s
    return len(frame), int(found["# Trades"]), took_s


if __name__ == "__main__":
    answer(run)
