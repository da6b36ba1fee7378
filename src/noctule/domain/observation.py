"""What a strategy saw when a candle closed, and what it answered."""

from enum import StrEnum

from msgspec import Struct

from noctule.domain.market import BookTicker, Candle, MarkPrice
from noctule.domain.position import Position
from noctule.domain.regime import Regime
from noctule.domain.signals import Signal
from noctule.domain.values import Timeframe

__all__ = ["Answer", "Observation", "Readings"]


class Answer(StrEnum):
    """What came of it that a candle closed."""

    SIGNAL = "signal"
    NOTHING = "nothing"  # it was asked, and wanted nothing
    FAILED = "failed"  # its code raised, or returned what is no signal
    DISABLED = "disabled"  # it is asked no more
    HISTORY = "history"  # the candle had come with the history: it was not asked


class Readings(Struct, frozen=True, gc=False):
    """The indicators that it follows on one timeframe, and what each says."""

    timeframe: Timeframe
    names: tuple[str, ...]
    values: tuple[object, ...]  # numbers, values made of numbers, or what its owner has made


class Observation(Struct, frozen=True, kw_only=True, gc=False):
    """One closed candle, as one strategy saw it; whatever it refers to never changes."""

    at_ms: int  # when it was heard
    candle: Candle
    strategy: str
    candles: int  # base candles that it had seen by then
    candles_needed: int
    answer: Answer
    said: Signal | None = None
    cause: str | None = None  # of a failure, or why it is asked no more
    readings: tuple[Readings, ...] = ()
    position: Position
    regime: Regime | None
    mark: MarkPrice | None
    book: BookTicker | None
