"""A chart's page: one HTML file that needs nothing else, to open, keep and send."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from noctule.adapters.report.chart import Drawn, draw
from noctule.adapters.report.figures import TRAIL_COLOURS
from noctule.adapters.report.markup import Markup, tag
from noctule.adapters.report.shapes import Chart
from noctule.adapters.report.style import STYLE

__all__ = ["Page", "Table", "document", "page_of", "table_parts"]

_LEGEND: Final = (
    ("up", "speaks for rising prices"),
    ("down", "speaks for falling prices"),
    ("plain", "speaks for neither"),
    ("faded", "spent: mitigated, filled, swept"),
)
# Nothing may be loaded, and nothing run: not even what a label would smuggle in.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


class Table(Struct, frozen=True, kw_only=True):
    """Rows of texts under their headings, with a word for when there are none."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str


class Page(Struct, frozen=True, kw_only=True):
    """What stands around the chart."""

    title: str
    lines: Sequence[str]  # above it
    chart: Chart
    tables: Sequence[Table] = ()
    caption: str = ""


def page_of(page: Page) -> str:
    """Write the page as HTML."""
    drawn = draw(page.chart)
    body = tag(
        "body",
        tag("h1", page.title),
        *(tag("p", line) for line in page.lines),
        drawn.svg,
        _legend(page.chart),
        tag("p", " ".join((page.caption, *_left_out(drawn))), class_="quiet"),
        *(part for table in page.tables for part in table_parts(table)),
    )
    return document(page.title, body, policy=_POLICY, style=STYLE)


def document(title: str, body: Markup, *, policy: str, style: str) -> str:
    """Write a document in English that a browser may do no more with than the policy says."""
    head = tag(
        "head",
        Markup('<meta charset="utf-8">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        tag("title", title),
        Markup(f"<style>{style}</style>"),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


def table_parts(table: Table) -> Iterable[Markup]:
    """Write a heading, and below it the rows or the word for none."""
    yield tag("h2", table.title)
    if not table.rows:
        yield tag("p", table.empty, class_="quiet")
        return
    headings = tag("tr", *(tag("th", heading) for heading in table.headings))
    rows = [tag("tr", *(tag("td", text) for text in row)) for row in table.rows]
    yield tag("div", tag("table", tag("thead", headings), tag("tbody", *rows)), class_="table")


def _legend(chart: Chart) -> Markup:
    """Name the colours, and every curve by its own."""
    tones = [_entry(look, text, "soft") for look, text in _LEGEND]
    curves = [
        _entry(f"t{number % TRAIL_COLOURS}", trail.label, "thin")
        for number, trail in enumerate(chart.trails)
    ]
    risk = []
    if chart.arrows:
        risk = [_entry("stop", "stop of a signal", "thin")]
        risk += [_entry("target", "target of a signal", "thin")]
    return tag("ul", *tones, *curves, *risk, class_="legend")


def _entry(look: str, text: str, kind: str) -> Markup:
    return tag("li", tag("i", class_=f"{look} {kind}"), text)


def _left_out(drawn: Drawn) -> Iterable[str]:
    """Say what a person would look for in vain."""
    if drawn.outside:
        count = len(drawn.outside)
        yield f"Of what is listed below, {count} lie{'s' * (count == 1)} outside of the chart."
    if drawn.labels_left_out:
        yield f"{drawn.labels_left_out} labels found no room: hover over the shapes."
