"""The reference: a minimal loop that does the same trades as the bot, and nothing else.

    python -m benchmarks.backtest_loop FAST SLOW FILE…

No orders, no ledger, no risk but the size, no events, and floats for money: what is left if all
that makes the bot a bot is taken away. Its rules are those of a backtest with its defaults: entry
and exit at the close, a buyer a tick above it; stop and target a share of the entry away, worse
first within a candle; a crossing the other way turns the position.
"""

import time
from array import array
from collections.abc import Sequence
from math import ceil, floor
from typing import Final, NamedTuple

from benchmarks.rivals.errand import FEE, STOP_SHARE, TARGET_SHARE, Errand, answer, candles_of

__all__ = ["BALANCE", "RISK", "WARMUP", "Prices", "RoundTrip", "trade"]

BALANCE: Final = 1_000_000.0
RISK: Final = 0.0001  # of equity, so that ten thousand losses leave enough to go on
WARMUP: Final = 500  # candles that are over when trading begins; the last is acted on
_SLIPPAGE: Final = 0.0005
_CANDLE_MS: Final = 60_000
_FUNDING_MS: Final = 28_800_000
_FUNDING: Final = 0.0001
_TICK: Final = 0.1
_STEPS: Final = 1_000  # of quantity in one coin
_GRAIN: Final = 1e-9  # what a float may be off the grid
_NO_GAP: Final = 1e-7  # what the sums may be off, and far less than a tick makes of an average


class Prices(NamedTuple):
    """A market in columns."""

    open_ms: Sequence[int]
    high: Sequence[float]
    low: Sequence[float]
    close: Sequence[float]


class RoundTrip(NamedTuple):
    """One trade, its candles counted from the market's first."""

    entered: int
    left: int
    quantity: float  # below zero when sold
    entry: float
    exit: float


def trade(  # noqa: C901, PLR0912, PLR0915  # inline is the point
    prices: Prices, fast: int, slow: int
) -> tuple[list[RoundTrip], "array[float]"]:
    """Return the trades and the equity at each close; there are no gaps between the candles."""
    open_ms, high, low, close = prices
    first = WARMUP - 1
    fast_sum, slow_sum = sum(close[first - fast : first]), sum(close[first - slow : first])
    before = fast_sum / fast - slow_sum / slow
    cash, held, entry, stop, target, entered = BALANCE, 0.0, 0.0, 0.0, 0.0, 0
    trips: list[RoundTrip] = []
    equity = array("d")
    for now in range(first, len(close)):
        last = close[now]
        if held:
            left = 0.0
            if held > 0:
                if low[now] <= stop:
                    left = stop
                elif high[now] >= target:
                    left = target
            elif high[now] >= stop:
                left = stop + _TICK
            elif low[now] <= target:
                left = target + _TICK
            if left:
                cash += held * (left - entry) - abs(held) * left * FEE
                trips.append(RoundTrip(entered, now, held, entry, left))
                held = 0.0
        if held and (open_ms[now] + _CANDLE_MS) % _FUNDING_MS == 0:
            cash -= held * last * _FUNDING
        equity.append(cash + held * (last - entry))
        fast_sum += last - close[now - fast]
        slow_sum += last - close[now - slow]
        gap = fast_sum / fast - slow_sum / slow
        if -_NO_GAP < gap < _NO_GAP:
            gap = 0.0
        sign = 1 if before <= 0 < gap else -1 if gap < 0 <= before else 0
        before = gap
        if not sign:
            continue
        if held:
            left = last if held > 0 else last + _TICK
            cash += held * (left - entry) - abs(held) * left * FEE
            trips.append(RoundTrip(entered, now, held, entry, left))
        entry = last + _TICK if sign > 0 else last
        stop, target = _levels(entry, sign)
        held, entered = _quantity(cash, entry, stop, sign), now
        cash -= abs(held) * entry * FEE
    return trips, equity


def _levels(entry: float, sign: int) -> tuple[float, float]:
    """Return stop and target on the grid, each rounded towards the entry."""
    down, up = floor, ceil
    to_stop, to_target = (up, down) if sign > 0 else (down, up)
    nudge = sign * _GRAIN
    stop = to_stop(entry * (1 - sign * STOP_SHARE) / _TICK - nudge) * _TICK
    target = to_target(entry * (1 + sign * TARGET_SHARE) / _TICK + nudge) * _TICK
    return round(stop, 1), round(target, 1)


def _quantity(cash: float, entry: float, stop: float, sign: int) -> float:
    """Return what loses so much of the account at the stop, fees and slippage included."""
    worst_entry, worst_exit = entry * (1 + sign * _SLIPPAGE), stop * (1 - sign * _SLIPPAGE)
    loss = sign * (worst_entry - worst_exit) + FEE * (worst_entry + worst_exit)
    return sign * floor(cash * RISK / loss * _STEPS + _GRAIN) / _STEPS


def run(errand: Errand) -> tuple[int, int, float]:
    """Run it; the clock begins when all prices are lists."""
    frame = candles_of(errand.paths)
    columns = [frame[name].tolist() for name in ("open_time", "high", "low", "close")]
    began_s = time.perf_counter()
    trips, _ = trade(Prices(*columns), errand.fast, errand.slow)
    return len(frame), len(trips), time.perf_counter() - began_s


if __name__ == "__main__":
    answer(run)
