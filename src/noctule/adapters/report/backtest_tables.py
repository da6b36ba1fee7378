"""The page's tables: months, groups of trades, all figures, and what the run was made of."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from noctule.adapters.report.backtest_measures import MEASURES, held_text, run_text
from noctule.adapters.report.backtest_numbers import ABSENT, figure, money, share
from noctule.adapters.report.markup import Markup, tag
from noctule.performance.equity import Month
from noctule.performance.summary import Summary
from noctule.performance.tally import Tally

__all__ = ["grid", "group_table", "measure_table", "month_table", "pairs_table"]

_MONTHS: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
_HEAT_FULL: Final = 0.15  # a month's share that has the full colour
_HEAT_MAX: Final = 60  # per cent of it, so that the number stays readable
_NUMBER: Final = re.compile(r"[−\d][\d.\u202f]*(%| R|×)?|–|")
_GROUPS: Final = (
    *("", "Trades", "Win rate", "Net", "Gross", "Fees", "Funding", "Slippage"),
    *("Profit factor", "Expectancy", "in R", "Best", "Worst"),
)


def grid(headings: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str) -> Markup:
    """Write a table whose first column names the rows; columns of numbers stand to the right."""
    filled = list(rows)
    columns = list(zip(*filled, strict=True)) if filled else [()] * len(headings)
    looks = ["number" if all(map(_NUMBER.fullmatch, column)) else None for column in columns]
    head = [
        tag("th", heading, scope="col", class_=look)
        for heading, look in zip(headings, looks, strict=True)
    ]
    body = [_row(row, looks) for row in filled]
    return _scrolled(caption, tag("thead", tag("tr", *head)), tag("tbody", *body))


def _row(row: Sequence[str], looks: Sequence[str | None]) -> Markup:
    name, *values = row
    cells = [tag("td", text, class_=look) for text, look in zip(values, looks[1:], strict=True)]
    return tag("tr", tag("th", name, scope="row"), *cells)


def _scrolled(caption: str, *parts: Markup) -> Markup:
    table = tag("table", tag("caption", caption, class_="unseen"), *parts)
    return tag("div", table, class_="table", tabindex="0", role="region", aria_label=caption)


def month_table(months: Sequence[Month]) -> Markup:
    """Write a row for each year, coloured by what each month made of its beginning."""
    if not months:
        return tag("p", "There was no month.", class_="quiet")
    headings = [tag("th", name, scope="col", class_="number") for name in ("Year", *_MONTHS, "All")]
    rows = [_year(year, list(each)) for year, each in groupby(months, lambda month: month.year)]
    head = tag("thead", tag("tr", *headings))
    return _scrolled("Monthly returns in per cent", head, tag("tbody", *rows))


def _year(year: int, months: Sequence[Month]) -> Markup:
    by_number = {each.month: each for each in months}
    cells = [_month(by_number.get(number)) for number in range(1, 13)]
    whole = _heat(_together(months), money(sum(each.profit for each in months)))
    return tag("tr", tag("th", str(year), scope="row", class_="number"), *cells, whole)


def _month(month: Month | None) -> Markup:
    if month is None:
        return tag("td", "", class_="number heat", style="--heat:0%")
    return _heat(month.share, money(month.profit))


def _heat(part: float | None, profit: str) -> Markup:
    if part is None:
        return tag("td", ABSENT, class_="number", title=profit)
    strength = min(1.0, abs(part) / _HEAT_FULL) * _HEAT_MAX
    tone = "up" if part > 0 else "down"
    return tag(
        "td",
        figure(100 * part),
        class_=f"number heat {tone}",
        style=f"--heat:{strength:.0f}%",
        title=f"{profit} in quote currency",
    )


def _together(months: Sequence[Month]) -> float | None:
    """Return what the months made of the first one's beginning, one upon the other."""
    grown = 1.0
    for month in months:
        if month.share is None:
            return None
        grown *= 1 + month.share
    return grown - 1


def group_table(summary: Summary) -> Markup:
    """Write what each symbol, side, strategy and way out came to."""
    groups: tuple[tuple[str, Mapping[str, Tally]], ...] = (
        ("Symbol", {str(name): each for name, each in summary.by_symbol.items()}),
        ("Side", {name.value: each for name, each in summary.by_side.items()}),
        ("Strategy", summary.by_strategy),
        ("Exit by", {name.value: each for name, each in summary.by_exit.items()}),
    )
    head = [
        tag("th", name, scope="col", class_="number" if number else None)
        for number, name in enumerate(_GROUPS)
    ]
    bodies = [
        tag("tbody", _group_name(title), *(_tally_row(name, each) for name, each in rows.items()))
        for title, rows in groups
        if rows
    ]
    total = tag("tbody", _tally_row("All trades", summary.total), class_="total")
    return _scrolled("Trades by group", tag("thead", tag("tr", *head)), *bodies, total)


def _group_name(title: str) -> Markup:
    return tag("tr", tag("th", title, scope="rowgroup", colspan=len(_GROUPS)), class_="group")


def _tally_row(name: str, tally: Tally) -> Markup:
    texts = (
        str(tally.trades),
        share(tally.win_rate, places=1),
        *map(money, (tally.net, tally.gross, tally.fees, tally.funding, tally.slippage)),
        figure(tally.profit_factor),
        money(tally.expectancy),
        figure(tally.expectancy_r),
        *map(money, (tally.best, tally.worst)),
    )
    cells = [tag("td", text, class_="number") for text in texts]
    return tag("tr", tag("th", name, scope="row"), *cells)


def measure_table(summary: Summary) -> Markup:
    """Write every figure, what holding had instead, and how it is reckoned."""
    headings = ("Figure", "This run", "Buy and hold", "How it is reckoned")
    rows = [
        tag(
            "tr",
            tag("th", each.name, scope="row"),
            tag("td", run_text(each, summary)),
            tag("td", held_text(each, summary)),
            tag("td", each.how, class_="quiet"),
        )
        for each in MEASURES
    ]
    head = tag("thead", tag("tr", *(tag("th", each, scope="col") for each in headings)))
    return _scrolled("All figures", head, tag("tbody", *rows))


def pairs_table(pairs: Sequence[tuple[str, str]], *, caption: str, empty: str) -> Markup:
    """Write names and values."""
    if not pairs:
        return tag("p", empty, class_="quiet")
    rows = [tag("tr", tag("th", name, scope="row"), tag("td", value)) for name, value in pairs]
    return _scrolled(caption, tag("tbody", *rows))
