"""Runs that are cut short close what the whole run had closed by then; a difference is told."""

from pathlib import Path

from msgspec.structs import replace

from noctule.adapters.replay.market import load_market
from noctule.app.backtest.backtesting import Wish, backtested
from noctule.app.backtest.lookahead import Look, look_ahead
from noctule.app.backtest.opening import Span
from noctule.app.backtest.result import BacktestResult
from noctule.domain.values import Symbol, Timeframe
from tests.fakes.home import config_at
from tests.fakes.small_backtest import FROM_MS, OFTEN, write_small

BTC = Symbol("BTCUSDT")
KEYS = [f"{name}={value}" for name, value in OFTEN.items()]


def looks(
    home: Path, change: object = None, told: list[float] | None = None
) -> tuple[BacktestResult, list[Look]]:
    configuration = config_at(home, *KEYS, ini="").load()
    wish = Wish(paths=(write_small(home),), span=Span(from_ms=FROM_MS), is_cached=False)
    whole = backtested(wish, configuration)
    recorded = load_market(wish.paths, symbols=(BTC,), timeframe=Timeframe.M15)
    if change == "price":
        first, *rest = whole.course.trades
        changed = replace(first, exit_price=first.exit_price + 1)
        whole = replace(whole, course=replace(whole.course, trades=(changed, *rest)))
    if change == "missing":
        whole = replace(whole, course=replace(whole.course, trades=whole.course.trades[1:]))
    tell = (lambda _share: None) if told is None else told.append
    return whole, [*look_ahead(wish, configuration, recorded, whole, tell=tell)]


def test_ten_runs_end_early_and_agree(tmp_path: Path) -> None:
    told = list[float]()
    whole, found = looks(tmp_path, told=told)
    assert [each.difference for each in found] == [None] * 10
    assert [each.compared for each in found] == sorted(each.compared for each in found)
    assert 0 < found[-1].compared <= len(whole.course.trades)
    assert told == [number / 10 for number in range(1, 11)]


def test_a_trade_that_only_the_future_explains_is_told(tmp_path: Path) -> None:
    _, found = looks(tmp_path, "price")
    differing = [each.difference for each in found if each.difference]
    assert differing
    assert "exit_price is" in differing[0]
    assert "without what came later" in differing[0]


def test_a_trade_too_many_is_told(tmp_path: Path) -> None:
    _, found = looks(tmp_path, "missing")
    assert any(each.difference for each in found)
