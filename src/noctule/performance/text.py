"""A run told on a terminal: what makes it doubtful first, then what it came to."""

import heapq
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from noctule.performance.doubt import Doubt, Gravity
from noctule.performance.excursions import Middle
from noctule.performance.summary import Summary
from noctule.performance.text_tables import beside_holding, trades_by
from noctule.performance.written import day, instant, lasted, money, percent, ratio, trades_of

__all__ = ["summary_text"]

_WIDTH: Final = 80
_NAME_WIDTH: Final = 16
_MARKS: Final = {Gravity.GRAVE: "!!", Gravity.SERIOUS: "!", Gravity.MILD: "·"}


def summary_text(summary: Summary, doubts: Sequence[Doubt]) -> str:
    """Write a run in lines of at most 80 characters, without colour."""
    parts = (
        ("What makes this doubtful", _doubt_lines(doubts)),
        ("The run", _run_lines(summary)),
        ("The account", _account_lines(summary)),
        ("The trades", _trade_lines(summary)),
        ("What they cost", _cost_lines(summary)),
        ("Who made it", trades_by(summary)),
        ("Beside buying and holding", beside_holding(summary)),
    )
    return "\n".join(f"{title}\n{_joined(lines)}" for title, lines in parts)


def _joined(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _doubt_lines(doubts: Sequence[Doubt]) -> Iterator[str]:
    if not doubts:
        yield "  Nothing that can be seen from here; the future is still another market."
    for doubt in doubts:
        mark = f"  {_MARKS[doubt.gravity]:<3}"
        yield from _wrapped(mark, doubt.text)


def _run_lines(summary: Summary) -> Iterator[str]:
    span = f"{instant(summary.from_ms)} to {instant(summary.to_ms)} UTC"
    yield from _line("period", f"{span}, {summary.days:,.1f} days")
    missing = sum(summary.missing.values())
    symbols = ", ".join(list(summary.candles)[:4])
    more = f" and {len(summary.candles) - 4} more" if len(summary.candles) > 4 else ""
    yield from _line(
        "candles",
        f"{sum(summary.candles.values()):,} of {symbols or 'no symbol'}{more}; "
        f"{f'{missing:,}' if missing else 'none'} missing",
    )
    yield from _line("signals", f"{summary.signals:,}, {_refused(summary.refused)}")


def _refused(refused: Mapping[str, int]) -> str:
    """Say how many were refused, and by which checks most."""
    if not refused:
        return "none of them refused"
    most = heapq.nlargest(3, refused, key=lambda check: refused[check])
    return f"{sum(refused.values()):,} of them refused ({_counted(most, refused)})"


def _counted(names: Sequence[str], counts: Mapping[str, int]) -> str:
    more = ", …" if len(counts) > len(names) else ""
    return ", ".join(f"{name} {counts[name]:,}" for name in names) + more


def _account_lines(summary: Summary) -> Iterator[str]:
    sign = "+" if summary.profit > 0 else ""
    yield from _line(
        "equity",
        f"{money(summary.balance)} to {money(summary.equity)}: "
        f"{sign}{money(summary.profit)} ({sign}{percent(summary.return_share)})",
    )
    yield from _figure(summary, "cagr", "a year", percent(summary.cagr))
    yield from _line("deepest fall", _fall(summary))
    yield from _line("under water", _under_water(summary))
    yield from _figure(summary, "sharpe", "Sharpe", ratio(summary.sharpe))
    yield from _figure(summary, "sortino", "Sortino", ratio(summary.sortino))
    yield from _figure(summary, "calmar", "Calmar", ratio(summary.calmar))
    exposure = summary.exposure
    yield from _line(
        "in the market",
        f"{percent(exposure.time_share)} of the time; {percent(exposure.mean_share)} of equity "
        f"in mean, {percent(exposure.max_share)} at most",
    )
    yield from _line("longest flat", lasted(summary.flat.lasted_ms if summary.flat else 0))


def _fall(summary: Summary) -> str:
    fall = summary.drawdown
    if fall is None:
        return summary.unknown["drawdown"]
    ended = f"recovered {day(fall.recovered_ms)}" if fall.recovered_ms else "not recovered"
    return f"{percent(fall.share)} ({money(fall.amount)}), from {day(fall.from_ms)}, {ended}"


def _under_water(summary: Summary) -> str:
    longest = summary.under_water
    if longest is None:
        return "never"
    return f"{lasted(longest.lasted_ms)} at the longest{'' if longest.is_over else ', still'}"


def _trade_lines(summary: Summary) -> Iterator[str]:
    total = summary.total
    if not total.trades:
        yield "  None was closed."
        return
    rate = f", {summary.trades_per_day:.2f} a day" if summary.trades_per_day else ""
    yield from _line("closed", f"{trades_of(total.trades)}{rate}, {percent(total.win_rate)} won")
    yield from _line("net profit", f"{money(total.net)}, before costs {money(total.gross)}")
    yield from _figure(summary, "total.profit_factor", "profit factor", ratio(total.profit_factor))
    yield from _line("a trade", _expectancy(summary))
    yield from _line(
        "win and loss",
        f"{money(total.average_win)} and {money(total.average_loss)} on average, "
        f"best {money(total.best)}, worst {money(total.worst)}",
    )
    ways = summary.excursions
    yield from _line("against it", _way(ways.adverse_share, ways.adverse_r))
    yield from _line("for it", _way(ways.favourable_share, ways.favourable_r))
    yield from _line("held for", f"{lasted(summary.held_ms_median)} in the median")
    if summary.streak:
        streak = summary.streak
        yield from _line("losing streak", f"{trades_of(streak.trades)}, {money(streak.net)}")


def _expectancy(summary: Summary) -> str:
    total = summary.total
    r_text = f"{ratio(total.expectancy_r)} R and " if total.with_risk else ""
    t_text = f" (t = {ratio(summary.t_value)})" if summary.t_value is not None else ""
    return f"makes {r_text}{money(total.expectancy)} on average{t_text}"


def _way(shares: Middle, multiples: Middle) -> str:
    r_text = f" ({ratio(multiples.median)} R)" if multiples.count else ""
    return (
        f"{percent(shares.median, 2)}{r_text} in the median, {percent(shares.mean, 2)} on average"
    )


def _cost_lines(summary: Summary) -> Iterator[str]:
    costs = summary.costs
    yield from _line("fees", money(costs.fees))
    yield from _line("funding", f"{money(costs.funding)}{_received(costs.funding)}")
    yield from _line("slippage", f"{money(costs.slippage)} at entries, within the profit already")
    yield from _line(
        "together",
        f"{money(costs.total)}; without them the trades made {money(costs.gross_before)}",
    )
    yield from _line("turnover", f"{money(summary.turnover)}, {summary.turns:,.1f} × the balance")


def _received(funding: Decimal) -> str:
    return " (more was received than paid)" if funding < 0 else ""


def _figure(summary: Summary, name: str, label: str, text: str) -> Sequence[str]:
    """Write a figure, or why there is none."""
    return _line(label, summary.unknown.get(name, text))


def _line(label: str, text: str) -> Sequence[str]:
    return _wrapped(f"  {label:<{_NAME_WIDTH}}", text)


def _wrapped(begin: str, text: str) -> Sequence[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=begin,
        subsequent_indent=" " * len(begin),
        break_on_hyphens=False,
    )
