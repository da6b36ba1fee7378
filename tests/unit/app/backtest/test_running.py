"""From candles to a course: when a strategy may speak, and what becomes of what it says."""

from decimal import Decimal
from pathlib import Path

import pytest

from noctule.app.backtest.opening import Span
from noctule.app.backtest.settings import Ambiguity, MarketTerms
from noctule.domain.trade import ExitReason
from noctule.domain.values import Symbol
from noctule.performance.records import TradeRecord
from tests.fakes.recorded_columns import columns_of
from tests.fakes.replayed import IDEA, at, flat_rows, market_of, replay

LONG = "10 LONG 29700 30600"
ETHUSDT = Symbol("ETHUSDT")


def only(trades: tuple[TradeRecord, ...]) -> TradeRecord:
    (trade,) = trades
    return trade


def test_a_close_decides_and_the_price_at_it_executes(tmp_path: Path) -> None:
    rows = flat_rows(30, {12: (30_000.0, 30_700.0, 29_990.0, 30_650.0)})
    trade = only(replay(tmp_path, rows, plan=LONG).course.trades)
    assert trade.opened_ms == at(11)
    assert trade.entry_price == Decimal("30000.1")  # the ask at the close
    assert (trade.exit_reason, trade.exit_price) == (ExitReason.TARGET, Decimal("30600"))
    assert trade.reason == "planned {}"
    assert (trade.stop, trade.target) == (Decimal(29_700), Decimal(30_600))


def test_where_a_candle_opens_beyond_a_stop_it_is_left_there(tmp_path: Path) -> None:
    rows = flat_rows(30, {12: (29_000.0, 29_100.0, 28_900.0, 29_050.0)})
    trade = only(replay(tmp_path, rows, plan=LONG).course.trades)
    assert (trade.exit_reason, trade.exit_price) == (ExitReason.STOP, Decimal(29_000))
    assert at(12) <= trade.closed_ms < at(12) + 1_000


@pytest.mark.parametrize(
    ("ambiguity", "reason"),
    [
        (Ambiguity.WORST, ExitReason.STOP),
        (Ambiguity.BEST, ExitReason.TARGET),
        (Ambiguity.OHLC, ExitReason.STOP),  # which is nearer to the open
    ],
)
def test_of_stop_and_target_in_one_candle_the_rule_decides(
    tmp_path: Path, ambiguity: Ambiguity, reason: ExitReason
) -> None:
    rows = flat_rows(30, {12: (30_000.0, 30_800.0, 29_600.0, 30_000.0)})
    terms = MarketTerms(ambiguity=ambiguity)
    trade = only(replay(tmp_path, rows, plan=LONG, terms=terms).course.trades)
    assert trade.exit_reason is reason
    assert trade.is_ambiguous


def test_no_signal_comes_before_the_first_close_that_is_traded_on(tmp_path: Path) -> None:
    everywhere = ";".join(f"{number} LONG" for number in range(30))
    course = replay(tmp_path, flat_rows(30, {}), plan=everywhere).course
    assert course.curve.at_ms[0] == at(5)
    assert course.signals == 30 - 4  # the candle that closes as trading begins is the first


def test_the_end_is_not_included(tmp_path: Path) -> None:
    everywhere = ";".join(f"{number} LONG" for number in range(30))
    span = Span(from_ms=at(5), to_ms=at(20))
    course = replay(tmp_path, flat_rows(30, {}), plan=everywhere, span=span).course
    assert course.curve.at_ms[-1] == at(20)  # when the last candle closes
    assert course.candles == {"BTCUSDT": 16}


def test_what_is_held_at_the_end_is_counted_and_valued(tmp_path: Path) -> None:
    rows = flat_rows(30, {29: (30_000.0, 30_110.0, 30_000.0, 30_100.0)})
    course = replay(tmp_path, rows, plan=LONG).course
    assert (course.trades, course.open_at_end) == ((), 1)
    assert course.curve.equity[-1] > course.curve.equity[-2]
    assert course.curve.exposure[-1] > 0


def test_a_symbol_whose_candles_begin_later_joins_then(tmp_path: Path) -> None:
    late = columns_of(
        [(number, 2_000.0, 2_001.0, 1_999.0, 2_000.0) for number in range(20, 40)], symbol=ETHUSDT
    )
    market = market_of(columns_of(flat_rows(40, {})), late)
    plan = "10 LONG; 12 FLAT; 25 LONG; 30 FLAT"
    course = replay(tmp_path, market, "trading.symbols=BTCUSDT,ETHUSDT", plan=plan).course
    assert [(each.symbol, each.opened_ms) for each in course.trades] == [
        ("BTCUSDT", at(11)),
        ("BTCUSDT", at(26)),
        ("ETHUSDT", at(26)),
    ]
    assert course.candles == {"BTCUSDT": 36, "ETHUSDT": 20}


def test_a_strategy_that_looks_at_regimes_without_saying_so_sees_them(tmp_path: Path) -> None:
    rows = flat_rows(120, {})
    quick = ("regime.norm_candles=50", "regime.trend_candles=10", "regime.recent_candles=5")
    ran = replay(tmp_path, rows, *quick, plan="100 LONG; 105 FLAT", looks="regime")
    assert only(ran.course.trades).reason != "planned {'regime': None}"


def test_mark_and_best_prices_are_those_of_the_close_though_nobody_held(tmp_path: Path) -> None:
    rows = flat_rows(40, {10: (30_000.0, 30_080.0, 29_990.0, 30_075.5)})
    trade = only(replay(tmp_path, rows, plan="10 LONG; 20 FLAT", looks="mark,book").course.trades)
    assert "mark_price=30075.5" in trade.reason
    assert "bid_price=30075.5" in trade.reason
    assert "ask_price=30075.6" in trade.reason


def test_each_section_trades_its_own_symbols(tmp_path: Path) -> None:
    eth = [(number, 2_000.0, 2_001.0, 1_999.0, 2_000.0) for number in range(60)]
    market = market_of(columns_of(flat_rows(60, {})), columns_of(eth, symbol=ETHUSDT))
    keys = (
        "trading.symbols=BTCUSDT,ETHUSDT",
        "strategy.mine.symbols=BTCUSDT",
        IDEA.replace("strategy.", "strategy.mine.", 1),
        "strategy.mine.plan=10 LONG; 20 FLAT",
        "strategy.other.symbols=ETHUSDT",
        IDEA.replace("strategy.", "strategy.other.", 1),
        "strategy.other.plan=12 SHORT; 22 FLAT",
    )
    course = replay(tmp_path, market, *keys, plan=None).course
    assert [(each.symbol, each.strategy, each.direction) for each in course.trades] == [
        ("BTCUSDT", "mine", "LONG"),
        ("ETHUSDT", "other", "SHORT"),
    ]


def test_buying_and_holding_begins_with_the_first_close_that_is_traded_on(tmp_path: Path) -> None:
    rows = flat_rows(30, {4: (30_000.0, 31_000.0, 30_000.0, 30_900.0)})
    held = replay(tmp_path, rows).course.held[Symbol("BTCUSDT")]
    assert (held.first, held.last, len(held.closes)) == (30_900.0, 30_000.0, 26)


def test_the_owner_s_kill_switch_stops_no_backtest(tmp_path: Path) -> None:
    switch = tmp_path / "STOP"
    switch.touch()
    rows = flat_rows(30, {})
    ran = replay(tmp_path, rows, f"risk.kill_switch_file={switch}", plan="10 LONG; 12 FLAT")
    assert len(ran.course.trades) == 1
