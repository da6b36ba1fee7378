"""What a strategy sees, as shapes over the candles, so that a person can judge it on a chart."""

from enum import StrEnum

from msgspec import Struct

__all__ = ["Area", "Curve", "Drawing", "Level", "Mark", "Tone"]


class Tone(StrEnum):
    """Which side a shape speaks for."""

    BULLISH = "bullish"
    BEARISH = "bearish"
    NEUTRAL = "neutral"
    SPENT = "spent"  # mitigated, filled, swept: it was, and counts no more


class Area(Struct, frozen=True, kw_only=True):
    """A range of prices over a while: a zone, a gap, a session; without end it still counts."""

    label: str
    low: float
    high: float
    from_ms: int
    to_ms: int | None = None
    tone: Tone = Tone.NEUTRAL


class Level(Struct, frozen=True, kw_only=True):
    """One price over a while: a pool of liquidity, a broken high; without end it still counts."""

    label: str
    price: float
    from_ms: int
    to_ms: int | None = None
    tone: Tone = Tone.NEUTRAL


class Mark(Struct, frozen=True, kw_only=True):
    """Something that happened at one price on one candle: a swing, a sweep, a break."""

    label: str
    price: float
    at_ms: int  # when the candle opened
    tone: Tone = Tone.NEUTRAL


class Curve(Struct, frozen=True, kw_only=True):
    """Where a line stands at this candle; a chart joins those of one label."""

    label: str
    price: float
    at_ms: int  # when the candle opened


Drawing = Area | Level | Mark | Curve
