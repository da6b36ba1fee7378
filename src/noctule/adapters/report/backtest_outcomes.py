"""What trades came to, as pictures: their costs, how far they went either way, and their R."""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from msgspec import structs

from noctule.adapters.report.backtest_figure import Figure, Trace
from noctule.adapters.report.backtest_numbers import money
from noctule.domain.signals import Direction
from noctule.performance.records import TradeRecord
from noctule.performance.summary import Summary
from noctule.performance.tally import r_multiples

__all__ = ["adverse_share", "cost_figures", "excursion_figures", "favourable_share", "r_figure"]

MARKS_MAX: Final = 2_000  # of a cloud: more are a blot
_NO_TRADE: Final = "There was no trade."
_BIN_R: Final = 0.25
_BINS_FROM_R: Final = -4.0  # what is beyond stands in the outermost bins
_BINS_TO_R: Final = 8.0
_AMOUNTS: Final = {"title": {"text": "quote currency"}, "zeroline": True}
_PLAIN: Final = {"yaxis": _AMOUNTS, "xaxis": {"type": "category"}, "showlegend": False}
_DATED: Final = {"yaxis": _AMOUNTS, "xaxis": {"type": "date"}}


def cost_figures(summary: Summary, trades: Sequence[TradeRecord]) -> tuple[Figure, Figure]:
    """Draw what the costs took in all, and how they grew."""
    steps = Figure(
        id="cost-steps",
        title="From gross to net",
        label="Profit before costs, then slippage, fees and funding, and what was left",
        caption="Before costs: had there been neither slippage nor fees nor funding.",
        empty=_NO_TRADE,
    )
    growth = Figure(
        id="cost-growth",
        title="Costs as they added up",
        label="Fees, funding and slippage of all trades so far, over time",
        caption="Below zero: funding was received, or fills beat the signal's price.",
        empty=_NO_TRADE,
    )
    if not trades:
        return steps, growth
    return (
        structs.replace(steps, data=[_waterfall(summary)], layout=_PLAIN, empty=""),
        structs.replace(growth, data=_growth(trades), layout=_DATED, empty=""),
    )


def _waterfall(summary: Summary) -> Trace:
    costs = summary.costs
    amounts = [costs.gross_before, -costs.slippage, -costs.fees, -costs.funding, summary.total.net]
    return {
        "type": "waterfall",
        "x": ["Before costs", "Slippage", "Fees", "Funding", "Net"],
        "measure": ["absolute", "relative", "relative", "relative", "total"],
        "y": [float(round(each, 2)) for each in amounts],
        "text": [money(each) for each in amounts],
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "x+text",
        "increasing": {"marker": {"color": "@up"}},
        "decreasing": {"marker": {"color": "@down"}},
        "totals": {"marker": {"color": "@plain"}},
        "connector": {"line": {"color": "@day", "width": 1}},
    }


def _growth(trades: Sequence[TradeRecord]) -> list[Trace]:
    parts: tuple[tuple[str, str, Callable[[TradeRecord], float]], ...] = (
        ("Fees", "@t0", lambda trade: float(trade.fees)),
        ("Slippage", "@t2", lambda trade: float(trade.slippage)),
        ("Funding", "@t5", lambda trade: -float(trade.funding)),
    )
    step = math.ceil(len(trades) / MARKS_MAX)
    chosen = [*range(step - 1, len(trades) - 1, step), len(trades) - 1]
    traces: list[Trace] = []
    for name, color, cost in parts:
        sums = list(accumulate(map(cost, trades)))
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": name,
                "x": [trades[each].closed_ms for each in chosen],
                "y": [round(sums[each], 2) for each in chosen],
                "line": {"color": color, "width": 1.6, "shape": "hv"},
                "hovertemplate": "%{x|%Y-%m-%d}<br>%{y:,.2f}",
            }
        )
    return traces


def excursion_figures(trades: Sequence[TradeRecord]) -> tuple[Figure, Figure]:
    """Draw each trade's result over how far it had gone against its holder, and for him."""
    shown = _some(trades)
    left_out = f" Shown are {len(shown)} of {len(trades)}." if len(shown) < len(trades) else ""
    return (
        _cloud(
            Figure(
                id="mae",
                title="Result by worst moment (MAE)",
                label="Result of each trade over the farthest that it went against its holder",
                caption=f"Winners far to the right: the stop was nearly hit.{left_out}",
                empty=_NO_TRADE,
            ),
            shown,
            adverse_share,
            "farthest against it, % of entry price",
        ),
        _cloud(
            Figure(
                id="mfe",
                title="Result by best moment (MFE)",
                label="Result of each trade over the farthest that it went for its holder",
                caption=f"Losers far to the right: profit that was given back.{left_out}",
                empty=_NO_TRADE,
            ),
            shown,
            favourable_share,
            "farthest for it, % of entry price",
        ),
    )


