"""Closed trades are found by when and whose they were, and added up to the last decimal."""

from decimal import Decimal
from pathlib import Path

import pytest

from noctule.adapters.store.database import reading
from noctule.adapters.store.trade_reading import TradeFilter, TradeRow, totals_of, trade_rows
from tests.fakes.closed_trades import closed_trades


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return closed_trades(tmp_path / "a.db", "10", "-4", "0", "-1.00000001")


def found(path: Path, wanted: TradeFilter) -> tuple[TradeRow, ...]:
    with reading(path) as connection:
        return trade_rows(connection, wanted)


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (TradeFilter(), [1, 2, 3, 4]),
        (TradeFilter(from_ms=2), [2, 3, 4]),
        (TradeFilter(to_ms=2), [1]),
        (TradeFilter(symbol="ETHUSDT"), [2, 4]),
        (TradeFilter(strategy="sma_cross", from_ms=2, to_ms=4), [2, 3]),
        (TradeFilter(strategy="other"), []),
    ],
)
def test_trades_are_chosen_by_time_symbol_and_strategy(
    path: Path, wanted: TradeFilter, numbers: list[int]
) -> None:
    assert [each.number for each in found(path, wanted)] == numbers


def test_totals_are_exact(path: Path) -> None:
    totals = totals_of(found(path, TradeFilter()))
    assert (totals.trades, totals.wins) == (4, 1)
    assert totals.net_pnl == Decimal("4.99999999")
    assert (totals.best, totals.worst) == (Decimal(10), Decimal(-4))
    assert totals.profit_factor == pytest.approx(10 / 5.00000001)


def test_of_nothing_there_is_no_best(path: Path) -> None:
    totals = totals_of(())
    assert (totals.trades, totals.best, totals.worst, totals.profit_factor) == (0, None, None, None)
