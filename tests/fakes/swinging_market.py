"""Files of a market that never was: prices that swing, and the funding they pay."""

from math import sin
from pathlib import Path
from random import Random
from typing import Final

__all__ = ["OPEN_MS", "write_funding", "write_swings"]

OPEN_MS: Final = 1_700_006_400_000  # 2023-11-15 00:00 UTC
_HOUR_MS: Final = 3_600_000


def write_swings(
    folder: Path, symbol: str, *, minutes: int, candles: int, price: float, seed: int
) -> Path:
    """Write candles of so many minutes that swing, so that averages cross and stops are met."""
    random, lines, length_ms = Random(seed), list[str](), minutes * 60_000
    for number in range(candles):
        opened = price
        drift = sin(number / 5) * 0.003 + sin(number / 90) * 0.0004
        price = round(opened * (1 + drift + random.gauss(0, 0.004)), 2)
        high = round(max(opened, price) * (1 + abs(random.gauss(0, 0.002))), 2)
        low = round(min(opened, price) * (1 - abs(random.gauss(0, 0.002))), 2)
        open_ms = OPEN_MS + number * length_ms
        prices = f"{opened},{high},{low},{price}"
        traded = f"{round(900 + random.random() * 400, 3)},{open_ms + length_ms - 1},,,,"
        lines.append(f"{open_ms},{prices},{traded}")
    path = folder / f"{symbol}-{minutes}m-swings.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def write_funding(folder: Path, symbol: str, *, hours: int, seed: int) -> Path:
    """Write a settlement every eight hours, later every four, later every hour."""
    random, lines = Random(seed), list[str]()
    at_hour = 0
    while at_hour <= hours:
        interval = 8 if at_hour < hours // 2 else 4 if at_hour < 3 * hours // 4 else 1
        rate = f"{random.gauss(0, 0.0003):.8f}"
        lines.append(f"{OPEN_MS + at_hour * _HOUR_MS + random.randrange(40)},{interval},{rate}")
        at_hour += interval
    path = folder / f"{symbol}-funding-swings.csv"
    path.write_text("\n".join(lines) + "\n")
    return path
