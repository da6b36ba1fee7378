"""One chart as inline SVG: candles, volume, what was seen on them, and the candle in question."""

from typing import Final

from msgspec import Struct

from noctule.adapters.report.axes import Plane, minute_text
from noctule.adapters.report.bars import candle_bodies, price_axis, time_axis, volume_bars
from noctule.adapters.report.figures import (
    arrow_figures,
    box_figures,
    line_figures,
    pin_figures,
    trail_figures,
)
from noctule.adapters.report.labels import Anchor, Labels, Spot
from noctule.adapters.report.markup import Markup, joined, tag
from noctule.adapters.report.shapes import Box, Chart, Line, Pin, Shape

__all__ = ["Drawn", "draw"]

_WIDTH: Final = 1200.0
_HEIGHT: Final = 700.0
_LEFT: Final = 4.0
_RIGHT: Final = 1122.0  # right of it stand the prices
_TOP: Final = 22.0  # above it stands which candle is meant
_FLOOR: Final = 592.0  # of the prices
_STRIP: Final = (604.0, 674.0)  # of the volume
_MARGIN: Final = 0.06  # above and below all prices, as a share of them
_REACH: Final = 0.6  # how far stops and targets may stretch the prices, as a share of them


class Drawn(Struct, frozen=True, kw_only=True):
    """The picture, and what of it could not be shown."""

    svg: Markup
    outside: tuple[Shape, ...]  # at prices or times beyond the chart's
    labels_left_out: int


def draw(chart: Chart) -> Drawn:
    """Draw the chart; prices are as high and low as its candles and its stops and targets need."""
    plane, strip = _plane(chart), _strip(chart)
    labels = Labels(left=_LEFT, right=_RIGHT, top=_TOP, bottom=_FLOOR)
    shapes = [each for each in chart.shapes if _shows(plane, each)]
    at = next(each for each in chart.candles if each.open_ms == chart.at_ms)
    arrows = arrow_figures(chart.arrows, chart.candles, plane, labels)
    pins = pin_figures(shapes, chart.candles, plane, labels)
    boxes = box_figures(shapes, plane, labels)
    lines = line_figures(shapes, plane, labels)
    texts, left_out = labels.settle()
    svg = tag(
        "svg",
        _after(plane, at.close_ms + 1),
        price_axis(plane),
        time_axis(plane, _STRIP[1]),
        boxes,
        _reading_line(plane, at.open_ms, at.close_ms + 1),
        volume_bars(chart.candles, strip),
        candle_bodies(chart.candles, plane),
        trail_figures(chart.trails, chart.candles, plane),
        lines,
        pins,
        arrows,
        tag("g", *texts, class_="labels"),
        viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}",
        role="img",
        aria_label=f"Candles of {at.symbol}, explained at {minute_text(at.open_ms)} UTC",
        xmlns="http://www.w3.org/2000/svg",
    )
    outside = tuple(each for each in chart.shapes if not _shows(plane, each))
    return Drawn(svg=svg, outside=outside, labels_left_out=left_out)


def _plane(chart: Chart) -> Plane:
    candles = chart.candles
    low, high = min(each.low for each in candles), max(each.high for each in candles)
    reach = (high - low) * _REACH
    risks = [price for each in chart.arrows for price in (each.stop, each.target) if price]
    near = [price for price in risks if low - reach <= price <= high + reach]
    low, high = min([low, *near]), max([high, *near])
    margin = (high - low) * _MARGIN or high * _MARGIN  # the market may have stood still
    return Plane(
        left=_LEFT,
        right=_RIGHT,
        top=_TOP,
        bottom=_FLOOR,
        from_ms=candles[0].open_ms,
        to_ms=candles[-1].close_ms + 1,
        low=low - margin,
        high=high + margin,
    )


def _strip(chart: Chart) -> Plane:
    top, bottom = _STRIP
    return Plane(
        left=_LEFT,
        right=_RIGHT,
        top=top,
        bottom=bottom,
        from_ms=chart.candles[0].open_ms,
        to_ms=chart.candles[-1].close_ms + 1,
        low=0.0,
        high=max(each.volume for each in chart.candles) or 1.0,
    )


def _shows(plane: Plane, shape: Shape) -> bool:
    match shape:
        case Box():
            return plane.shows(shape.low, shape.high, shape.from_ms, shape.to_ms)
        case Line():
            return plane.shows(shape.price, shape.price, shape.from_ms, shape.to_ms)
        case Pin():
            inside = plane.from_ms <= shape.at_ms < plane.to_ms
            return inside and plane.low <= shape.price <= plane.high


def _after(plane: Plane, known_to_ms: int) -> Markup:
    """Shade what was not known yet at the candle in question."""
    x = plane.x(known_to_ms)
    shade = {"x": x, "y": _TOP, "width": plane.right - x, "height": _STRIP[1] - _TOP}
    return tag("rect", tag("title", "came later"), class_="later", **shade)


def _reading_line(plane: Plane, from_ms: int, to_ms: int) -> Markup:
    """Draw where we stand: a line down through the candle in question, its time above."""
    x = (plane.x(from_ms) + plane.x(to_ms)) / 2
    spot = Spot(x=x, y=_TOP - 8, anchor=Anchor.MIDDLE)
    if x < _LEFT + 80:
        spot = Spot(x=_LEFT, y=_TOP - 8)
    elif x > _RIGHT - 80:
        spot = Spot(x=_RIGHT, y=_TOP - 8, anchor=Anchor.END)
    text = tag("text", minute_text(from_ms), class_="now", x=spot.x, y=spot.y,
               text_anchor=spot.anchor.value)  # fmt: skip
    line = tag("line", class_="now", x1=x, x2=x, y1=_TOP - 4, y2=_STRIP[1])
    return joined(line, text)
