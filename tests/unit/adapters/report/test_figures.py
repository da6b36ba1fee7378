from xml.etree import ElementTree

from noctule.adapters.report.axes import Plane
from noctule.adapters.report.figures import (
    arrow_figures,
    box_figures,
    line_figures,
    pin_figures,
    trail_figures,
)
from noctule.adapters.report.labels import Labels
from noctule.adapters.report.shapes import Arrow, Box, Line, Look, Pin, Trail, Way
from tests.builders import START_MS, candle

MINUTE_MS = 60_000
CANDLES = [
    candle(100.0, high=110.0, low=90.0, open_ms=START_MS + number * MINUTE_MS)
    for number in range(10)
]
PLANE = Plane(
    left=0, right=1_000, top=0, bottom=500, from_ms=START_MS, to_ms=START_MS + 10 * MINUTE_MS,
    low=50, high=150,
)  # fmt: skip


def paper() -> Labels:
    return Labels(left=0, right=1_000, top=0, bottom=500)


def minute(number: int) -> int:
    return START_MS + number * MINUTE_MS


def title_of(figure: ElementTree.Element) -> str | None:
    return figure.findtext("title")


def test_a_box_covers_its_prices_and_times_and_tells_them() -> None:
    box = Box(
        label="gap", low=90, high=110, from_ms=minute(2), to_ms=minute(5), look=Look.UP
    )  # fmt: skip
    labels = paper()

    (rect,) = ElementTree.fromstring(box_figures([box], PLANE, labels))

    assert {key: rect.get(key) for key in ("x", "y", "width", "height", "class")} == {
        "x": "200", "y": "200", "width": "300", "height": "100", "class": "box up",
    }  # fmt: skip
    assert title_of(rect) == ("gap\n90 to 110\nfrom 2026-09-28 00:02 UTC to 2026-09-28 00:05 UTC")
    assert labels.settle()[0] == ['<text class="label up" x="203" y="211">gap</text>']


def test_what_has_no_end_reaches_the_edge() -> None:
    box = Box(label="gap", low=90, high=110, from_ms=minute(2))
    line = Line(label="high", price=110, from_ms=minute(2))

    (rect,) = ElementTree.fromstring(box_figures([box], PLANE, paper()))
    (figure,) = ElementTree.fromstring(line_figures([line], PLANE, paper()))

    assert rect.get("width") == "800"
    assert figure[2].attrib == {"class": "level", "x1": "200", "x2": "1000", "y1": "200",
                                "y2": "200"}  # fmt: skip
    assert title_of(figure) == "high\n110\nfrom 2026-09-28 00:02 UTC"


def test_spent_boxes_lie_below_and_give_way_to_fresh_ones_with_their_labels() -> None:
    boxes = [
        Box(label=label, low=99.9, high=100.1, from_ms=minute(2), look=look)
        for label, look in (("old", Look.FADED), ("new", Look.DOWN))
    ]
    labels = paper()

    spent, fresh = ElementTree.fromstring(box_figures(boxes, PLANE, labels))

    assert (spent.get("class"), fresh.get("class")) == ("box faded", "box down")
    assert [ElementTree.fromstring(text).text for text in labels.settle()[0]] == ["new", "old"]


def test_a_pin_stands_above_what_concerns_the_high_and_below_what_concerns_the_low() -> None:
    pins = [
        Pin(label="swing high", price=110, at_ms=minute(3), look=Look.DOWN),
        Pin(label="swing low", price=90, at_ms=minute(3), look=Look.UP),
        Pin(label="elsewhere", price=90, at_ms=minute(99)),
    ]
    labels = paper()

    high, low = ElementTree.fromstring(pin_figures(pins, CANDLES, PLANE, labels))

    assert high.get("points") == "350.0,199.0 346.0,192.0 354.0,192.0"
    assert low.get("points") == "350.0,301.0 346.0,308.0 354.0,308.0"
    assert title_of(high) == "swing high\n110 on 2026-09-28 00:03 UTC"
    heights = [ElementTree.fromstring(text).get("y") for text in labels.settle()[0]]
    assert heights == ["189", "319"]


def test_a_trail_joins_its_points_and_is_interrupted_where_it_is_not() -> None:
    points = [(minute(0), 100.0), (minute(1), 110.0), (minute(2), float("nan"))]
    trail = Trail(label="average", points=(*points, (minute(3), 90.0), (minute(-5), 1.0)))

    (figure,) = ElementTree.fromstring(trail_figures([trail], CANDLES, PLANE))

    assert [line.get("points") for line in figure.findall("polyline")] == [
        "50.0,250.0 150.0,200.0",
        "350.0,300.0",
    ]
    assert (figure.get("class"), title_of(figure)) == ("trail t0", "average")


def test_a_long_arrow_points_up_from_below_with_its_stop_and_target() -> None:
    arrow = Arrow(label="LONG", way=Way.UP, at_ms=minute(2), price=100, stop=80, target=140)
    labels = paper()

    stop, target, shape = ElementTree.fromstring(arrow_figures([arrow], CANDLES, PLANE, labels))

    assert (title_of(stop), title_of(target)) == ("stop 80 of LONG", "target 140 of LONG")
    assert stop[1].attrib == {"class": "stop", "x1": "300", "x2": "1000", "y1": "350", "y2": "350"}
    assert target[1].get("y1") == "50"
    assert title_of(shape) == "LONG at 100 on 2026-09-28 00:02 UTC\nstop 80\ntarget 140"
    tip = str(shape[1].get("points")).split()[0]
    assert tip == "250.0,304.0"  # a little below the low
    words = [ElementTree.fromstring(text).text for text in labels.settle()[0]]
    assert words == ["LONG", "stop", "target"]


def test_stop_and_target_end_with_the_next_arrow_and_are_left_out_off_the_paper() -> None:
    arrows = [
        Arrow(label="SHORT", way=Way.DOWN, at_ms=minute(2), price=100, stop=120, target=10),
        Arrow(label="FLAT", way=Way.OUT, at_ms=minute(5), price=100),
        Arrow(label="LONG", way=Way.UP, at_ms=minute(77), price=100),
    ]

    stop, short, flat = ElementTree.fromstring(arrow_figures(arrows, CANDLES, PLANE, paper()))

    assert stop[1].get("x2") == "500"
    assert str(short[1].get("points")).split()[0] == "250.0,196.0"  # a little above the high
    assert flat[1].tag == "circle"
    assert title_of(flat) == "FLAT at 100 on 2026-09-28 00:05 UTC"
