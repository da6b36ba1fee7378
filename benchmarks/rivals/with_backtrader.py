"""backtrader: preloaded, its indicators in one go (`runonce`), no observers, fills at the close."""

import time
from typing import Any, ClassVar

import backtrader as bt
import pandas as pd

from benchmarks.rivals.errand import (
    CASH,
    FEE,
    STOP_SHARE,
    TARGET_SHARE,
    Errand,
    answer,
    candles_of,
)


class Crossing(bt.Strategy):  # type: ignore[misc]  # its base is untyped
    """The errand; its clock begins when all candles are loaded."""

    params: ClassVar[dict[str, int]] = {"fast": 10, "slow": 30}

    def __init__(self) -> None:
        fast = bt.ind.SMA(self.data.close, period=self.p.fast)
        slow = bt.ind.SMA(self.data.close, period=self.p.slow)
        self.crossed = bt.ind.CrossOver(fast, slow)
        self.guards: list[Any] = []
        self.trades = 0
        self.began_s = time.perf_counter()

    def next(self) -> None:
        """Turn where the averages cross."""
        crossed = self.crossed[0]
        if not crossed:
            return
        for order in self.guards:
            self.cancel(order)
        if self.position:
            self.close()
        price = self.data.close[0]
        enter = self.buy_bracket if crossed > 0 else self.sell_bracket
        self.guards = enter(
            size=1,
            exectype=bt.Order.Market,
            stopprice=price * (1 - crossed * STOP_SHARE),
            limitprice=price * (1 + crossed * TARGET_SHARE),
        )

    def notify_trade(self, trade: Any) -> None:
        """Count what is over."""
        self.trades += trade.isclosed


def run(errand: Errand) -> tuple[int, int, float]:
    """Run it, from the first of its candles to the last."""
    frame = candles_of(errand.paths)
    frame.index = pd.to_datetime(frame.pop("open_time"), unit="ms")
    cerebro = bt.Cerebro(stdstats=False, preload=True, runonce=True)
    cerebro.broker.setcash(CASH)
    cerebro.broker.setcommission(commission=FEE)
    cerebro.broker.set_coc(True)
    cerebro.adddata(bt.feeds.PandasData(dataname=frame, openinterest=None))
    cerebro.addstrategy(Crossing, fast=errand.fast, slow=errand.slow)
    (crossing,) = cerebro.run()
    return len(frame), crossing.trades, time.perf_counter() - crossing.began_s


if __name__ == "__main__":
    answer(run)
