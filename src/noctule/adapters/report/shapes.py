"""What a chart is made of: candles, and shapes that know nothing of who thought of them."""

from enum import StrEnum

from msgspec import Struct

from noctule.domain.market import Candle

__all__ = ["Arrow", "Box", "Chart", "Line", "Look", "Pin", "Shape", "Trail", "Way"]


class Look(StrEnum):
    """How a shape is coloured."""

    UP = "up"
    DOWN = "down"
    PLAIN = "plain"
    FADED = "faded"


class Way(StrEnum):
    """Where an arrow points."""

    UP = "up"
    DOWN = "down"
    OUT = "out"  # of the market


class Box(Struct, frozen=True, kw_only=True):
    """A range of prices over a while; without end it reaches the chart's."""

    label: str
    low: float
    high: float
    from_ms: int
    to_ms: int | None = None
    look: Look = Look.PLAIN


class Line(Struct, frozen=True, kw_only=True):
    """One price over a while; without end it reaches the chart's."""

    label: str
    price: float
    from_ms: int
    to_ms: int | None = None
    look: Look = Look.PLAIN


class Pin(Struct, frozen=True, kw_only=True):
    """A small mark at one price of one candle."""

    label: str
    price: float
    at_ms: int  # when the candle opened
    look: Look = Look.PLAIN


class Trail(Struct, frozen=True, kw_only=True):
    """A curve through the candles, from point to point; NaN interrupts it."""

    label: str
    points: tuple[tuple[int, float], ...]  # when the candle opened, and the price


class Arrow(Struct, frozen=True, kw_only=True):
    """What was called for at a candle, with the prices that belong to it."""

    label: str
    way: Way
    at_ms: int  # when the candle opened
    price: float
    stop: float | None = None
    target: float | None = None


Shape = Box | Line | Pin


class Chart(Struct, frozen=True, kw_only=True):
    """Everything one picture shows; the candles follow one another."""

    candles: tuple[Candle, ...]
    at_ms: int  # when the candle in question opened
    shapes: tuple[Shape, ...] = ()
    trails: tuple[Trail, ...] = ()
    arrows: tuple[Arrow, ...] = ()
