"""What a strategy saw and said, put into the shapes and tables of a page."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from noctule.adapters.report.page import Page, Table
from noctule.adapters.report.shapes import Arrow, Box, Chart, Line, Look, Pin, Shape, Trail, Way
from noctule.app.explain.telling import (
    SAW_HEADINGS,
    SIGNAL_HEADINGS,
    headline,
    recent,
    saw_rows,
    signal_rows,
    verdict,
)
from noctule.app.explain.witness import Said, Witness
from noctule.domain.signals import Direction
from noctule.strategies.drawing import Area, Curve, Level, Mark, Tone

__all__ = ["picture_of"]

_LOOKS: Final[Mapping[Tone, Look]] = {
    Tone.BULLISH: Look.UP,
    Tone.BEARISH: Look.DOWN,
    Tone.NEUTRAL: Look.PLAIN,
    Tone.SPENT: Look.FADED,
}
_WAYS: Final[Mapping[Direction, Way]] = {
    Direction.LONG: Way.UP,
    Direction.SHORT: Way.DOWN,
    Direction.FLAT: Way.OUT,
}
_CAPTION: Final = (
    "Times are UTC and name when a candle opened. Areas, levels and marks are those known when "
    "the candle at the dashed line had closed, nothing later; lines without an end are drawn on. "
    "Candles in the shaded part came afterwards. Hover over anything for its exact numbers."
)


def picture_of(seen: Witness, *, strategy: str, settings: Mapping[str, str]) -> Page:
    """Return the page for a browser."""
    title = headline(seen, strategy)
    return Page(
        title=title,
        lines=[*verdict(seen), *(f"Trouble: {each}" for each in seen.troubles)],
        chart=Chart(
            candles=seen.candles,
            at_ms=seen.at.open_ms,
            shapes=tuple(map(_shape, recent(seen))),
            trails=_trails(seen.curves),
            arrows=tuple(map(_arrow, seen.said)),
        ),
        caption=" ".join((_CAPTION, *_older(seen))),
        tables=_tables(seen, settings),
    )


def _tables(seen: Witness, settings: Mapping[str, str]) -> Sequence[Table]:
    return (
        Table(
            title="Signals while these candles closed",
            headings=SIGNAL_HEADINGS,
            rows=tuple(signal_rows(seen)),
            empty="There were none.",
        ),
        Table(
            title="What it saw when the candle in question had closed",
            headings=SAW_HEADINGS,
            rows=tuple(saw_rows(seen)),
            empty="It drew nothing.",
        ),
        Table(
            title="Settings",
            headings=("key", "value"),
            rows=tuple(settings.items()),
            empty="The strategy has none of its own.",
        ),
    )


def _older(seen: Witness) -> Iterator[str]:
    count = len(seen.drawings) - len(recent(seen))
    if count:
        yield f"{count} of what it drew had ended before the candles shown."


def _shape(drawing: Area | Level | Mark) -> Shape:
    label, look = str(drawing.label), _LOOKS[drawing.tone]
    match drawing:
        case Area(low=low, high=high, from_ms=from_ms, to_ms=to_ms):
            return Box(label=label, low=low, high=high, from_ms=from_ms, to_ms=to_ms, look=look)
        case Level(price=price, from_ms=from_ms, to_ms=to_ms):
            return Line(label=label, price=price, from_ms=from_ms, to_ms=to_ms, look=look)
        case Mark(price=price, at_ms=at_ms):
            return Pin(label=label, price=price, at_ms=at_ms, look=look)


def _trails(curves: Iterable[Curve]) -> tuple[Trail, ...]:
    """Join the points of each label, in the order in which labels came first."""
    points: dict[str, dict[int, float]] = {}
    for curve in curves:
        points.setdefault(curve.label, {})[curve.at_ms] = curve.price
    return tuple(
        Trail(label=label, points=tuple(sorted(places.items()))) for label, places in points.items()
    )


def _arrow(said: Said) -> Arrow:
    signal = said.signal
    return Arrow(
        label=signal.direction.value,
        way=_WAYS[signal.direction],
        at_ms=said.base.open_ms,
        price=said.base.close,
        stop=signal.stop,
        target=signal.target,
    )
