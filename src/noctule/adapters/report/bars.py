"""The candles themselves, their volume below them, and the axes around both."""

from collections.abc import Sequence

from noctule.adapters.report.axes import (
    DAY_MS,
    Plane,
    decimals_of,
    exact,
    minute_text,
    price_step,
    price_ticks,
    time_ticks,
)
from noctule.adapters.report.markup import Markup, tag
from noctule.domain.market import Candle

__all__ = ["candle_bodies", "price_axis", "time_axis", "volume_bars"]

_BODY_SHARE = 0.68  # of the room that a candle has
_THINNEST = 0.8


def candle_bodies(candles: Sequence[Candle], plane: Plane) -> Markup:
    """Draw each candle as wick and body; its numbers are in the tooltip."""
    width = _width(candles, plane)
    return tag("g", *(_candle(candle, plane, width) for candle in candles), class_="candles")


def volume_bars(candles: Sequence[Candle], plane: Plane) -> Markup:
    """Draw each candle's volume as a bar that stands on the strip's floor."""
    width = _width(candles, plane)
    bars = [
        tag(
            "rect",
            class_=_way(candle),
            x=_middle(candle, plane) - width / 2,
            y=plane.y(candle.volume),
            width=width,
            height=plane.bottom - plane.y(candle.volume),
        )
        for candle in candles
    ]
    return tag("g", *bars, class_="volume")


def price_axis(plane: Plane) -> Markup:
    """Draw a line across at every round price, with its number at the right."""
    decimals = decimals_of(price_step(plane.low, plane.high))
    parts = []
    for price in price_ticks(plane.low, plane.high):
        y = plane.y(price)
        parts.append(tag("line", class_="grid", x1=plane.left, x2=plane.right, y1=y, y2=y))
        text = f"{price:,.{decimals}f}".replace(",", "\u202f")
        parts.append(tag("text", text, class_="axis", x=plane.right + 6, y=y + 4))
    return tag("g", *parts)


def time_axis(plane: Plane, floor: float) -> Markup:
    """Draw a line down at every round time, UTC, a stronger one where a day begins among hours."""
    parts, is_dated = [], False
    ticks = time_ticks(plane.from_ms, plane.to_ms)
    has_hours = any(at_ms % DAY_MS for at_ms in ticks)
    for at_ms in ticks:
        x, is_day = plane.x(at_ms), at_ms % DAY_MS == 0
        look = "grid day" if is_day and has_hours else "grid"
        parts.append(tag("line", class_=look, x1=x, x2=x, y1=plane.top, y2=floor))
        if plane.left + 50 < x < plane.right - 30:
            date, minute = minute_text(at_ms).split()
            text = date if is_day else minute if is_dated else f"{date} {minute}"
            is_dated = True
            parts.append(tag("text", text, class_="axis", x=x, y=floor + 15, text_anchor="middle"))
    return tag("g", *parts)


def _candle(candle: Candle, plane: Plane, width: float) -> Markup:
    x = _middle(candle, plane)
    top = plane.y(max(candle.open, candle.close))
    bottom = plane.y(min(candle.open, candle.close))
    return tag(
        "g",
        tag("title", _told(candle)),
        tag("line", x1=x, x2=x, y1=plane.y(candle.high), y2=plane.y(candle.low)),
        tag("rect", x=x - width / 2, y=top, width=width, height=max(bottom - top, _THINNEST)),
        class_=_way(candle),
    )


def _told(candle: Candle) -> str:
    prices = (candle.open, candle.high, candle.low, candle.close)
    opened, high, low, close = map(exact, prices)
    return (
        f"{minute_text(candle.open_ms)} UTC, {candle.timeframe}\n"
        f"open {opened}  high {high}\nlow {low}  close {close}\nvolume {exact(candle.volume)}"
    )


def _way(candle: Candle) -> str:
    return "up" if candle.close >= candle.open else "down"


def _middle(candle: Candle, plane: Plane) -> float:
    return (plane.x(candle.open_ms) + plane.x(candle.close_ms + 1)) / 2


def _width(candles: Sequence[Candle], plane: Plane) -> float:
    return (plane.right - plane.left) / len(candles) * _BODY_SHARE