def adverse_share(trade: TradeRecord) -> float:
    """Return how far the market went against a trade, as a share of its entry price."""
    return _way(trade, float(trade.worst_price), sign=-1)


def favourable_share(trade: TradeRecord) -> float:
    """Return how far the market went for a trade, as a share of its entry price."""
    return _way(trade, float(trade.best_price), sign=1)


def _way(trade: TradeRecord, price: float, *, sign: int) -> float:
    entry = float(trade.entry_price)
    sign = sign if trade.direction is Direction.LONG else -sign
    return max(0.0, sign * (price - entry) / entry)


def _cloud(
    figure: Figure,
    trades: Sequence[TradeRecord],
    share: Callable[[TradeRecord], float],
    title: str,
) -> Figure:
    if not trades:
        return figure
    data = [
        _marks([each for each in trades if each.net_pnl > 0], share, name="Won", color="@up"),
        _marks(
            [each for each in trades if each.net_pnl <= 0], share, name="Not won", color="@down"
        ),
    ]
    layout = {
        "xaxis": {"title": {"text": title}, "rangemode": "tozero"},
        "yaxis": {"title": {"text": "net, quote currency"}, "zeroline": True},
    }
    return structs.replace(figure, data=data, layout=layout, empty="")


def _marks(
    trades: Sequence[TradeRecord],
    share: Callable[[TradeRecord], float],
    *,
    name: str,
    color: str,
) -> Trace:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [round(100 * share(each), 3) for each in trades],
        "y": [round(float(each.net_pnl), 2) for each in trades],
        "customdata": [each.number for each in trades],
        "marker": {
            "color": f"{color}/55",
            "size": 6,
            "symbol": "circle" if name == "Won" else "x-thin-open",
            "line": {"color": color, "width": 1},
        },
        "hovertemplate": "trade %{customdata}<br>%{x:.2f} %<br>net %{y:,.2f}",
    }


def r_figure(trades: Sequence[TradeRecord]) -> Figure:
    """Draw how often a trade came to how many times what it had risked."""
    results = r_multiples(trades)
    figure = Figure(
        id="r-multiples",
        title="Results in R",
        label="How many trades came to how many times their risk, after fees and funding",
        caption=" ".join(_r_notes(results, missing=len(trades) - len(results))),
        empty="No trade had a stop, so there is no R." if trades else _NO_TRADE,
    )
    if not results:
        return figure
    count = round((_BINS_TO_R - _BINS_FROM_R) / _BIN_R)
    heights = [0] * count
    for result in results:
        heights[min(count - 1, max(0, math.floor((result - _BINS_FROM_R) / _BIN_R)))] += 1
    used = [number for number, height in enumerate(heights) if height]
    bins = range(used[0], used[-1] + 1)
    middles = [_BINS_FROM_R + (number + 0.5) * _BIN_R for number in bins]
    trace = {
        "type": "bar",
        "x": middles,
        "y": [heights[number] for number in bins],
        "width": _BIN_R * 0.92,
        "marker": {"color": ["@up" if middle > 0 else "@down" for middle in middles]},
        "hovertext": [_bin_name(number, count) for number in bins],
        "hovertemplate": "%{hovertext}<br>%{y} trades<extra></extra>",
    }
    layout = {
        "xaxis": {"title": {"text": "R"}, "zeroline": True},
        "yaxis": {"title": {"text": "trades"}},
        "showlegend": False,
    }
    return structs.replace(figure, data=[trace], layout=layout, empty="")


def _r_notes(results: Sequence[float], *, missing: int) -> Iterator[str]:
    yield "R: net by what the way from entry to stop was worth."
    low, high = _BINS_FROM_R + _BIN_R, _BINS_TO_R - _BIN_R
    if any(not low <= each < high for each in results):
        yield f"The outermost bars, below {low:g} and from {high:g} on, hold everything beyond."
    if missing:
        yield f"{missing} trade{'s' * (missing != 1)} without a stop are not in it."


def _bin_name(number: int, count: int) -> str:
    low = _BINS_FROM_R + number * _BIN_R
    if number == 0:
        return f"below {low + _BIN_R:g} R"
    return f"{low:g} R and more" if number == count - 1 else f"{low:g} to {low + _BIN_R:g} R"


def _some(trades: Sequence[TradeRecord]) -> Sequence[TradeRecord]:
    """Choose evenly along the run."""
    return trades[:: math.ceil(len(trades) / MARKS_MAX) or 1]
