import re
from html.parser import HTMLParser

from typing_extensions import override

from noctule.adapters.report.page import Page, Table, page_of
from noctule.adapters.report.shapes import Arrow, Box, Chart, Look, Trail, Way
from tests.builders import START_MS, candles

VOID = {"meta"}


class Reader(HTMLParser):
    """Checks that every element is closed in order, and keeps the texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert not self._open, f"left open: {self._open}"

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self._open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    @override
    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def chart(**kept: object) -> Chart:
    bars = tuple(candles([100.0, 101.0, 99.0, 100.0]))
    return Chart(candles=bars, at_ms=START_MS, **kept)  # type: ignore[arg-type]  # as given


def page(shown: Chart | None = None, **kept: object) -> str:
    return page_of(Page(title="A <chart>", lines=["1 & 2"], chart=shown or chart(), **kept))  # type: ignore[arg-type]  # as given


def test_the_page_is_one_document_whose_elements_all_close() -> None:
    written = page()

    reader = Reader(written)
    assert written.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "A <chart>" in reader.texts
    assert "1 & 2" in reader.texts
    assert reader.tags.count("svg") == 1


def test_nothing_is_fetched_and_nothing_runs() -> None:
    written = page()

    assert "default-src 'none'; style-src 'unsafe-inline'" in written
    assert not re.search(r"<(script|link|img|iframe)|src=|href=", written)
    assert re.findall('https?://[^"]*', written) == ["http://www.w3.org/2000/svg"]


def test_a_hostile_label_stays_a_label_everywhere() -> None:
    hostile = "</title></svg><script>alert(1)</script>"
    box = Box(label=hostile, low=99.0, high=101.0, from_ms=START_MS)
    trail = Trail(label=hostile, points=((START_MS, 100.0),))
    table = Table(title=hostile, headings=(hostile,), rows=((hostile,),), empty="")

    reader = Reader(page(chart(shapes=(box,), trails=(trail,)), tables=[table], caption=hostile))

    assert "script" not in reader.tags
    assert sum(hostile in text for text in reader.texts) >= 6


def test_the_legend_names_colours_curves_and_what_belongs_to_arrows() -> None:
    trail = Trail(label="EMA 50", points=((START_MS, 100.0),))
    arrow = Arrow(label="LONG", way=Way.UP, at_ms=START_MS, price=100.0)

    bare, full = page(), page(chart(trails=(trail,), arrows=(arrow,)))

    assert all(f'class="{look} soft"' in bare for look in Look)
    assert "stop of a signal" not in bare
    assert '<li><i class="t0 thin"></i>EMA 50</li>' in full
    assert "stop of a signal" in full


def test_rows_stand_in_tables_and_none_is_said_in_words() -> None:
    table = Table(title="Signals", headings=("a", "b"), rows=(("1", "2"),), empty="none")
    empty = Table(title="Drawings", headings=("a",), rows=(), empty="It drew nothing.")

    written = page(tables=[table, empty])

    assert "<h2>Signals</h2>" in written
    assert "<tr><td>1</td><td>2</td></tr>" in written
    assert '<p class="quiet">It drew nothing.</p>' in written


def test_what_a_person_would_look_for_in_vain_is_said() -> None:
    far = [
        Box(label="far", low=200.0 + number, high=300.0, from_ms=START_MS) for number in range(2)
    ]
    crowd = [
        Box(label="crowd", low=100.0, high=100.01, from_ms=START_MS) for _ in range(9)
    ]  # fmt: skip

    one, two = page(chart(shapes=tuple(far[:1]))), page(chart(shapes=(*far, *crowd)))

    assert "Of what is listed below, 1 lies outside of the chart." in one
    assert "Of what is listed below, 2 lie outside of the chart." in two
    assert re.search(r"\d labels found no room: hover over the shapes\.", two)
    assert "found no room" not in one
