"""The bot's backtest does what its documents say: a second hand, writing from them, agrees."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Final

import pytest

from tests.independent.contracts import CONTRACTS
from tests.independent.judged import RECORDED, judged_trades
from tests.independent.market import write_market
from tests.independent.plain_sma import trades_of
from tests.independent.plan import Plan, drawn
from tests.independent.rows import read_candles, read_fundings

pytestmark = pytest.mark.slow

CANDLES: Final = 4_000
MADE_UP: Final = {"BTCUSDT": (0.1, 30_000.0), "ETHUSDT": (0.01, 2_000.0), "LTCUSDT": (0.01, 80.0)}
REAL: Final = (
    ("BTCUSDT", "5m", "BTCUSDT-5m-20230101-20230731"),
    ("ETHUSDT", "5m", "ETHUSDT-5m-20230501-20230731"),
    ("BTCUSDT", "4h", "BTCUSDT-4h-20230101-20240513"),
    ("ETHUSDT", "4h", "ETHUSDT-4h-20230101-20240513"),
    ("LTCUSDT", "4h", "LTCUSDT-4h-20230101-20240513"),
)


@pytest.mark.parametrize("seed", range(10))
def test_the_trades_of_ten_configurations_drawn_by_chance_are_those_of_a_plain_hand(
    seed: int, tmp_path: Path
) -> None:
    plan = drawn(Random(seed))
    symbol = sorted(MADE_UP)[seed % len(MADE_UP)]
    path = _made_up(tmp_path, symbol, seed)
    plain = trades_of(read_candles([path]), plan, CONTRACTS[symbol])
    assert len(plain) > 10
    assert judged_trades([path], plan, symbol=symbol, interval="5m") == plain


@pytest.mark.skipif(RECORDED is None, reason="the recorded candles are not here")
@pytest.mark.parametrize(("symbol", "interval", "name"), REAL)
def test_so_are_those_on_recorded_candles_with_their_funding(
    symbol: str, interval: str, name: str, tmp_path: Path
) -> None:
    assert RECORDED is not None
    funding = RECORDED / "funding" / f"{symbol}-funding-20230101-20240514.csv.gz"
    candles = read_candles([RECORDED / "klines" / f"{name}.csv.gz"]).head(2 * CANDLES)
    path = tmp_path / f"{symbol}-{interval}-slice.csv"
    candles.to_csv(path, index=False)
    plan = drawn(Random(f"{symbol} {interval}"))
    plain = trades_of(candles, plan, CONTRACTS[symbol], read_fundings(funding))
    assert len(plain) > 10
    assert judged_trades([path, funding], plan, symbol=symbol, interval=interval) == plain


def test_the_ten_draws_meet_every_rule_that_decides_a_trade(tmp_path: Path) -> None:
    """Else their agreement would say nothing of the rules that were never asked."""
    told: Counter[str] = Counter()
    for seed in range(10):
        plan = drawn(Random(seed))
        symbol = sorted(MADE_UP)[seed % len(MADE_UP)]
        candles = read_candles([_made_up(tmp_path, symbol, seed)])
        trades = trades_of(candles, plan, CONTRACTS[symbol])
        told.update(str(trade["exit_reason"]) for trade in trades)
        told.update(f"is {trade['direction']}" for trade in trades)
        told["paid funding"] += sum(trade["funding"] != 0 for trade in trades)
        for name, other in _bent(plan):
            told[name] += trades_of(candles, other, CONTRACTS[symbol]) != trades
    assert {name: count for name, count in told.items() if count == 0} == {}
    assert set(told) == {
        "stop", "target", "signal", "is LONG", "is SHORT", "paid funding",
        "reverse", "leverage", "exposure", "notional", "cool-down", "slippage", "ambiguity",
        "spread",
    }  # fmt: skip


def _bent(plan: Plan) -> list[tuple[str, Plan]]:
    """Return what the plan would be with one rule less."""
    return [
        ("reverse", replace(plan, reverse=not plan.reverse)),
        ("leverage", replace(plan, leverage=75)),
        ("exposure", replace(plan, max_total_exposure=Decimal(125))),
        ("notional", replace(plan, max_position_notional=None)),
        ("cool-down", replace(plan, cooldown_losses=0)),
        ("slippage", replace(plan, slippage_allowance=Decimal("0.001"))),
        ("ambiguity", replace(plan, ambiguity="best")),
        ("spread", replace(plan, spread_ticks=0)),
    ]


def _made_up(folder: Path, symbol: str, seed: int) -> Path:
    tick, price = MADE_UP[symbol]
    return write_market(
        folder, symbol=symbol, interval="5m", count=CANDLES, tick=tick, price=price, seed=seed
    )
