"""Recorded markets in which all goes wrong that may: holes, halts, jumps, wild candles."""

from decimal import Decimal
from random import Random

import numpy as np

from noctule.adapters.replay.columns import CandleColumns, FundingColumns, Recorded
from noctule.domain.values import Symbol, Timeframe
from tests.fakes.recorded_columns import BEGIN_MS, Row, columns_of

__all__ = ["stormy_market"]

_PRICES = {"BTCUSDT": 36_000.0, "ETHUSDT": 2_000.0, "LTCUSDT": 70.0}
_HOUR_MS = 3_600_000


def stormy_market(
    seed: int,
    *,
    symbols: tuple[str, ...],
    timeframe: Timeframe,
    candles: int,
    finer: Timeframe | None = None,
) -> Recorded:
    """Draw them: each symbol its own, of which the second may come later."""
    random = Random(seed)
    told, fine = {}, {}
    for place, name in enumerate(symbols):
        symbol = Symbol(name)
        late = random.choice((0, candles // 3)) if place else 0
        if finer is None:
            told[symbol] = _columns(random, symbol, timeframe, candles, late)
            continue
        parts = timeframe.ms // finer.ms
        shorter = _columns(random, symbol, finer, candles * parts, late * parts, is_whole=True)
        fine[symbol], told[symbol] = shorter, _joined(shorter, timeframe, parts)
    funding = {
        Symbol(name): _funding(random, Symbol(name), candles * timeframe.ms // _HOUR_MS)
        for name in symbols
        if random.random() < 0.7
    }
    return Recorded(candles=told, marks={}, funding=funding, finer=fine)


def _columns(
    random: Random,
    symbol: Symbol,
    timeframe: Timeframe,
    count: int,
    late: int,
    *,
    is_whole: bool = False,
) -> CandleColumns:
    price, heat = _PRICES[symbol], 0.002
    rows, volumes = list[Row](), list[float]()
    places = 1 if symbol == "BTCUSDT" else 2
    hole = 0
    for number in range(late, count):
        if random.random() < 0.04:
            heat = random.choice((0.0004, 0.002, 0.002, 0.006, 0.02))
        if hole == 0 and not is_whole and random.random() < 0.01:
            hole = random.choice((1, 2, 15))
        if hole:
            hole -= 1
            continue
        opened = price * (1 + (random.gauss(0, 0.03) if random.random() < 0.01 else 0))
        if random.random() < 0.03:  # a halt
            opened = price
            rows.append((number, price, price, price, price))
            volumes.append(0.0)
            continue
        price = max(opened * (1 + random.gauss(0, heat)), _PRICES[symbol] / 5)
        reach = [abs(random.gauss(0, heat)) for _ in range(2)]
        if random.random() < 0.02:
            reach = [10 * each for each in reach]
        high = max(opened, price) * (1 + reach[0])
        low = min(opened, price) * max(0.3, 1 - reach[1])
        opened, high, low, price = (round(each, places) for each in (opened, high, low, price))
        rows.append((number, opened, high, low, price))
        volumes.append(round(random.uniform(1, 900), 3))
    return columns_of(rows, symbol=symbol, timeframe=timeframe, volumes=volumes)


def _joined(shorter: CandleColumns, timeframe: Timeframe, parts: int) -> CandleColumns:
    """Make the long candles of which these are the parts."""
    first = int((shorter.open_ms[0] - timeframe.open_of(BEGIN_MS)) // timeframe.ms)
    starts = range(0, len(shorter), parts)
    rows = [
        (
            number,
            float(shorter.open[at]),
            float(shorter.high[at : at + parts].max()),
            float(shorter.low[at : at + parts].min()),
            float(shorter.close[at : at + parts][-1]),
        )
        for number, at in enumerate(starts, start=first)
    ]
    volumes = [round(float(shorter.volume[at : at + parts].sum()), 3) for at in starts]
    return columns_of(rows, symbol=shorter.symbol, timeframe=timeframe, volumes=volumes)


def _funding(random: Random, symbol: Symbol, hours: int) -> FundingColumns:
    every = random.choice((1, 4, 8))
    times = [BEGIN_MS + hour * _HOUR_MS for hour in range(0, hours + 8, every)]
    return FundingColumns(
        symbol=symbol,
        time_ms=np.array(times, dtype=np.int64),
        rate=tuple(Decimal(f"{random.gauss(0, 0.003):.8f}") for _ in times),
    )
