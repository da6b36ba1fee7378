"""A backtest as one HTML file: everything in it, nothing fetched, no word of it a script."""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from noctule.adapters.report.backtest_bytes import packed
from noctule.adapters.report.backtest_candles import Columns, Market, markets_of
from noctule.adapters.report.backtest_curves import (
    equity_figure,
    exposure_figure,
    rolling_figures,
)
from noctule.adapters.report.backtest_facts import ReportFacts
from noctule.adapters.report.backtest_figure import Figure
from noctule.adapters.report.backtest_library import our_script, plotly_script
from noctule.adapters.report.backtest_opening import doubt_list, headline, tiles
from noctule.adapters.report.backtest_outcomes import (
    cost_figures,
    excursion_figures,
    r_figure,
)
from noctule.adapters.report.backtest_sections import candle_section, chart, pair, trade_section
from noctule.adapters.report.backtest_style import REPORT_STYLE
from noctule.adapters.report.backtest_tables import (
    grid,
    group_table,
    measure_table,
    month_table,
    pairs_table,
)
from noctule.adapters.report.backtest_trades import trade_columns
from noctule.adapters.report.markup import Markup, joined, tag
from noctule.adapters.report.page import document
from noctule.domain.values import Symbol
from noctule.performance.doubts import Doubt
from noctule.performance.records import Course
from noctule.performance.summary import Summary

__all__ = ["report_text", "write_report"]

_NO_SCRIPT: Final = "Charts and the list of trades need JavaScript; all else stands here anyway."


class _Shown(Struct, frozen=True, kw_only=True):
    """All that the page shows."""

    course: Course
    summary: Summary
    doubts: Sequence[Doubt]
    markets: Sequence[Market]
    facts: ReportFacts


class _Figures(Struct, frozen=True, kw_only=True):
    equity: Figure
    exposure: Figure
    rolling: tuple[Figure, Figure]
    costs: tuple[Figure, Figure]
    excursions: tuple[Figure, Figure]
    multiples: Figure

    def drawn(self) -> list[Figure]:
        """Return those that there is something to draw of, in the page's order."""
        parts = (self.equity, self.exposure, *self.rolling, *self.costs, *self.excursions)
        return [each for each in (*parts, self.multiples) if not each.empty]


def write_report(
    path: Path,
    *,
    course: Course,
    summary: Summary,
    doubts: Sequence[Doubt],
    candles: Mapping[Symbol, Columns],
    facts: ReportFacts,
) -> None:
    """Write the page to a file."""
    text = report_text(course=course, summary=summary, doubts=doubts, candles=candles, facts=facts)
    path.write_text(text, encoding="utf-8")


def report_text(
    *,
    course: Course,
    summary: Summary,
    doubts: Sequence[Doubt],
    candles: Mapping[Symbol, Columns],
    facts: ReportFacts,
) -> str:
    """Write the page; the same run gives the same page, to the letter."""
    shown = _Shown(
        course=course, summary=summary, doubts=doubts, markets=markets_of(candles), facts=facts
    )
    figures = _figures(course, summary)
    library, script = plotly_script(), our_script()
    body = tag(
        "body",
        headline(facts),
        *_sections(shown, figures),
        _carried("plotly-js", packed(library.encode())),
        _carried("course", packed(_payload(shown, figures))),
        *(_carried(_place(number), each.packed) for number, each in enumerate(shown.markets)),
        Markup(f"<script>{script}</script>"),
    )
    return document(facts.title, body, policy=_policy(library, script), style=REPORT_STYLE)


def _figures(course: Course, summary: Summary) -> _Figures:
    return _Figures(
        equity=equity_figure(course),
        exposure=exposure_figure(course),
        rolling=rolling_figures(summary),
        costs=cost_figures(summary, course.trades),
        excursions=excursion_figures(course.trades),
        multiples=r_figure(course.trades),
    )


