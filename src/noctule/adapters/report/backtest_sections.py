"""The page's parts that the browser fills: charts, the candles with trades, the list of trades."""

from collections.abc import Sequence
from typing import Final

from noctule.adapters.report.axes import DAY_MS
from noctule.adapters.report.backtest_candles import CANDLES_MAX, Market
from noctule.adapters.report.backtest_figure import Figure
from noctule.adapters.report.backtest_trades import LISTED_MAX
from noctule.adapters.report.markup import Markup, joined, tag
from noctule.domain.values import MINUTE_MS

__all__ = ["candle_section", "chart", "pair", "trade_section"]

_RANGES: Final = (("all", 0), ("3 months", 91), ("1 month", 30), ("1 week", 7), ("1 day", 1))
_CHOICES: Final = (
    ("symbol", "Symbol"),
    ("strategy", "Strategy"),
    ("direction", "Side"),
    ("exit_reason", "Exit by"),
)
_LEGEND: Final = (
    ("plain", "▲", "long entry"),
    ("t2", "▼", "short entry"),
    ("up", "■", "exit that won; to the target"),
    ("down", "■", "exit that did not; to the stop"),
)


def chart(figure: Figure, *, look: str = "chart") -> Markup:
    """Make room for a chart, with words for whoever does not see it, or say why there is none."""
    title = tag("h3", figure.title) if figure.title else ""
    if figure.empty:
        return tag("figure", title, tag("p", figure.empty, class_="quiet"))
    place = tag("div", id=figure.id, class_=look, role="img", aria_label=figure.label)
    return tag("figure", title, place, tag("figcaption", figure.caption))


def pair(*figures: Figure) -> Markup:
    """Put charts beside one another where there is room."""
    return tag("div", *map(chart, figures), class_="pair")


def candle_section(markets: Sequence[Market]) -> Markup:
    """Make room for the candles with the trades drawn in, and for what moves them."""
    if not markets:
        return tag("p", "There are no candles to draw.", class_="quiet")
    options = [tag("option", each.symbol, value=each.symbol) for each in markets]
    ranges = [tag("button", name, type="button", data_days=str(days)) for name, days in _RANGES]
    return joined(
        tag(
            "div",
            tag("label", "Symbol", tag("select", *options, id="market-symbol")),
            tag("span", *ranges, id="market-ranges", class_="controls"),
            tag("button", "◀ trade before", type="button", id="market-back"),
            tag("button", "next trade ▶", type="button", id="market-on"),
            class_="controls",
        ),
        tag("p", "", id="market-status", class_="quiet", aria_live="polite"),
        tag(
            "div", id="market", role="img", aria_label="Candles with entries, exits, stops, targets"
        ),
        tag("ul", *(_entry(*each) for each in _LEGEND), class_="legend"),
        tag("p", _candle_caption(markets), class_="quiet"),
    )


def _entry(look: str, sign: str, text: str) -> Markup:
    return tag("li", tag("b", sign, class_=look), text)


def _candle_caption(markets: Sequence[Market]) -> str:
    gathered = [each for each in markets if each.is_gathered]
    longer = ""
    if gathered:
        lengths = ", ".join(f"{each.symbol} {_length(each.candle_ms)}" for each in gathered)
        longer = (
            f" There were more than {CANDLES_MAX} candles: the page holds longer ones "
            f"({lengths}); trades were made on the short ones, at the prices shown."
        )
    return (
        "Drag to move, Ctrl and the wheel to zoom, double-click for everything. Seen from afar, "
        f"several candles are drawn as one.{longer}"
    )


def _length(candle_ms: int) -> str:
    is_days = candle_ms % DAY_MS == 0
    return f"{candle_ms // DAY_MS} d" if is_days else f"{candle_ms // MINUTE_MS} min"


def trade_section(count: int) -> Markup:
    """Make room for the list of trades and its filters."""
    left_out = (
        f" The list holds the first {LISTED_MAX} of {count}; every figure counts all of them."
        if count > LISTED_MAX
        else ""
    )
    choices = [
        tag("label", title, tag("select", tag("option", "all", value=""), name=name))
        for name, title in _CHOICES
    ]
    results = (("", "all"), ("won", "won"), ("lost", "lost"))
    result = tag(
        "select", *(tag("option", text, value=way) for way, text in results), name="result"
    )
    words = Markup('<input name="words" type="search" placeholder="words of the reason">')
    return joined(
        tag(
            "form",
            *choices,
            tag("label", "Result", result),
            tag("label", "Reason", words),
            id="trade-filters",
            class_="controls",
        ),
        tag(
            "div",
            tag("button", "◀ before", type="button", id="trade-back"),
            tag("button", "next ▶", type="button", id="trade-on"),
            tag("span", "", id="trade-status", class_="quiet", aria_live="polite"),
            class_="controls pages",
        ),
        tag(
            "div",
            tag("table", tag("caption", "Trades", class_="unseen"), id="trade-table"),
            class_="table",
            tabindex="0",
            role="region",
            aria_label="Trades",
        ),
        tag(
            "p",
            "Money in quote currency; net = gross − fees + funding (positive was received); "
            "slippage is within gross. Press a trade's number to see it on the candles. * one "
            f"candle held both stop and target.{left_out}",
            class_="quiet",
        ),
    )
