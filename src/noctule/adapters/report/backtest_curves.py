"""The account along the run: its worth, how far it fell, and how much was at stake."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from noctule.adapters.report.backtest_figure import (
    Figure,
    Numbers,
    Trace,
    instants,
    rounded,
    telling,
)
from noctule.performance.records import Course, Held
from noctule.performance.rolling import Series
from noctule.performance.summary import Summary

__all__ = ["basket", "drawdowns", "equity_figure", "exposure_figure", "rolling_figures"]

_STRETCHES_MAX: Final = 600  # of the exposure: mean and largest of each
_NO_CANDLE: Final = "No candle was traded on, so there is no curve."
_PERCENT: Final = "%{x|%Y-%m-%d %H:%M}<br>%{y:.2f} %"
_AMOUNT: Final = "%{x|%Y-%m-%d %H:%M}<br>%{y:,.2f}"


def equity_figure(course: Course) -> Figure:
    """Draw the account's worth beside buy-and-hold, and below it how far both were under a peak."""
    at_ms, equity = _columns(course)
    figure = Figure(
        id="equity",
        label="Equity over time beside buying and holding, and the drawdown of both",
        caption=(
            "Equity counts open positions at their last price. Buy and hold: an equal part of "
            "the balance in each symbol from its first candle on, without leverage or costs. "
            "Press a name above the chart to hide its curve."
        ),
        empty=_NO_CANDLE,
    )
    if not len(equity):
        return figure
    held, balance = basket(course), float(course.balance)
    data = [
        _line(at_ms, equity, name="Equity", color="@plain", width=1.8),
        _line(at_ms, held, name="Buy and hold", color="@faded", width=1.2),
        _fall(at_ms, drawdowns(held, balance), name="Drawdown, held", color="@faded"),
        _fall(at_ms, drawdowns(equity, balance), name="Drawdown", color="@down"),
    ]
    layout = {
        "xaxis": {"type": "date", "anchor": "y2"},
        "yaxis": {"domain": [0.34, 1], "title": {"text": "quote currency"}},
        "yaxis2": {
            "domain": [0, 0.27],
            "title": {"text": "below peak, %"},
            "rangemode": "tozero",
        },
    }
    return _with(figure, data, layout)


def basket(course: Course) -> Numbers:
    """Return what an equal part of the balance in each symbol was worth along the curve."""
    count, balance = len(course.curve.at_ms), float(course.balance)
    priced = [held for held in course.held.values() if _is_priced(held)]
    if not priced:
        return np.full(count, balance)
    part, worth = balance / len(priced), np.zeros(count)
    for held in priced:
        closes = np.asarray(held.closes, dtype=np.float64)
        waiting = count - len(closes)
        worth[:waiting] += part
        worth[waiting:] += part * closes / held.first
    return worth


def drawdowns(worth: Numbers, balance: float) -> Numbers:
    """Return how far below its highest so far each value is, as a share, zero or less."""
    peaks = np.maximum(np.maximum.accumulate(worth), balance)
    return worth / peaks - 1


