"""Candles that cannot matter are passed over, all others are played, and each has its instant."""

from decimal import Decimal
from pathlib import Path

import pytest

from noctule.app.backtest.settings import MarketTerms
from noctule.domain.values import Symbol
from tests.fakes.recorded_columns import columns_of
from tests.fakes.replayed import at, flat_rows, market_of, replay

ETHUSDT = Symbol("ETHUSDT")
PLAN = "10 LONG 29700 30600; 40 FLAT"


def test_with_nothing_held_every_candle_is_passed_over(tmp_path: Path) -> None:
    ran = replay(tmp_path, flat_rows(60, {12: (30_000.0, 35_000.0, 25_000.0, 30_000.0)}))
    assert (ran.quiet, ran.full) == (0, 0)
    assert ran.course.candles == {"BTCUSDT": 56}


def test_candles_that_touch_nothing_are_passed_over_while_something_is_held(tmp_path: Path) -> None:
    ran = replay(tmp_path, flat_rows(60, {}), plan=PLAN)
    assert len(ran.course.trades) == 1
    assert ran.quiet > 20
    assert ran.full < 10


def test_a_candle_that_touches_a_price_where_something_waits_is_played(tmp_path: Path) -> None:
    near = flat_rows(60, {20: (30_000.0, 30_599.9, 29_700.1, 30_000.0)})
    touching = flat_rows(60, {20: (30_000.0, 30_600.0, 29_990.0, 30_000.0)})
    one, other = (replay(tmp_path, rows, plan=PLAN) for rows in (near, touching))
    assert [each.exit_reason for each in one.course.trades] == ["signal"]
    assert other.full == one.full + 1


def test_a_curve_has_each_instant_once_and_in_order(tmp_path: Path) -> None:
    ran = replay(tmp_path, flat_rows(60, {}), plan=PLAN)
    assert list(ran.course.curve.at_ms) == [at(number) for number in range(5, 61)]


def test_a_hole_is_asked_about_like_everything_else(tmp_path: Path) -> None:
    rows = [row for row in flat_rows(60, {}) if row[0] not in (10, 11)]
    ran = replay(tmp_path, rows, plan="11 LONG; 30 FLAT")
    (trade,) = ran.course.trades
    assert trade.opened_ms == at(12)
    assert ran.course.missing == {"BTCUSDT": 2}
    assert ran.course.candles == {"BTCUSDT": 56}


@pytest.mark.parametrize("hole", [range(20, 25), range(20, 21)])
def test_a_hole_of_one_symbol_stops_nobody_else(tmp_path: Path, hole: range) -> None:
    eth = [(number, 2_000.0, 2_001.0, 1_999.0, 2_000.0) for number in range(60)]
    btc = [row for row in flat_rows(60, {}) if row[0] not in hole]
    market = market_of(columns_of(btc), columns_of(eth, symbol=ETHUSDT))
    keys = ("trading.symbols=BTCUSDT,ETHUSDT", "trading.higher_timeframes=15m")
    ran = replay(tmp_path, market, *keys, plan="10 LONG; 30 FLAT")
    assert [each.symbol for each in ran.course.trades] == ["BTCUSDT", "ETHUSDT"]
    assert ran.course.candles == {"BTCUSDT": 56, "ETHUSDT": 56}


def test_an_order_on_its_way_meets_the_price_that_stands_when_it_arrives(tmp_path: Path) -> None:
    rows = flat_rows(60, {11: (30_050.0, 30_060.0, 30_040.0, 30_050.0)})
    (trade,) = replay(tmp_path, rows, plan=PLAN, terms=MarketTerms(latency_ms=40)).course.trades
    assert trade.opened_ms == at(11) + 40
    assert trade.entry_price == Decimal("30050.1")


def test_a_limit_entry_waits_between_the_prices_of_long_candles(tmp_path: Path) -> None:
    keys = ("trading.entry_order=limit", "trading.entry_offset=0.001")
    waits = "trading.entry_timeout_seconds=1200"
    rows = flat_rows(60, {13: (30_000.0, 30_010.0, 29_950.0, 30_000.0)})
    (trade,) = replay(tmp_path, rows, *keys, waits, plan=PLAN).course.trades
    assert trade.entry_price == Decimal("29970.0")
    assert trade.opened_ms > at(13)


def test_a_limit_entry_is_taken_back_in_its_time(tmp_path: Path) -> None:
    keys = ("trading.entry_order=limit", "trading.entry_offset=0.001")
    waits = "trading.entry_timeout_seconds=600"
    rows = flat_rows(60, {14: (30_000.0, 30_010.0, 29_950.0, 30_000.0)})
    assert replay(tmp_path, rows, *keys, waits, plan=PLAN).course.trades == ()


def test_progress_is_told_in_shares_of_one(tmp_path: Path) -> None:
    told = list[float]()
    replay(tmp_path, flat_rows(5_000, {}), on_progress=told.append)
    assert told == sorted(told)
    assert all(0 < each <= 1 for each in told)
    assert len(told) == 2
