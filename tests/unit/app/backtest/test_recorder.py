"""A recorder writes down what the bot's own events tell, and what the account was worth."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.fakes.replayed import flat_rows, replay

PLAN = "10 LONG 29700 30600; 20 FLAT; 30 SHORT; 35 FLAT; 36 FLAT"


def test_signals_and_refusals_are_counted(tmp_path: Path) -> None:
    course = replay(tmp_path, flat_rows(60, {}), plan="10 LONG; 12 LONG; 20 FLAT").course
    assert course.signals == 3
    assert course.refused == {"position": 1}


def test_equity_ends_at_the_balance_and_all_that_was_won_and_lost(tmp_path: Path) -> None:
    course = replay(tmp_path, flat_rows(60, {}), plan=PLAN).course
    won = sum((each.net_pnl for each in course.trades), Decimal(0))
    assert len(course.trades) == 2
    assert course.curve.equity[0] == 10_000.0
    assert course.curve.equity[-1] == pytest.approx(float(10_000 + won), abs=1e-6)


def test_what_is_held_is_valued_at_each_close(tmp_path: Path) -> None:
    rows = flat_rows(60, {15: (30_000.0, 30_110.0, 29_990.0, 30_100.0)})
    course = replay(tmp_path, rows, plan=PLAN).course
    trade = course.trades[0]
    equity = dict(zip(course.curve.at_ms, course.curve.equity, strict=True))
    exposure = dict(zip(course.curve.at_ms, course.curve.exposure, strict=True))
    before, after = (trade.opened_ms + number * 300_000 for number in (4, 5))
    assert equity[after] - equity[before] == pytest.approx(float(trade.quantity) * 100)
    assert exposure[after] == pytest.approx(float(trade.quantity) * 30_100)
    assert exposure[trade.opened_ms - 300_000] == 0


def test_turnover_is_of_every_fill(tmp_path: Path) -> None:
    course = replay(tmp_path, flat_rows(60, {}), plan=PLAN).course
    volumes = (each.quantity * (each.entry_price + each.exit_price) for each in course.trades)
    assert course.turnover == sum(volumes)


def test_a_trade_keeps_the_first_stop_and_what_it_risked(tmp_path: Path) -> None:
    trade = replay(tmp_path, flat_rows(60, {}), plan=PLAN).course.trades[0]
    assert (trade.stop, trade.target) == (Decimal(29_700), Decimal(30_600))
    assert trade.risk == (trade.entry_price - Decimal(29_700)) * trade.quantity
    assert trade.signal_price == 30_000.0


def test_a_reversal_is_told_with_the_reason_of_its_signal(tmp_path: Path) -> None:
    plan = "10 LONG; 20 SHORT; 30 FLAT"
    course = replay(tmp_path, flat_rows(60, {}), "strategy.reverse=true", plan=plan).course
    assert [each.direction for each in course.trades] == ["LONG", "SHORT"]
    assert [each.reason for each in course.trades] == ["planned {}"] * 2
    assert [each.number for each in course.trades] == [1, 2]
