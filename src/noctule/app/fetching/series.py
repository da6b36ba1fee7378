"""What is fetched: one symbol's candles, candles of its mark price, or its funding rates."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from noctule.domain.values import MINUTE_MS, Symbol, Timeframe

__all__ = ["CANDLE_HEADER", "FUNDING_HEADER", "Kind", "Row", "Series", "Span"]

CANDLE_HEADER: Final = (
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,"
    "taker_buy_quote_volume"
)
FUNDING_HEADER: Final = "calc_time,funding_interval_hours,last_funding_rate"
_HOUR_MS: Final = 60 * MINUTE_MS
_USUAL_FUNDING_MS: Final = 8 * _HOUR_MS
_LATE_MS: Final = MINUTE_MS  # a funding's time is tens of milliseconds late


class Kind(StrEnum):
    """What the rows of a series tell."""

    CANDLES = "candles"
    MARKS = "marks"
    FUNDING = "funding"


class Row(Struct, frozen=True):
    """One line of a file to be, and its time."""

    at_ms: int
    line: str


class Span(Struct, frozen=True, order=True):
    """Times from one on and before another."""

    from_ms: int
    to_ms: int


class Series(Struct, frozen=True, kw_only=True):
    """One symbol's rows of one kind; fundings have no timeframe."""

    symbol: Symbol
    kind: Kind
    timeframe: Timeframe | None = None

    @property
    def stem(self) -> str:
        """Return how its files' names begin."""
        match self.kind:
            case Kind.CANDLES:
                return f"{self.symbol}-{self.timeframe}"
            case Kind.MARKS:
                return f"{self.symbol}-MARK-{self.timeframe}"
            case Kind.FUNDING:
                return f"{self.symbol}-funding"

    @property
    def title(self) -> str:
        """Return what people call it."""
        match self.kind:
            case Kind.CANDLES:
                return f"{self.symbol} {self.timeframe}"
            case Kind.MARKS:
                return f"{self.symbol} {self.timeframe} mark price"
            case Kind.FUNDING:
                return f"{self.symbol} funding"

    @property
    def header(self) -> str:
        """Return the first line of its files."""
        return FUNDING_HEADER if self.kind is Kind.FUNDING else CANDLE_HEADER

    def first_from(self, at_ms: int) -> int:
        """Return the first time at or after this at which a row may be."""
        if self.timeframe is None:
            return -(-at_ms // _HOUR_MS) * _HOUR_MS
        opens_ms = self.timeframe.open_of(at_ms)
        return opens_ms if opens_ms == at_ms else self.timeframe.next_open(at_ms)

    def settled_before(self, at_ms: int) -> int:
        """Return the time before which every row is settled, if all up to this has happened."""
        if self.timeframe is None:
            return at_ms // _HOUR_MS * _HOUR_MS
        return self.timeframe.open_of(at_ms)

    def next_due(self, at_ms: int) -> int:
        """Return when the next row is due; fundings come every eighth hour, or more often."""
        if self.timeframe is None:
            return at_ms // _HOUR_MS * _HOUR_MS + _USUAL_FUNDING_MS
        return self.timeframe.next_open(at_ms)

    def first_due(self, from_ms: int) -> int:
        """Return when the first row of a span is due at the latest."""
        first_ms = self.first_from(from_ms)
        return first_ms + _USUAL_FUNDING_MS if self.timeframe is None else first_ms

    def is_late(self, at_ms: int, due_ms: int) -> bool:
        """Tell whether a row comes so late that one must be missing before it."""
        return at_ms - due_ms >= _LATE_MS

    def count(self, from_ms: int, to_ms: int) -> int:
        """Return how many rows there should be in between; about so many where they vary."""
        step_ms = self.timeframe.ms_max if self.timeframe else _USUAL_FUNDING_MS
        return max(1, round((to_ms - from_ms) / step_ms))
