from msgspec.structs import replace

from noctule.adapters.report.shapes import Arrow, Box, Line, Look, Pin, Trail, Way
from noctule.app.explain.picture import picture_of
from noctule.app.explain.witness import witness
from noctule.strategies.drawing import Curve, Level
from tests.builders import START_MS, candles
from tests.fakes.explained import desk_of

MINUTE_MS = 60_000
CANDLES = candles([101.0 + number for number in range(40)])
SEEN = witness(desk_of(), CANDLES, at=20, bars=6, after=4)


def opened(minute: int) -> int:
    return START_MS + minute * MINUTE_MS


def test_every_kind_of_drawing_becomes_its_shape_in_its_colour() -> None:
    chart = picture_of(SEEN, strategy="toy", settings={}).chart

    assert chart.candles == SEEN.candles
    assert chart.at_ms == opened(20)
    assert chart.shapes == (
        Box(label="zone", low=121.0, high=121.0, from_ms=opened(20), look=Look.UP),
        Line(label="level", price=121.0, from_ms=opened(20), to_ms=opened(21)),
        Pin(label="mark", price=121.0, at_ms=opened(20), look=Look.FADED),
    )


def test_points_of_one_label_are_joined_in_the_order_of_their_times() -> None:
    points = ((opened(2), 3.0), (opened(1), 2.0), (opened(2), 4.0))
    curves = [Curve(label="a", price=price, at_ms=at_ms) for at_ms, price in points]

    chart = picture_of(replace(SEEN, curves=tuple(curves)), strategy="toy", settings={}).chart

    assert chart.trails == (Trail(label="a", points=((opened(1), 2.0), (opened(2), 4.0))),)


def test_signals_become_arrows_at_the_candle_they_came_with() -> None:
    chart = picture_of(SEEN, strategy="toy", settings={}).chart

    assert chart.arrows == (
        Arrow(label="LONG", way=Way.UP, at_ms=opened(19), price=120.0, stop=1.5),
    )


def test_the_page_says_what_it_is_and_that_it_holds_no_hindsight() -> None:
    page = picture_of(
        replace(SEEN, troubles=("explain: odd",)), strategy="toy", settings={"a": "1"}
    )

    assert page.title == "BTCUSDT 1m, 2026-09-28 00:20 UTC: toy"
    assert list(page.lines)[1:] == ["It signalled nothing.", "Trouble: explain: odd"]
    assert "known when the candle at the dashed line had closed, nothing later" in page.caption
    assert [table.rows for table in page.tables[2:]] == [(("a", "1"),)]
    assert [len(table.rows) for table in page.tables] == [1, 4, 1]


def test_what_ended_before_the_candles_shown_is_counted_only() -> None:
    gone = Level(label="old", price=120.0, from_ms=opened(1), to_ms=opened(2))

    page = picture_of(replace(SEEN, drawings=(gone, *SEEN.drawings)), strategy="toy", settings={})

    assert len(page.chart.shapes) == 3
    assert page.caption.endswith(" 1 of what it drew had ended before the candles shown.")
