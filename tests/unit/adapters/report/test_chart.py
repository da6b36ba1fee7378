from xml.etree import ElementTree

from noctule.adapters.report.chart import draw
from noctule.adapters.report.shapes import Arrow, Box, Chart, Line, Pin, Shape, Way
from tests.builders import START_MS, candle, candles

MINUTE_MS = 60_000
SVG = "{http://www.w3.org/2000/svg}"


def chart(*shapes: Shape, at: int = 5, arrows: tuple[Arrow, ...] = ()) -> Chart:
    closes = [100.0, 101.0, 102.0, 101.0, 100.0, 99.0, 98.0, 99.0, 100.0, 101.0]
    return Chart(
        candles=tuple(candles(closes)),
        at_ms=START_MS + at * MINUTE_MS,
        shapes=shapes,
        arrows=arrows,
    )


def figures(svg: str, name: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(f"{SVG}{name}"))


def test_the_picture_is_one_well_formed_element_with_every_candle_in_it() -> None:
    drawn = draw(chart())

    root = ElementTree.fromstring(drawn.svg)
    groups = {group.get("class"): group for group in root.iter(f"{SVG}g")}
    assert root.get("viewBox") == "0 0 1200 700"
    assert root.get("aria-label") == "Candles of BTCUSDT, explained at 2026-09-28 00:05 UTC"
    assert len(list(groups["candles"])) == len(list(groups["volume"])) == 10
    assert (drawn.outside, drawn.labels_left_out) == ((), 0)


def test_a_line_stands_at_the_candle_in_question_and_what_came_later_is_shaded() -> None:
    svg = draw(chart(at=4)).svg

    (line,) = [each for each in figures(svg, "line") if each.get("class") == "now"]
    (shade,) = [each for each in figures(svg, "rect") if each.get("class") == "later"]
    (text,) = [each for each in figures(svg, "text") if each.get("class") == "now"]
    assert line.get("x1") == line.get("x2") == "507.1"
    assert (shade.get("x"), shade.get("width")) == ("563", "559")
    assert (text.text, text.get("text-anchor")) == ("2026-09-28 00:04", "middle")


def test_the_time_above_stays_on_the_paper_at_both_ends() -> None:
    anchors = [
        next(each for each in figures(draw(chart(at=at)).svg, "text") if each.get("class") == "now")
        for at in (0, 9)
    ]

    assert [each.get("text-anchor") for each in anchors] == ["start", "end"]


def test_what_lies_outside_is_left_out_and_named() -> None:
    seen: list[Shape] = [
        Box(label="gap", low=99.0, high=100.0, from_ms=START_MS),
        Line(label="high", price=101.0, from_ms=START_MS),
        Pin(label="swing", price=102.0, at_ms=START_MS + 2 * MINUTE_MS),
    ]
    unseen = (
        Box(label="far gap", low=200.0, high=210.0, from_ms=START_MS),
        Line(label="old high", price=101.0, from_ms=0, to_ms=START_MS),
        Pin(label="old swing", price=101.0, at_ms=START_MS - MINUTE_MS),
        Pin(label="high swing", price=201.0, at_ms=START_MS),
    )

    drawn = draw(chart(*seen, *unseen))

    assert drawn.outside == unseen
    words = {each.text for each in figures(drawn.svg, "text")}
    assert {"gap", "high", "swing"} <= words
    assert not {"far gap", "old high", "old swing"} & words


def test_near_stops_and_targets_stretch_the_prices_and_far_ones_do_not() -> None:
    arrow = Arrow(label="LONG", way=Way.UP, at_ms=START_MS, price=100.0, stop=97.0, target=1_000.0)

    words = [each.text for each in figures(draw(chart(arrows=(arrow,))).svg, "text")]

    assert "stop" in words
    assert "target" not in words


def test_a_market_that_stands_still_without_trades_can_be_drawn() -> None:
    still = tuple(
        candle(0.5, volume=0.0, trades=0, open_ms=START_MS + number * MINUTE_MS)
        for number in range(3)
    )

    assert draw(Chart(candles=still, at_ms=START_MS)).svg.startswith("<svg")
