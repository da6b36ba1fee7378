"""Candles drawn by hand for the ICT detectors, markets that walk at random, and recorded ones."""

import csv
import gzip
from collections.abc import Iterable, Sequence
from itertools import islice
from random import Random

from msgspec import structs

from noctule.domain.market import Candle
from noctule.domain.signals import Signal
from noctule.domain.values import Timeframe
from noctule.market.board import Board
from noctule.market.view import MarketView
from noctule.strategies.ict.reading import Reading
from noctule.strategies.ict.settings import IctSettings
from noctule.strategies.ict.strategy import Ict
from tests.builders import BTCUSDT, START_MS, candle
from tests.conformance.fixtures import DATA

__all__ = [
    "FIVE_MINUTES_MS",
    "SMALL",
    "STORY",
    "drawn",
    "mirrored",
    "read",
    "recorded",
    "said",
    "walked",
]

FIVE_MINUTES_MS = 300_000

# As little of everything as a drawing by hand needs.
SMALL = IctSettings(
    swing_left=1,
    swing_right=1,
    range_strength=2,
    memory_bars=200,
    atr_bars=3,
    gap_atr_min=0,
    bias_required=False,
)

# A trade as the book has it, in the Asian session. A low at 99 is broken: the trend is down. Stops
# below 95 are swept at 01:00, the candle of 01:10 breaks 101 with force and leaves a gap, price
# goes up to 105, and at 01:30 comes half way back: into the gap and the block of 01:00.
STORY = (
    "102 103/101 102, 102/99 101, 103/100 102, 104/101 103, 110/102 106, 107/101 102, "
    "103/97 98, 99/95 96, 99/95.5 98, 101/97 100, 100.5/98 99, 99.5/97 97.5, "
    "98/94.5 96, 96.5/95.5 96.2, 102.5/96 102, 104/100 103.5, 105/103 104, 104.5/102 102.5, "
    "103/98 99, 101/98.5 100"
)


def drawn(
    text: str, *, timeframe: Timeframe = Timeframe.M5, start_ms: int = START_MS
) -> list[Candle]:
    """Draw candles that follow one another: `open high/low close`, or what of it is needed.

    `100 101/99 100.5` says all, `103/100 102` opens at the close before, `102` is a body alone.
    Commas stand between candles.
    """
    bars: list[Candle] = []
    open_ms = start_ms
    for word in text.split(","):
        before = bars[-1].close if bars else None
        bars.append(_bar(word.split(), before, timeframe=timeframe, open_ms=open_ms))
        open_ms = timeframe.next_open(open_ms)
    return bars


def _bar(words: list[str], before: float | None, *, timeframe: Timeframe, open_ms: int) -> Candle:
    close = float(words[-1])
    wicks = [float(price) for word in words if "/" in word for price in word.split("/")]
    opened = float(words[0]) if len(words) == 3 else before
    opened = close if opened is None else opened
    high, low = wicks or (max(opened, close), min(opened, close))
    bar = candle(close, timeframe=timeframe, open_ms=open_ms, open=opened, high=high, low=low)
    assert bar.flaw() is None, bar.flaw()
    return bar


def mirrored(candles: Iterable[Candle], *, about: float = 100.0) -> list[Candle]:
    """Turn candles upside down: what was above a price by so much is below it by as much."""
    return [
        structs.replace(
            bar,
            open=2 * about - bar.open,
            high=2 * about - bar.low,
            low=2 * about - bar.high,
            close=2 * about - bar.close,
        )
        for bar in candles
    ]


def read(candles: Iterable[Candle], settings: IctSettings = SMALL) -> Reading:
    """Let a reading of five-minute candles read them all."""
    reading = Reading(settings.model_dump_json(), Timeframe.M5)
    for bar in candles:
        reading.update(bar)
    return reading


def walked(
    count: int, *, seed: int, timeframe: Timeframe = Timeframe.M5, start_ms: int = START_MS
) -> list[Candle]:
    """Draw a market that walks at random, calm and wild by turns; prices are eighths."""
    random, price, wild, bars = Random(seed), 2_400, 1.0, []
    open_ms = start_ms
    for _ in range(count):
        wild = min(max(wild * random.uniform(0.8, 1.25), 0.4), 4.0)
        opened, close = price, max(price + round(random.gauss(0, 8 * wild)), 200)
        high = max(opened, close) + round(abs(random.gauss(0, 4 * wild)))
        low = min(opened, close) - round(abs(random.gauss(0, 4 * wild)))
        bars.append(
            candle(
                close / 8,
                timeframe=timeframe,
                open_ms=open_ms,
                open=opened / 8,
                high=high / 8,
                low=low / 8,
            )
        )
        price, open_ms = close, timeframe.next_open(open_ms)
    return bars


def said(
    candles: Sequence[Candle],
    settings: IctSettings,
    *,
    higher: Iterable[Timeframe] = (),
    asked_from: int = 0,
) -> list[Signal | None]:
    """Show candles to a fresh strategy as the daemon does, and list what it says to each.

    Those before `asked_from` are history: they are on the board, and nobody is asked about them.
    """
    strategy = Ict(settings)
    capacity = strategy.warmup_bars
    board = Board(BTCUSDT, base=candles[0].timeframe, higher=higher, capacity=capacity)
    view = MarketView(board)
    signals = []
    for index, bar in enumerate(candles):
        board.take(bar)
        if index >= asked_from:
            view.refresh()
            signals.append(strategy.analyze(bar, view))
    return signals


def recorded(name: str, count: int, *, timeframe: Timeframe = Timeframe.M5) -> list[Candle]:
    """Read the first candles of a recorded file; it tells no quote volume and no takers."""
    with gzip.open(DATA / "klines" / name, "rt") as lines:
        return [
            candle(
                float(row["close"]),
                timeframe=timeframe,
                open_ms=int(row["open_time"]),
                open=float(row["open"]),
                high=float(row["high"]),
                low=float(row["low"]),
                volume=float(row["volume"]),
            )
            for row in islice(csv.DictReader(lines), count)
        ]
