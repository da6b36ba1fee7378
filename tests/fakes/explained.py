"""A strategy that draws one of everything and calls at known candles, and what it needs to run."""

from collections.abc import Sequence
from pathlib import Path

from typing_extensions import override

from noctule.domain.market import Candle
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Timeframe
from noctule.engine.desk import Desk
from noctule.market.board import Board
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy, StrategySettings
from noctule.strategies.drawing import Area, Curve, Drawing, Level, Mark, Tone
from tests.builders import BTCUSDT

__all__ = ["DRAWS_ALL", "Everything", "desk_of", "rows", "write_rows"]

# The same as a user's file.
DRAWS_ALL = """\
from noctule.strategies import Direction, Signal, Strategy
from noctule.strategies.drawing import Area, Curve, Level, Mark, Tone


class Everything(Strategy):
    def analyze(self, candle, view):
        if candle.close % 10:
            return None
        return Signal(direction=Direction.LONG, reason="a <round> price", stop=candle.close - 2)

    def explain(self, candle, view):
        at_ms = candle.open_ms
        return [
            Area(label="zone <1>", low=candle.low, high=candle.high + 1, from_ms=at_ms),
            Level(label="level", price=candle.high, from_ms=at_ms, tone=Tone.BEARISH),
            Mark(label="mark", price=candle.low, at_ms=at_ms, tone=Tone.SPENT),
            Curve(label="curve", price=candle.close, at_ms=at_ms),
        ]
"""


class Everything(Strategy):
    """Draw one of each kind at every candle, and call LONG where the close is a round ten."""

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        if candle.close % 10:
            return None
        return Signal(direction=Direction.LONG, reason=f"round on {candle.timeframe}", stop=1.5)

    @override
    def explain(self, candle: Candle, view: MarketView) -> Sequence[Drawing]:
        at_ms = candle.open_ms
        return [
            Area(label="zone", low=candle.low, high=candle.high, from_ms=at_ms, tone=Tone.BULLISH),
            Level(label="level", price=candle.high, from_ms=at_ms, to_ms=at_ms + 60_000),
            Mark(label="mark", price=candle.low, at_ms=at_ms, tone=Tone.SPENT),
            Curve(label="curve", price=candle.close, at_ms=at_ms),
        ]


def desk_of(
    strategy: type[Strategy] = Everything, *, higher: Sequence[Timeframe] = (), capacity: int = 3
) -> Desk:
    """Make the desk of a strategy without settings, on BTCUSDT's minutes."""
    board = Board(BTCUSDT, base=Timeframe.M1, higher=higher, capacity=capacity)
    return Desk(label="toy", strategy=strategy(StrategySettings()), board=board)


def rows(closes: Sequence[float], *, from_ms: int, interval_ms: int = 60_000) -> list[str]:
    """Write candles as a file has them, the last four columns blank."""
    lines = []
    for number, close in enumerate(closes):
        open_ms = from_ms + number * interval_ms
        prices = f"{close},{close + 1},{close - 1},{close}"
        lines.append(f"{open_ms},{prices},{10 + number},{open_ms + interval_ms - 1},,,,")
    return lines


def write_rows(path: Path, lines: Sequence[str]) -> Path:
    """Write a candle file."""
    path.write_text("\n".join(lines) + "\n")
    return path