def _sections(shown: _Shown, figures: _Figures) -> Iterable[Markup]:
    summary, facts = shown.summary, shown.facts
    sections = (
        ("doubts", "Doubts", "What makes this result doubtful", doubt_list(shown.doubts)),
        ("summary", "Summary", "Beside buying and holding", tiles(summary)),
        ("curve", "Equity", "Equity and drawdown", chart(figures.equity, look="chart tall")),
        ("candles", "Candles", "Candles and trades", candle_section(shown.markets)),
        ("months", "Months", "Monthly returns, %", month_table(summary.months)),
        ("trades", "Trades", "Trades", trade_section(len(shown.course.trades))),
        ("groups", "Groups", "By symbol, side, strategy and exit", group_table(summary)),
        ("costs", "Costs", "Costs", pair(*figures.costs)),
        ("outcomes", "Outcomes", "How trades went", _outcomes(figures)),
        ("exposure-section", "Exposure", "Exposure", chart(figures.exposure)),
        ("steadiness", "Steadiness", "Steadiness", pair(*figures.rolling)),
        ("figures", "Figures", "All figures", _measures(summary)),
        ("assumptions", "Assumptions", "Assumptions", _assumptions(facts)),
        ("settings", "Settings", "Settings", _settings(facts)),
        ("source", "Source", "Candles and versions", _source(facts)),
    )
    links = [tag("a", short, href=f"#{name}") for name, short, *_ in sections]
    yield tag("nav", *links, aria_label="Contents")
    yield tag("p", "", id="trouble", role="alert", hidden="hidden")
    yield tag("noscript", tag("p", _NO_SCRIPT))
    for name, _, title, content in sections:
        heading = tag("h2", title, id=f"{name}-title")
        yield tag("section", heading, content, id=name, aria_labelledby=f"{name}-title")


def _outcomes(figures: _Figures) -> Markup:
    return joined(pair(*figures.excursions), chart(figures.multiples))


def _measures(summary: Summary) -> Markup:
    return tag("div", measure_table(summary), class_="measures")


def _settings(facts: ReportFacts) -> Markup:
    return pairs_table(facts.settings, caption="Settings", empty="None were told.")


def _assumptions(facts: ReportFacts) -> Markup:
    return tag("ul", *(tag("li", each) for each in facts.assumptions))


def _source(facts: ReportFacts) -> Markup:
    rows = [(each.path, str(each.rows), each.sha256) for each in facts.files]
    hashes = (("result", facts.result_hash), ("candles", facts.data_hash))
    return joined(
        pairs_table(hashes, caption="Hashes", empty=""),
        grid(("File", "Rows", "SHA-256"), rows, caption="Files that were read"),
        tag("ul", *(tag("li", each) for each in facts.quirks)),
        pairs_table(facts.versions, caption="Versions", empty=""),
    )


def _payload(shown: _Shown, figures: _Figures) -> bytes:
    columns, words = trade_columns(shown.course.trades)
    return msgspec.json.encode(
        {
            "figures": [
                {"id": each.id, "data": each.data, "layout": each.layout}
                for each in figures.drawn()
            ],
            "markets": [
                {
                    "symbol": each.symbol,
                    "id": _place(number),
                    "first_ms": each.first_ms,
                    "candle_ms": each.candle_ms,
                    "scale": each.scale,
                }
                for number, each in enumerate(shown.markets)
            ],
            "columns": columns,
            "words": words,
        }
    )


def _place(number: int) -> str:
    return f"candles-{number}"


def _carried(name: str, letters: str) -> Markup:
    """Put packed bytes where no browser reads them as anything."""
    return Markup(f'<script type="text/plain" id="{name}">{letters}</script>')


def _policy(*scripts: str) -> str:
    """Allow these very scripts, and nothing to be loaded: not even what a text would smuggle in."""
    hashes = " ".join(
        f"'sha256-{b64encode(sha256(script.encode()).digest()).decode('ascii')}'"
        for script in scripts
    )
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
