"""Candles to try indicators on, as columns: recorded ones, and those that are made to be hard."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from random import Random
from typing import Any, Final

import numpy as np
import pytest
from msgspec import Struct
from numpy.typing import NDArray

from tests.conformance.fixtures import DATA

__all__ = ["HARD", "RECORDED", "Columns", "hard", "needs_candles", "recorded", "walk"]

HOUR_MS: Final = 3_600_000
START_MS: Final = 1_690_848_000_000  # Tuesday 2023-08-01 00:00

needs_candles = pytest.mark.skipif(
    not (DATA / "klines").is_dir(), reason=f"no recorded candles in {DATA} (set RECORDED_DATA)"
)


class Columns(Struct, frozen=True, kw_only=True):
    """Candles, one array for each of their numbers."""

    open_ms: NDArray[np.int64]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.close)

    @property
    def taker_buy_volume(self) -> NDArray[np.float64]:
        """Return a made-up part of the volume, the greater the higher the close: none is told."""
        span = self.high - self.low
        share = np.full(len(self), 0.5)
        np.divide(self.close - self.low, span, out=share, where=span > 0)
        bought: NDArray[np.float64] = self.volume * share.clip(0.0, 1.0)
        return bought

    def of(self, names: Sequence[str]) -> tuple[NDArray[np.float64], ...]:
        """Return the columns of these names, in order."""
        return tuple(getattr(self, name) for name in names)

    def rows(self, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Iterate over the candles, of each these numbers as plain floats (times as integers)."""
        return zip(*(column.tolist() for column in self.of(names)), strict=True)

    def part(self, start: int, stop: int) -> "Columns":
        """Return the candles from one place to before another."""
        return Columns(**{name: getattr(self, name)[start:stop] for name in _FIELDS})

    def picked(self, places: Sequence[int]) -> "Columns":
        """Return the candles at these places in this order; times stay where they are."""
        moved = {name: getattr(self, name)[list(places)] for name in _FIELDS[1:]}
        return Columns(open_ms=self.open_ms[: len(places)], **moved)


_FIELDS: Final = Columns.__struct_fields__

RECORDED: Final = (("BTCUSDT", "5m"), ("BTCUSDT", "1h"), ("ETHUSDT", "5m"), ("ETHUSDT", "1h"))


@cache
def recorded(symbol: str, timeframe: str) -> Columns:
    """Read all recorded candles of a symbol and timeframe, one row after the other."""
    paths = sorted((DATA / "klines").glob(f"{symbol}-{timeframe}-*.csv.gz"))
    tables = [
        np.loadtxt(path, delimiter=",", skiprows=1, usecols=range(6), ndmin=2) for path in paths
    ]
    return _columns(np.concatenate(tables))


def walk(seed: int, length: int, *, spike: float = 1.0, spikes: float = 0.0) -> Columns:
    """Make candles of a price that wanders; a part of them, `spikes`, closes `spike` times as far.

    They are on Binance's grid of prices and quantities, so that there are ties.
    """
    random = Random(seed)
    rows, close = [], 30_000.0
    for place in range(length):
        start = close + random.choice((0.0, 0.0, 0.1, -0.1))
        close = max(1_000.0, round(start * (1 + random.gauss(0, 0.002)), 1))
        tip = close * spike if random.random() < spikes else close
        high = round(max(start, tip) + abs(random.gauss(0, 15)), 1)
        low = round(min(start, tip) - abs(random.gauss(0, 15)), 1)
        volume = round(random.expovariate(0.01), 3)
        rows.append((START_MS + place * HOUR_MS, start, high, low, tip, volume))
    return _columns(np.array(rows))


@cache
def hard(name: str) -> Columns:
    """Make the candles of this name, one of `HARD`."""
    return _HARD[name]()


def _constant() -> Columns:
    return _stairs([100.1] * 400)


def _gaps() -> Columns:
    """Open far from the last close now and then, up or down by up to a half."""
    random, calm = Random(3), walk(3, 600)
    factors = np.ones(600)
    for place in range(20, 600, 37):
        factors[place:] *= random.choice((0.5, 0.7, 1.4, 2.0))
    prices = {name: getattr(calm, name) * factors for name in ("open", "high", "low", "close")}
    return Columns(open_ms=calm.open_ms, volume=calm.volume, **prices)


def _spikes() -> Columns:
    return walk(5, 600, spike=1e6, spikes=0.01)


def _idle() -> Columns:
    """Trade nothing for a while, at the start too: the prices repeat the last close."""
    lively = walk(7, 600)
    close, volume = lively.close.copy(), lively.volume.copy()
    prices = {name: getattr(lively, name).copy() for name in ("open", "high", "low")}
    for start, stop in ((0, 60), (150, 151), (200, 203), (300, 400)):
        close[start:stop] = close[max(0, start - 1)]
        volume[start:stop] = 0.0
        for column in prices.values():
            column[start:stop] = close[start]
    return Columns(open_ms=lively.open_ms, close=close, volume=volume, **prices)


def _ties() -> Columns:
    """Move among five prices only, so that nearly everything is equal to something."""
    random = Random(11)
    return _stairs([100.0 + 0.5 * random.randrange(5) for _ in range(600)])


def _rising() -> Columns:
    return _stairs([100.0 + 0.1 * place for place in range(400)])


def _falling() -> Columns:
    return _stairs([200.0 - 0.1 * place for place in range(400)])


def _tiny() -> Columns:
    """Price as the cheapest coins are."""
    dear = walk(13, 600)
    prices = {name: getattr(dear, name) * 1e-10 for name in ("open", "high", "low", "close")}
    return Columns(open_ms=dear.open_ms, volume=dear.volume * 1e9, **prices)


def _stairs(closes: Sequence[float]) -> Columns:
    before = [closes[0], *closes[:-1]]
    rows = [
        (START_MS + place * HOUR_MS, start, max(start, close), min(start, close), close, 5.0)
        for place, (start, close) in enumerate(zip(before, closes, strict=True))
    ]
    return _columns(np.array(rows))


def _columns(table: NDArray[np.float64]) -> Columns:
    opens = table[:, 0].astype(np.int64)
    prices = {name: table[:, place].copy() for place, name in enumerate(_FIELDS[1:], start=1)}
    return Columns(open_ms=opens, **prices)


_HARD: Final[dict[str, Callable[[], Columns]]] = {
    "constant": _constant,
    "falling": _falling,
    "gaps": _gaps,
    "idle": _idle,
    "rising": _rising,
    "spikes": _spikes,
    "ties": _ties,
    "tiny": _tiny,
}
HARD: Final = tuple(_HARD)
