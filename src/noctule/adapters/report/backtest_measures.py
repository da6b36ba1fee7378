"""Every figure of a run in a table: beside buy-and-hold, and with how it is reckoned."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from noctule.adapters.report.backtest_numbers import ABSENT, figure, money, share
from noctule.performance.equity import Stretch
from noctule.performance.holding import Holding
from noctule.performance.summary import Summary
from noctule.performance.written import instant, lasted

__all__ = ["MEASURES", "Measure", "held_text", "run_text"]

_YEAR: Final = "a year has 365 days"


class Measure(Struct, frozen=True, kw_only=True):
    """A figure: its name, where it stands in a summary, and how it is reckoned."""

    name: str
    run: Callable[[Summary], str]
    how: str
    held: Callable[[Holding], str] | None = None
    key: str = ""  # of Summary.unknown, which says why there is none


def run_text(measure: Measure, summary: Summary) -> str:
    """Write a figure, or why there is none."""
    why = summary.unknown.get(measure.key)
    return f"{ABSENT} ({why})" if why else measure.run(summary)


def held_text(measure: Measure, summary: Summary) -> str:
    """Write the figure of buying and holding, where it has one."""
    if measure.held is None or summary.basket is None:
        return ""
    return measure.held(summary.basket)


def _of_profit(summary: Summary) -> str:
    return f"{money(summary.profit)} ({share(summary.return_share)})"


def _drawdown(summary: Summary) -> str:
    fall = summary.drawdown
    if fall is None:
        return "none"
    days = f"{instant(fall.from_ms)[:10]} to {instant(fall.to_ms)[:10]}"
    return f"{share(fall.share)} ({money(fall.amount)}), {days}"


def _stretch(stretch: Stretch | None) -> str:
    if stretch is None:
        return "none"
    to = instant(stretch.to_ms)[:10] if stretch.is_over else "the end"
    return f"{lasted(stretch.lasted_ms)}, {instant(stretch.from_ms)[:10]} to {to}"


def _recovery(summary: Summary) -> str:
    fall = summary.drawdown
    if fall is None:
        return "none"
    ending = "" if fall.recovered_ms is not None else ", not recovered at the end"
    return f"{lasted(fall.lasted_ms)}{ending}"


def _streak(summary: Summary) -> str:
    streak = summary.streak
    return "none" if streak is None else f"{streak.trades} trades, {money(streak.net)}"


def _trades(summary: Summary) -> str:
    total = summary.total
    return f"{total.trades} ({total.won} won, {total.lost} lost)"


def _excursions(summary: Summary) -> str:
    all_of = summary.excursions
    return f"{share(all_of.adverse_share.median)} / {share(all_of.favourable_share.median)}"


MEASURES: Final = (
    Measure(
        name="Net profit",
        run=_of_profit,
        held=lambda held: share(held.return_share),
        how="Equity at the end less the balance at the start; share of that balance. "
        "Open positions count at their last price.",
    ),
    Measure(
        name="of which still open",
        run=lambda summary: money(summary.open_profit),
        how="Net profit less the net of all closed trades.",
    ),
    Measure(
        name="CAGR",
        run=lambda summary: share(summary.cagr),
        held=lambda held: share(held.cagr),
        how=f"(end / start) ^ (365 / days) − 1; {_YEAR}; needs 30 days.",
        key="cagr",
    ),
    Measure(
        name="Sharpe ratio",
        run=lambda summary: figure(summary.sharpe),
        held=lambda held: figure(held.sharpe),
        how="Mean daily return / its standard deviation (n − 1) × √365; UTC days, no interest.",
        key="sharpe",
    ),
    Measure(
        name="Sortino ratio",
        run=lambda summary: figure(summary.sortino),
        how="Mean daily return / √(mean of min(daily return, 0)²) × √365.",
        key="sortino",
    ),
    Measure(
        name="Calmar ratio",
        run=lambda summary: figure(summary.calmar),
        how="CAGR / maximum drawdown.",
        key="calmar",
    ),
    Measure(
        name="Maximum drawdown",
        run=_drawdown,
        held=lambda held: share(held.drawdown_share),
        how="The deepest fall of equity below its highest so far, as a share of that peak, "
        "at candle closes.",
    ),
    Measure(
        name="Duration of that drawdown",
        run=_recovery,
        how="From the peak until it was reached again, or to the end of the run.",
    ),
    Measure(
        name="Longest time under water",
        run=lambda summary: _stretch(summary.under_water),
        how="The longest time for which equity stayed below an earlier peak.",
    ),
    Measure(
        name="Trades",
        run=_trades,
        how="Round trips that were closed. Won: net above zero; lost: net below.",
    ),
    Measure(
        name="Win rate",
        run=lambda summary: share(summary.total.win_rate),
        how="Won trades / all trades.",
        key="total.win_rate",
    ),
    Measure(
        name="Profit factor",
        run=lambda summary: figure(summary.total.profit_factor),
        how="Net of the winners / net of the losers.",
        key="total.profit_factor",
    ),
    Measure(
        name="Payoff",
        run=lambda summary: figure(summary.total.payoff),
        how="Average win / average loss.",
        key="total.payoff",
    ),
    Measure(
        name="Expectancy",
        run=lambda summary: money(summary.total.expectancy),
        how="Mean net of a trade, in quote currency.",
        key="total.expectancy",
    ),
    Measure(
        name="Expectancy in R",
        run=lambda summary: f"{figure(summary.total.expectancy_r)} R",
        how="Mean of net / risk over trades with a stop; risk: what the way from entry to "
        "the first stop was worth.",
        key="total.expectancy_r",
    ),
    Measure(
        name="t value",
        run=lambda summary: figure(summary.t_value),
        how="Mean result of a trade / its standard error, in R where all are known; "
        "below 2 it could well be luck.",
        key="t_value",
    ),
    Measure(
        name="Longest losing streak",
        run=_streak,
        how="Trades in a row, by their close, whose net was below zero.",
    ),
    Measure(
        name="Gross profit",
        run=lambda summary: money(summary.total.gross),
        how="Of closed trades, before fees and funding; slippage is within it.",
    ),
    Measure(
        name="Fees, funding, slippage",
        run=lambda summary: (
            f"{money(summary.costs.fees)}, {money(summary.costs.funding)}, "
            f"{money(summary.costs.slippage)}"
        ),
        how="Positive was paid. Slippage: entries against the price of their signal.",
    ),
    Measure(
        name="MAE / MFE, median",
        run=_excursions,
        how="The farthest that the market went against / for a trade while it was open, "
        "as a share of the entry price.",
    ),
    Measure(
        name="Time in the market",
        run=lambda summary: share(summary.exposure.time_share),
        how="Share of the run during which any position was open.",
    ),
    Measure(
        name="Exposure, mean / largest",
        run=lambda summary: (
            f"{share(summary.exposure.mean_share)} / {share(summary.exposure.max_share)}"
        ),
        how="Notional of all positions / equity, at candle closes.",
    ),
    Measure(
        name="Longest flat",
        run=lambda summary: _stretch(summary.flat),
        how="The longest time without any position.",
    ),
    Measure(
        name="Turnover",
        run=lambda summary: f"{money(summary.turnover)} ({figure(summary.turns)}×)",
        how="Quantity × price of all fills; in brackets: by the beginning balance.",
    ),
    Measure(
        name="Time in a trade, mean / median",
        run=lambda summary: f"{lasted(summary.held_ms_mean)} / {lasted(summary.held_ms_median)}",
        how="From the entry's fill to the last exit's.",
    ),
    Measure(
        name="Trades a day",
        run=lambda summary: figure(summary.trades_per_day),
        how="Closed trades / days of the run.",
    ),
)
