"""What one more candle costs: each indicator beside TA-Lib, each strategy alone.

    python -m benchmarks.indicators

Every indicator of ours takes its number and knows its value. Beside it stand TA-Lib's streaming
handle, which does the same in C, and what most bots do: move a window of 500 candles on and let
TA-Lib's function go over all of it. Then each strategy by itself, made by the factory, with the
indicators it follows. Bar: sma_cross takes no more than three times what two bare averages take in
the same run, whichever of the two exact ways to keep them is the quicker one.
"""

import sys
from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

from benchmarks.indicator_rivals import SUBJECTS, Subject, best_ns
from benchmarks.strategies_alone import BARE, EXACT, alone_ns
from noctule.domain.market import Candle
from noctule.domain.values import Symbol, Timeframe

__all__ = ["main"]

UPDATES: Final = 4_000
WINDOWS: Final = 1_000
CANDLES: Final = 4_000
BAR: Final = 3.0


def main() -> int:
    """Measure, print, and return 1 when the bar is missed."""
    candles = drawn(CANDLES)
    print(f"{'one update':24}{'ours':>10}{'TA-Lib handle':>16}{'TA-Lib, 500 candles':>22}")
    for subject in SUBJECTS:
        report(subject, candles)
    for length in (20, 500):
        print(f"{f'a list, its last {length} summed':24}{summed_ns(candles, length):7,.0f} ns")
    print()
    taken = alone_ns(candles)
    for title, ns in taken.items():
        print(f"{title:44}{ns:8,.0f} ns a candle {1e9 / ns:12,.0f}/s")
    return judge(taken)


def judge(taken: Mapping[str, float]) -> int:
    """Print how sma_cross stands to the bare ways to do its work."""
    for title in BARE:
        print(f"sma_cross takes {taken['sma_cross'] / taken[title]:.1f} x {title}")
    ratio = taken["sma_cross"] / min(taken[title] for title in EXACT)
    print(f"the bar of sma_cross, {BAR:.0f} x: {'kept' if ratio <= BAR else 'MISSED'}")
    return 0 if ratio <= BAR else 1


def report(subject: Subject, candles: Sequence[Candle]) -> None:
    """Print what an indicator takes, and its rivals."""
    times = (
        (subject.ours_ns(candles[:UPDATES]), 7),
        (subject.handle_ns(candles[:UPDATES]), 13),
        (subject.window_ns(candles[:WINDOWS]), 19),
    )
    told = "".join(
        f"{'-':>{wide}}   " if ns is None else f"{ns:{wide},.0f} ns" for ns, wide in times
    )
    print(f"{subject.title:24}{told}")


def summed_ns(candles: Sequence[Candle], length: int) -> float:
    """Return what the plainest average of all takes: a list of closes, and its end summed up."""

    def once() -> None:
        closes: list[float] = []
        for candle in candles[:UPDATES]:
            closes.append(candle.close)
            if len(closes) >= length:
                _ = sum(closes[-length:]) / length

    return best_ns(once, UPDATES)


def drawn(count: int) -> list[Candle]:
    """Draw a market that goes up and down by a thousandth or so."""
    random, price, candles = Random(1), 60_000.0, []
    for number in range(count):
        opened, price = price, price * (1 + random.gauss(0, 0.001))
        volume = random.uniform(1, 100)
        open_ms = number * Timeframe.M5.ms
        candles.append(
            Candle(
                symbol=Symbol("BTCUSDT"),
                timeframe=Timeframe.M5,
                open_ms=open_ms,
                close_ms=Timeframe.M5.close_of(open_ms),
                open=opened,
                high=max(opened, price) * (1 + random.random() / 2_000),
                low=min(opened, price) * (1 - random.random() / 2_000),
                close=price,
                volume=volume,
                quote_volume=volume * price,
                trades=int(volume * 10),
                taker_buy_volume=volume * random.random(),
            )
        )
    return candles


if __name__ == "__main__":
    sys.exit(main())
