"""The same crossover by backtesting.py, run in its own environment: its entries and exits as JSON.

    python -m tests.independent.with_backtesting FAST SLOW STOP TARGET TICK FROM FILE

Entries and exits at the close (`trade_on_close`), one position at a time (`exclusive_orders`),
no costs, one coin. Averages are compared in whole ticks; stop and target are put on the tick grid
towards the entry, for the library knows no ticks. Nothing is entered before candle FROM.
"""

import json
import sys
import warnings
from math import ceil, floor
from typing import Any

import pandas as pd
from backtesting import Backtest, Strategy, __version__


class Crossing(Strategy):  # type: ignore[misc]  # its base is untyped
    """Turn where the averages cross."""

    fast = slow = 0
    stop = target = tick = 0.0
    first = 0

    def init(self) -> None:
        ticks = (pd.Series(self.data.Close) / self.tick).round()
        gap = (
            ticks.rolling(self.fast).sum() * self.slow - ticks.rolling(self.slow).sum() * self.fast
        )
        self.gap = self.I(gap.round().to_numpy, plot=False, name="gap")

    def next(self) -> None:
        if len(self.data) <= self.first:
            return
        before, now = self.gap[-2], self.gap[-1]
        if before <= 0 < now:
            self.enter(1)
        elif now < 0 <= before:
            self.enter(-1)

    def enter(self, sign: int) -> None:
        price = self.data.Close[-1]
        stop, target = price * (1 - sign * self.stop), price * (1 + sign * self.target)
        down, up = (ceil, floor) if sign > 0 else (floor, ceil)
        order = self.buy if sign > 0 else self.sell
        order(size=1, sl=self.on_grid(stop, down), tp=self.on_grid(target, up))

    def on_grid(self, price: float, rounding: Any) -> float:
        ticks = price / self.tick
        nearest = round(ticks)
        whole = nearest if abs(ticks - nearest) < 1e-6 else rounding(ticks)
        return round(float(whole * self.tick), 8)


def main(arguments: list[str]) -> None:
    """Print the version, and each trade as [entered, left, bought or sold, entry, exit]."""
    fast, slow, stop, target, tick, first, path = arguments
    frame = pd.read_csv(path, usecols=["open_time", "open", "high", "low", "close"])
    open_ms = frame.pop("open_time")
    frame.index = pd.to_datetime(open_ms, unit="ms")
    frame.columns = [name.capitalize() for name in frame.columns]
    test = Backtest(
        frame, Crossing, cash=1e9, trade_on_close=True, exclusive_orders=True, finalize_trades=False
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a position that the end leaves open
        found = test.run(
            fast=int(fast),
            slow=int(slow),
            stop=float(stop),
            target=float(target),
            tick=float(tick),
            first=int(first),
        )
    trades = [
        [int(open_ms[entered]), int(open_ms[left]), int(size), float(entry), float(exit_)]
        for entered, left, size, entry, exit_ in zip(
            *(found["_trades"][name] for name in _COLUMNS), strict=True
        )
    ]
    sys.stdout.write(json.dumps({"version": __version__, "trades": trades}))


_COLUMNS = ("EntryBar", "ExitBar", "Size", "EntryPrice", "ExitPrice")

if __name__ == "__main__":
    main(sys.argv[1:])
