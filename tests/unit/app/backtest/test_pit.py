"""The exchange's side: funding in its time whatever trades, and quotes as they are at a close."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from noctule.adapters.replay.columns import FundingColumns, Recorded
from noctule.domain.values import Symbol, Timeframe
from tests.fakes.recorded_columns import BEGIN_MS, columns_of
from tests.fakes.replayed import at, flat_rows, market_of, replay

BTCUSDT = Symbol("BTCUSDT")
HOUR = 12  # candles
PLAN = "10 LONG; 70 FLAT"


def rates(*told: tuple[int, str]) -> FundingColumns:
    return FundingColumns(
        symbol=BTCUSDT,
        time_ms=np.array([BEGIN_MS + hour * 3_600_000 for hour, _ in told], dtype=np.int64),
        rate=tuple(Decimal(rate) for _, rate in told),
    )


def funding_of(tmp_path: Path, *, without: range = range(0), told: FundingColumns) -> Decimal:
    rows = [row for row in flat_rows(90, {}) if row[0] not in without]
    market = market_of(columns_of(rows), funding=(told,))
    (trade,) = replay(tmp_path, market, plan=PLAN).course.trades
    return trade.funding / trade.quantity / 30_000


HOURLY = rates((0, "0"), (1, "0.001"), (2, "-0.002"), (3, "0.004"), (4, "0.008"), (5, "0.016"),
               (6, "0.032"), (7, "0"))  # fmt: skip


def test_each_funding_that_is_held_through_is_paid_at_its_rate(tmp_path: Path) -> None:
    assert funding_of(tmp_path, told=HOURLY) == Decimal("-0.027")  # the first five hours'


@pytest.mark.parametrize("hole", [range(20, 30), range(22, 66), range(24, 25)])
def test_a_hole_changes_no_rate(tmp_path: Path, hole: range) -> None:
    assert funding_of(tmp_path, told=HOURLY, without=hole) == Decimal("-0.027")


def test_without_rates_it_is_the_usual_one_at_the_usual_hours(tmp_path: Path) -> None:
    rows = flat_rows(8 * HOUR + 20, {})
    plan = f"10 SHORT; {8 * HOUR + 10} FLAT"
    (trade,) = replay(tmp_path, rows, plan=plan).course.trades
    assert trade.funding / trade.quantity / 30_000 == Decimal("0.0001")


def test_shorter_candles_tell_what_came_first(tmp_path: Path) -> None:
    wild = {12: (30_000.0, 30_800.0, 29_600.0, 30_000.0)}
    rows = flat_rows(30, wild)
    parts = [
        (5 * number + part, 30_000.0, 30_010.0, 29_990.0, 30_000.0)
        for number in range(30)
        for part in range(5)
    ]
    parts[60] = (60, 30_000.0, 30_800.0, 29_990.0, 30_700.0)
    parts[61] = (61, 30_700.0, 30_710.0, 29_600.0, 29_700.0)
    finer = columns_of(parts, timeframe=Timeframe.M1)
    told = Recorded(
        candles={BTCUSDT: columns_of(rows)}, marks={}, funding={}, finer={BTCUSDT: finer}
    )
    plan = "10 LONG 29700 30600"
    coarse = replay(tmp_path, rows, plan=plan).course.trades[0]
    fine = replay(tmp_path, told, plan=plan).course.trades[0]
    assert (coarse.exit_reason, fine.exit_reason) == ("stop", "target")
    assert at(12) <= fine.closed_ms < at(12) + 60_000
