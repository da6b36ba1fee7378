"""The tables of a run's text: who made it, and what doing nothing would have made."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeVar

from noctule.performance.holding import Holding
from noctule.performance.summary import Summary
from noctule.performance.tally import Tally
from noctule.performance.written import money, percent, ratio

__all__ = ["beside_holding", "trades_by"]

Key = TypeVar("Key", bound=str)

_NAME_WIDTH: Final = 18
_ROWS_MAX: Final = 8  # of one kind
_TALLY_HEAD: Final = ("", "trades", "won", "net", "costs", "factor", "mean R")
_TALLY_WIDTHS: Final = (_NAME_WIDTH, 8, 9, 15, 12, 8, 8)
_HOLDING_HEAD: Final = ("", "return", "a year", "deepest fall", "Sharpe")
_HOLDING_WIDTHS: Final = (_NAME_WIDTH, 14, 14, 14, 10)


def trades_by(summary: Summary) -> Iterator[str]:
    """Write the trades by symbol, side, strategy and exit, where there is more than one."""
    yield _row(_TALLY_HEAD, _TALLY_WIDTHS)
    yield _tally_row("all", summary.total)
    yield from _group(summary.by_symbol, "symbols")
    yield from _group(summary.by_side, "sides")
    yield from _group(summary.by_strategy, "strategies")
    yield from _group(summary.by_exit, "exits")


def beside_holding(summary: Summary) -> Iterator[str]:
    """Write the run above what its symbols did by themselves."""
    yield _row(_HOLDING_HEAD, _HOLDING_WIDTHS)
    yield _row(_of_run(summary), _HOLDING_WIDTHS)
    if summary.basket and len(summary.held) > 1:
        yield _holding_row("equal parts of all", summary.basket)
    shown = sorted(summary.held, key=lambda symbol: -(summary.held[symbol].return_share or 0))
    for symbol in _ends(shown):
        yield _holding_row(symbol, summary.held[symbol])
    if len(shown) > _ROWS_MAX:
        yield f"  … and {len(shown) - _ROWS_MAX} between them"


def _of_run(summary: Summary) -> Sequence[str]:
    fall = summary.drawdown.share if summary.drawdown else 0.0
    return (
        "this run",
        percent(summary.return_share),
        percent(summary.cagr),
        percent(fall),
        ratio(summary.sharpe),
    )


def _holding_row(name: str, held: Holding) -> str:
    cells = (
        name,
        percent(held.return_share),
        percent(held.cagr),
        percent(held.drawdown_share),
        ratio(held.sharpe),
    )
    return _row(cells, _HOLDING_WIDTHS)


def _group(tallies: Mapping[Key, Tally], kind: str) -> Iterator[str]:
    if len(tallies) < (1 if kind == "symbols" else 2):
        return
    yield ""
    names = sorted(tallies, key=lambda name: -tallies[name].net)
    for name in _ends(names):
        yield _tally_row(name, tallies[name])
    if len(names) > _ROWS_MAX:
        between = names[_ROWS_MAX // 2 : -_ROWS_MAX // 2]
        net = sum((tallies[name].net for name in between), Decimal(0))
        yield f"  … and {len(between)} {kind} between them, together {money(net)}"


def _ends(names: Sequence[Key]) -> Sequence[Key]:
    """Keep the best and the worst of a long list."""
    half = _ROWS_MAX // 2
    return names if len(names) <= _ROWS_MAX else (*names[:half], *names[-half:])


def _tally_row(name: str, tally: Tally) -> str:
    cells = (
        name,
        f"{tally.trades:,}",
        percent(tally.win_rate),
        money(tally.net),
        money(tally.fees - tally.funding),
        ratio(tally.profit_factor),
        ratio(tally.expectancy_r),
    )
    return _row(cells, _TALLY_WIDTHS)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, *numbers = cells
    room = widths[0]
    right = (
        f"{_cut(cell, width - 1):>{width}}" for cell, width in zip(numbers, widths[1:], strict=True)
    )
    return f"  {_cut(name, room):<{room}}{''.join(right)}".rstrip()


def _cut(cell: str, room: int) -> str:
    return cell if len(cell) <= room else f"{cell[: room - 1]}…"
