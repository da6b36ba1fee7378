"""The shapes over the candles: exact numbers to hover over, and a label where it fits."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Final

from noctule.adapters.report.axes import Plane, exact, minute_text
from noctule.adapters.report.labels import Anchor, Labels, Spot, stack
from noctule.adapters.report.markup import Markup, tag
from noctule.adapters.report.shapes import Arrow, Box, Line, Look, Pin, Shape, Trail, Way
from noctule.domain.market import Candle

__all__ = ["TRAIL_COLOURS", "arrow_figures", "box_figures", "line_figures", "pin_figures",
           "trail_figures"]  # fmt: skip

TRAIL_COLOURS: Final = 6
_ROW: Final = 13.0  # from one label to the next
_RISK_CANDLES: Final = 24  # how far an arrow's stop and target are drawn


def box_figures(shapes: Iterable[Shape], plane: Plane, labels: Labels) -> Markup:
    """Draw ranges of prices, the faded ones first, their labels inside where there is room."""
    boxes = [each for each in shapes if isinstance(each, Box)]
    for box in boxes:
        left, top, bottom = plane.x(box.from_ms) + 3, plane.y(box.high), plane.y(box.low)
        right = plane.x(_end(box, plane)) - 3
        rows = (top + 11, bottom - 3, top - 3, bottom + 12)
        spots = [Spot(x=left, y=y) for y in rows]
        far = [Spot(x=right, y=y, anchor=Anchor.END) for y in rows]
        spots = far + spots if box.from_ms < plane.from_ms else spots + far
        labels.want(box.label, spots, look=box.look)
    drawn = sorted(boxes, key=_is_faded, reverse=True)
    return tag("g", *(_box(box, plane) for box in drawn), class_="boxes")


def line_figures(shapes: Iterable[Shape], plane: Plane, labels: Labels) -> Markup:
    """Draw prices that count, each until its end."""
    lines = sorted((each for each in shapes if isinstance(each, Line)), key=_is_faded)
    for line in lines:
        left, right, y = plane.x(line.from_ms), plane.x(_end(line, plane)), plane.y(line.price)
        spots = [
            Spot(x=right - 3, y=y - 3, anchor=Anchor.END),
            Spot(x=left + 3, y=y - 3),
            Spot(x=right - 3, y=y + 11, anchor=Anchor.END),
            Spot(x=left + 3, y=y + 11),
            Spot(x=(left + right) / 2, y=y - 3, anchor=Anchor.MIDDLE),
        ]
        labels.want(line.label, spots, look=line.look)
    return tag("g", *(_line(line, plane) for line in lines), class_="lines")


def pin_figures(
    shapes: Iterable[Shape], candles: Sequence[Candle], plane: Plane, labels: Labels
) -> Markup:
    """Draw what happened on one candle: above it what concerns its high, below it its low.

    Equal labels on the same side of a candle are written once, with their number.
    """
    by_open = {candle.open_ms: candle for candle in candles}
    pins = [each for each in shapes if isinstance(each, Pin) and each.at_ms in by_open]
    figures, words = [], Counter[tuple[Candle, bool, str, Look]]()
    for pin in pins:
        candle = by_open[pin.at_ms]
        is_above = pin.price >= (candle.high + candle.low) / 2
        words[candle, is_above, pin.label, pin.look] += 1
        figures.append(_pin(pin, _middle(candle, plane), plane.y(pin.price), is_above=is_above))
    for (candle, is_above, label, look), times in words.items():
        y = plane.y(candle.high) - 11 if is_above else plane.y(candle.low) + 19
        step, x = _ROW if is_above else -_ROW, _middle(candle, plane)
        text = label if times == 1 else f"{label} ×{times}"
        labels.want(text, stack(x, y, step=step, count=7, anchor=Anchor.MIDDLE), look=look)
    return tag("g", *figures, class_="pins")


def trail_figures(trails: Iterable[Trail], candles: Sequence[Candle], plane: Plane) -> Markup:
    """Draw each curve through the middles of its candles; it is interrupted where it is not."""
    by_open = {candle.open_ms: candle for candle in candles}
    figures = []
    for number, trail in enumerate(trails):
        runs: list[list[str]] = [[]]
        for at_ms, price in trail.points:
            if at_ms not in by_open or not math.isfinite(price):
                runs.append([])
                continue
            runs[-1].append(f"{_middle(by_open[at_ms], plane):.1f},{plane.y(price):.1f}")
        look = f"trail t{number % TRAIL_COLOURS}"
        lines = [tag("polyline", points=" ".join(run)) for run in runs if run]
        figures.append(tag("g", tag("title", trail.label), *lines, class_=look))
    return tag("g", *figures)


def arrow_figures(
    arrows: Sequence[Arrow], candles: Sequence[Candle], plane: Plane, labels: Labels
) -> Markup:
    """Draw what was called for, with stop and target until the next call at the latest."""
    by_open = {candle.open_ms: candle for candle in candles}
    shown = [arrow for arrow in arrows if arrow.at_ms in by_open]
    figures = []
    for number, arrow in zip(count(1), shown, strict=False):
        candle = by_open[arrow.at_ms]
        until_ms = candle.close_ms + _RISK_CANDLES * (candle.close_ms + 1 - candle.open_ms)
        if number < len(shown):
            until_ms = min(until_ms, shown[number].at_ms)
        is_below = arrow.way is Way.UP
        y = plane.y(candle.low) + 4 if is_below else plane.y(candle.high) - 4
        step, y_first = (-_ROW, y + 27) if is_below else (_ROW, y - 18)
        spots = stack(_middle(candle, plane), y_first, step=step, count=7, anchor=Anchor.MIDDLE)
        labels.want(arrow.label, spots, look=f"call {arrow.way}")
        risk = _risk(arrow, plane, labels, from_ms=candle.close_ms + 1, until_ms=until_ms)
        figures += [*risk, _arrow(arrow, _middle(candle, plane), y)]
    return tag("g", *figures, class_="arrows")


def _box(box: Box, plane: Plane) -> Markup:
    left, right = plane.x(box.from_ms), plane.x(_end(box, plane))
    top, bottom = plane.y(box.high), plane.y(box.low)
    told = f"{box.label}\n{exact(box.low)} to {exact(box.high)}\n{_while(box)}"
    return tag(
        "rect",
        tag("title", told),
        class_=f"box {box.look}",
        x=left,
        y=top,
        width=max(1.0, right - left),
        height=max(1.0, bottom - top),
    )


def _line(line: Line, plane: Plane) -> Markup:
    y = plane.y(line.price)
    told = f"{line.label}\n{exact(line.price)}\n{_while(line)}"
    x1, x2 = plane.x(line.from_ms), plane.x(_end(line, plane))
    return tag(
        "g",
        tag("title", told),
        tag("line", class_="wide", x1=x1, x2=x2, y1=y, y2=y),
        tag("line", class_="level", x1=x1, x2=x2, y1=y, y2=y),
        class_=str(line.look),
    )


def _pin(pin: Pin, x: float, y: float, *, is_above: bool) -> Markup:
    tip, base = (y - 1, y - 8) if is_above else (y + 1, y + 8)
    told = f"{pin.label}\n{exact(pin.price)} on {minute_text(pin.at_ms)} UTC"
    points = f"{x:.1f},{tip:.1f} {x - 4:.1f},{base:.1f} {x + 4:.1f},{base:.1f}"
    return tag("polygon", tag("title", told), class_=f"pin {pin.look}", points=points)


def _arrow(arrow: Arrow, x: float, y: float) -> Markup:
    told = f"{arrow.label} at {exact(arrow.price)} on {minute_text(arrow.at_ms)} UTC"
    levels = {"stop": arrow.stop, "target": arrow.target}
    told += "".join(f"\n{name} {exact(at)}" for name, at in levels.items() if at is not None)
    if arrow.way is Way.OUT:
        shape = tag("circle", cx=x, cy=y - 6, r=5.5)
    else:
        to, half = (14, 7) if arrow.way is Way.UP else (-14, -7)
        across = f"{x - 7:.1f},{y + half:.1f} {x - 2.5:.1f},{y + half:.1f}"
        back = f"{x + 2.5:.1f},{y + half:.1f} {x + 7:.1f},{y + half:.1f}"
        shaft = f"{x - 2.5:.1f},{y + to:.1f} {x + 2.5:.1f},{y + to:.1f}"
        shape = tag("polygon", points=f"{x:.1f},{y:.1f} {across} {shaft} {back}")
    return tag("g", tag("title", told), shape, class_=f"arrow {arrow.way}")


def _risk(
    arrow: Arrow, plane: Plane, labels: Labels, *, from_ms: int, until_ms: int
) -> Iterator[Markup]:
    """Draw where the price would be left with a loss, and where with a gain."""
    x1, x2 = plane.x(from_ms), plane.x(until_ms)
    for name, price in (("stop", arrow.stop), ("target", arrow.target)):
        if price is not None and plane.low <= price <= plane.high:
            y = plane.y(price)
            labels.want(name, [Spot(x=x1 + 2, y=y - 3), Spot(x=x1 + 2, y=y + 11)], look=name)
            told = tag("title", f"{name} {exact(price)} of {arrow.label}")
            yield tag("g", told, tag("line", class_=name, x1=x1, x2=x2, y1=y, y2=y))


def _while(shape: Box | Line) -> str:
    begun = f"from {minute_text(shape.from_ms)} UTC"
    return begun if shape.to_ms is None else f"{begun} to {minute_text(shape.to_ms)} UTC"


def _end(shape: Box | Line, plane: Plane) -> int:
    return plane.to_ms if shape.to_ms is None else shape.to_ms


def _middle(candle: Candle, plane: Plane) -> float:
    return (plane.x(candle.open_ms) + plane.x(candle.close_ms + 1)) / 2


def _is_faded(shape: Shape) -> bool:
    return shape.look is Look.FADED