def exposure_figure(course: Course) -> Figure:
    """Draw the notional of all positions as a share of the equity."""
    at_ms, equity = _columns(course)
    figure = Figure(
        id="exposure",
        label="Notional of open positions over time, in percent of equity",
        caption="Notional of all positions by equity, at candle closes; above 100 % is leverage.",
        empty=_NO_CANDLE,
    )
    if not len(equity):
        return figure
    notional = np.asarray(course.curve.exposure, dtype=np.float64)
    if not notional.any():
        return structs.replace(figure, empty="Nothing was ever held.")
    shares = 100 * np.divide(notional, equity, out=np.zeros(len(equity)), where=equity > 0)
    edges = np.unique(np.linspace(0, len(shares), _STRETCHES_MAX + 1, dtype=np.int64))[:-1]
    lengths = np.diff(np.append(edges, len(shares)))
    mean, largest = np.add.reduceat(shares, edges) / lengths, np.maximum.reduceat(shares, edges)
    x = instants(at_ms[edges])
    base: Trace = {"type": "scatter", "x": x, "line": {"shape": "hv"}, "hovertemplate": _PERCENT}
    data = [
        {**base, "y": rounded(largest, 2), "name": "Largest", "mode": "lines"}
        | {"line": {"shape": "hv", "color": "@faded", "width": 1}},
        {**base, "y": rounded(mean, 2), "name": "Mean", "mode": "lines", "fill": "tozeroy"}
        | {"line": {"shape": "hv", "color": "@t5", "width": 1.2}, "fillcolor": "@t5/25"},
    ]
    layout = {
        "xaxis": {"type": "date"},
        "yaxis": {"title": {"text": "% of equity"}, "rangemode": "tozero"},
    }
    return _with(figure, data, layout)


def rolling_figures(summary: Summary) -> tuple[Figure, Figure]:
    """Draw whether it was one lucky month: the Sharpe ratio and the expectancy as they moved."""
    rolling = summary.rolling
    has_r = any(value is not None for value in rolling.expectancy_r.values)
    unit, series = ("R", rolling.expectancy_r) if has_r else ("quote currency", rolling.expectancy)
    return (
        _rolling(
            Figure(
                id="rolling-sharpe",
                title="Sharpe ratio of the 30 days before",
                label="Sharpe ratio of the 30 days before each day",
                caption="There is none where no day differed from another.",
                empty="The run is too short to look back over 30 days.",
            ),
            rolling.sharpe,
            "Sharpe ratio",
        ),
        _rolling(
            Figure(
                id="rolling-expectancy",
                title=f"Expectancy of the 50 trades before, in {unit}",
                label=f"Mean result of the 50 trades before each close, in {unit}",
                empty="There are too few trades to look back over 50.",
            ),
            series,
            unit,
        ),
    )


def _rolling(figure: Figure, series: Series, unit: str) -> Figure:
    if not any(value is not None for value in series.values):
        return figure
    trace = {
        "type": "scatter",
        "mode": "lines",
        "x": series.at_ms,
        "y": [None if value is None else round(value, 4) for value in series.values],
        "line": {"color": "@plain", "width": 1.5},
        "hovertemplate": f"%{{x|%Y-%m-%d}}<br>%{{y:.2f}} {unit}<extra></extra>",
    }
    layout = {
        "xaxis": {"type": "date"},
        "yaxis": {"title": {"text": unit}, "zeroline": True},
        "showlegend": False,
    }
    return _with(figure, [trace], layout)


def _is_priced(held: Held) -> bool:
    return held.first > 0 and bool(held.closes) and min(held.closes) > 0


def _columns(course: Course) -> tuple[NDArray[np.int64], Numbers]:
    curve = course.curve
    return np.asarray(curve.at_ms, dtype=np.int64), np.asarray(curve.equity, dtype=np.float64)


def _line(
    at_ms: NDArray[np.int64], values: Numbers, *, name: str, color: str, width: float
) -> Trace:
    kept = telling(values)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": instants(at_ms[kept]),
        "y": rounded(values[kept], 2),
        "line": {"color": color, "width": width},
        "hovertemplate": _AMOUNT,
    }


def _fall(at_ms: NDArray[np.int64], shares: Numbers, *, name: str, color: str) -> Trace:
    kept = telling(shares)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": instants(at_ms[kept]),
        "y": rounded(100 * shares[kept], 3),
        "yaxis": "y2",
        "line": {"color": color, "width": 1},
        "fill": "tozeroy",
        "fillcolor": f"{color}/22",
        "showlegend": False,
        "hovertemplate": _PERCENT,
    }


def _with(figure: Figure, data: Sequence[Trace], layout: Mapping[str, object]) -> Figure:
    return structs.replace(figure, data=data, layout=layout, empty="")
