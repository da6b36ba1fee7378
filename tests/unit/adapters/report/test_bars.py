import re
from xml.etree import ElementTree

from noctule.adapters.report.axes import Plane
from noctule.adapters.report.bars import candle_bodies, price_axis, time_axis, volume_bars
from noctule.domain.values import Timeframe
from tests.builders import START_MS, candle

HOUR_MS = 3_600_000
RISES = candle(110.0, open=100.0, high=120.0, low=90.0, timeframe=Timeframe.H1, volume=5.0)
FALLS = candle(
    100.0, open=110.0, high=110.0, low=100.0, timeframe=Timeframe.H1, volume=10.0,
    open_ms=START_MS + HOUR_MS,
)  # fmt: skip
PLANE = Plane(
    left=0, right=200, top=0, bottom=100, from_ms=START_MS, to_ms=START_MS + 2 * HOUR_MS,
    low=50, high=150,
)  # fmt: skip


def test_a_candle_is_a_wick_from_low_to_high_and_a_body_from_open_to_close() -> None:
    rises, falls = ElementTree.fromstring(candle_bodies([RISES, FALLS], PLANE))
    title, wick, body = rises

    assert (rises.get("class"), falls.get("class")) == ("up", "down")
    assert wick.attrib == {"x1": "50", "x2": "50", "y1": "30", "y2": "60"}
    assert body.attrib == {"x": "16", "y": "40", "width": "68", "height": "10"}
    assert title.text == (
        "2026-09-28 00:00 UTC, 1h\nopen 100  high 120\nlow 90  close 110\nvolume 5"
    )


def test_a_candle_that_stands_still_can_still_be_seen() -> None:
    (idle,) = ElementTree.fromstring(candle_bodies([candle(100.0, timeframe=Timeframe.H1)], PLANE))

    assert idle[2].get("height") == "0.8"


def test_volume_stands_on_the_floor_of_its_strip() -> None:
    strip = Plane(
        left=0, right=200, top=100, bottom=150, from_ms=START_MS,
        to_ms=START_MS + 2 * HOUR_MS, low=0, high=10,
    )  # fmt: skip
    first, second = ElementTree.fromstring(volume_bars([RISES, FALLS], strip))

    assert (first.get("y"), first.get("height")) == ("125", "25")
    assert (second.get("y"), second.get("height")) == ("100", "50")


def test_the_price_axis_has_a_line_and_a_number_at_every_round_price() -> None:
    axis = ElementTree.fromstring(price_axis(PLANE))

    numbers = [each.text for each in axis if each.tag == "text"]
    assert numbers == [str(price) for price in range(50, 151, 10)]
    at_100 = [each for each in axis if each.tag == "line"][5]
    assert at_100.attrib == {"class": "grid", "x1": "0", "x2": "200", "y1": "50", "y2": "50"}


def test_the_time_axis_begins_with_a_date_and_marks_where_a_day_begins() -> None:
    plane = Plane(
        left=0, right=1_000, top=0, bottom=100, from_ms=START_MS - 5 * HOUR_MS,
        to_ms=START_MS + 5 * HOUR_MS, low=50, high=150,
    )  # fmt: skip
    axis = ElementTree.fromstring(time_axis(plane, 180))

    texts = [each.text for each in axis if each.tag == "text"]
    days = [each.get("x1") for each in axis if each.get("class") == "grid day"]
    assert texts[0] == "2026-09-27 20:00"
    assert texts[1:5] == ["21:00", "22:00", "23:00", "2026-09-28"]
    assert days == ["500"]
    assert re.fullmatch(r"0\d:00", str(texts[-1]))


def test_where_every_line_begins_a_day_none_is_stronger() -> None:
    plane = Plane(
        left=0, right=1_000, top=0, bottom=100, from_ms=START_MS,
        to_ms=START_MS + 10 * 24 * HOUR_MS, low=50, high=150,
    )  # fmt: skip
    axis = ElementTree.fromstring(time_axis(plane, 180))

    assert {each.get("class") for each in axis if each.tag == "line"} == {"grid"}
    assert axis.findtext("text") == "2026-09-29"
