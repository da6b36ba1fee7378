"""What a reader sees first: what makes the result doubtful, then the figures beside holding."""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from noctule.adapters.report.backtest_facts import ReportFacts
from noctule.adapters.report.backtest_numbers import count, figure, money, share
from noctule.adapters.report.markup import Markup, joined, tag
from noctule.performance.doubts import Doubt
from noctule.performance.holding import Holding
from noctule.performance.summary import Summary
from noctule.performance.written import instant

__all__ = ["doubt_list", "headline", "tiles"]

_SHORT: Final = 16  # of a hash; all of it stands at the end
_NO_DOUBT: Final = (
    "None of the known reasons for doubt was found. That does not make the result true: "
    "it is what these settings would have made of these candles under the assumptions below."
)


class _Tile(Struct, frozen=True, kw_only=True):
    name: str
    run: Callable[[Summary], float | None]
    text: Callable[[float | None], str]
    held: Callable[[Holding], float | None] | None = None
    told: Callable[[Summary], str] | None = None  # below, where holding has no such figure
    is_signed: bool = False
    key: str = ""


_TILES: Final = (
    _Tile(
        name="Return",
        run=lambda summary: summary.return_share,
        text=share,
        held=lambda held: held.return_share,
        is_signed=True,
    ),
    _Tile(
        name="Net profit",
        run=lambda summary: summary.profit,
        text=money,
        told=lambda summary: f"of {money(summary.balance)} to begin with",
        is_signed=True,
    ),
    _Tile(
        name="CAGR",
        run=lambda summary: summary.cagr,
        text=share,
        held=lambda held: held.cagr,
        key="cagr",
    ),
    _Tile(
        name="Maximum drawdown",
        run=lambda summary: summary.drawdown.share if summary.drawdown else 0.0,
        text=share,
        held=lambda held: held.drawdown_share,
    ),
    _Tile(
        name="Sharpe ratio",
        run=lambda summary: summary.sharpe,
        text=figure,
        held=lambda held: held.sharpe,
        key="sharpe",
    ),
    _Tile(
        name="Profit factor",
        run=lambda summary: summary.total.profit_factor,
        text=figure,
        told=lambda summary: f"win rate {share(summary.total.win_rate, places=1)}",
        key="total.profit_factor",
    ),
    _Tile(
        name="Expectancy, R",
        run=lambda summary: summary.total.expectancy_r,
        text=figure,
        told=lambda summary: f"{money(summary.total.expectancy)} a trade",
        key="total.expectancy_r",
    ),
    _Tile(
        name="Trades",
        run=lambda summary: float(summary.total.trades),
        text=count,
        told=lambda summary: f"{share(summary.exposure.time_share, places=1)} of the time",
    ),
)


def headline(facts: ReportFacts) -> Markup:
    """Say what was run, over which time, and by which hashes it is known again."""
    return joined(
        tag("h1", facts.title),
        tag("p", f"{instant(facts.from_ms)} to {instant(facts.to_ms)} UTC"),
        tag(
            "p",
            "Result ",
            tag("code", facts.result_hash[:_SHORT]),
            " · candles ",
            tag("code", facts.data_hash[:_SHORT]),
            class_="quiet",
        ),
    )


def doubt_list(doubts: Sequence[Doubt]) -> Markup:
    """List what makes the result doubtful, the heaviest first."""
    if not doubts:
        return tag("p", _NO_DOUBT)
    items = [
        tag("li", tag("b", each.gravity.value), each.text, class_=each.gravity.value)
        for each in doubts
    ]
    return tag("ul", *items, class_="doubts")


def tiles(summary: Summary) -> Markup:
    """Show the figures that people ask for first, each with what holding had instead."""
    return tag("ul", *(_tile(each, summary) for each in _TILES), class_="tiles")


def _tile(tile: _Tile, summary: Summary) -> Markup:
    value = tile.run(summary)
    tone = ("up" if value > 0 else "down") if tile.is_signed and value else None
    below = tile.told(summary) if tile.told else ""
    if tile.held and summary.basket:
        below = f"buy and hold: {tile.text(tile.held(summary.basket))}"
    if value is None:
        below = summary.unknown.get(tile.key, below)
    return tag(
        "li",
        tag("span", tile.name),
        tag("b", tile.text(value), class_=tone),
        tag("small", below),
    )
