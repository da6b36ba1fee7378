"""The loop that the backtest is timed beside does the same trades, or it measures nothing."""

from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks.backtest_candles import MINUTE_MS, write_candles
from benchmarks.backtest_loop import BALANCE, RISK, Prices, trade
from tests.independent.contracts import CONTRACTS
from tests.independent.plain_sma import trades_of
from tests.independent.plan import Plan
from tests.independent.rows import Row, read_candles, rows_of

CANDLES = 20_000


@pytest.mark.parametrize(("fast", "slow"), [(10, 30), (80, 240)])
def test_the_reference_loop_does_the_trades_of_the_plain_hand(
    fast: int, slow: int, tmp_path: Path
) -> None:
    candles = read_candles(write_candles(tmp_path, CANDLES))
    plan = Plan(
        fast=fast,
        slow=slow,
        reverse=True,
        balance=Decimal(BALANCE),
        risk_per_trade=Decimal(str(RISK)),
        cooldown_losses=0,
    )
    plain = [
        (trade["quantity"], trade["entry_price"], trade["exit_price"])
        for trade in trades_of(candles, plan, CONTRACTS["BTCUSDT"])
    ]
    trips, equity = trade(_prices(rows_of(candles)), fast, slow)
    looped = [
        (_exact(abs(trip.quantity), 3), _exact(trip.entry, 1), _exact(trip.exit, 1))
        for trip in trips
    ]
    assert len(looped) > 50
    assert looped == plain
    assert len(equity) == CANDLES - plan.history + 1


def _prices(rows: list[Row]) -> Prices:
    assert rows[1].open_ms - rows[0].open_ms == MINUTE_MS
    return Prices(
        open_ms=[row.open_ms for row in rows],
        high=[float(row.high) for row in rows],
        low=[float(row.low) for row in rows],
        close=[float(row.close) for row in rows],
    )


def _exact(number: float, digits: int) -> Decimal:
    return Decimal(f"{number:.{digits}f}")
