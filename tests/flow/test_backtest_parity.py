"""A backtest makes the trades that the bot makes on the same data over sockets, digit by digit."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest
from msgspec.structs import replace

from tests.conformance.fixtures import DATA, needs_data
from tests.fakes.parity import (
    Case,
    Outcome,
    RoundTrip,
    backtest_outcome,
    cut,
    difference,
    sim_outcome,
)
from tests.fakes.parity_cases import STRATEGIES, case
from tests.fakes.swinging_market import write_funding, write_swings

FUNDING: Final = "{}-funding-20230101-20240514.csv.gz"
TWO: Final = ("BTCUSDT", "ETHUSDT")
THREE: Final = (*TWO, "LTCUSDT")


async def check_parity(wanted: Case, home: Path, *, trades_min: int) -> Outcome:
    expected = await sim_outcome(wanted, home / "sim")
    found = backtest_outcome(wanted, home / "backtest")
    assert difference(expected, found) is None
    assert len(expected.trades) >= trades_min
    return expected


def swings(folder: Path) -> list[Path]:
    prices = {"BTCUSDT": 36_000.0, "ETHUSDT": 2_000.0}
    return [
        file
        for seed, (symbol, price) in enumerate(prices.items(), start=1)
        for file in (
            write_swings(folder, symbol, minutes=15, candles=900, price=price, seed=seed),
            write_funding(folder, symbol, hours=225, seed=seed),
        )
    ]


def recorded(
    folder: Path, symbols: Sequence[str], name: str, *, first_day: str, last_day: str
) -> list[Path]:
    """Cut days out of recorded candles; the funding beside them is whole."""
    files = []
    for symbol in symbols:
        (source,) = (
            path
            for path in (DATA / "klines").glob(f"{symbol}-{name}-2023*.csv.gz")
            if not path.name.startswith("BTCUSDT-5m-202308")
        )
        files.append(cut(source, folder, first_day=first_day, last_day=last_day))
        files.append(DATA / "funding" / FUNDING.format(symbol))
    return files


@pytest.mark.slow
@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_prices_that_swing_are_traded_alike(strategy: str, tmp_path: Path) -> None:
    wanted = case(strategy, swings(tmp_path), symbols=TWO, timeframe="15m", higher="1h")
    found = await check_parity(wanted, tmp_path, trades_min=5)
    assert any(trade.funding != "0" for trade in found.trades)


@pytest.mark.slow
async def test_whoever_lost_enough_stops_on_the_same_candle(tmp_path: Path) -> None:
    wanted = case(
        "sma_cross",
        swings(tmp_path),
        symbols=TWO,
        timeframe="15m",
        higher="1h",
        risk=("risk.max_daily_loss=0.02", "risk.max_drawdown=0.04"),
    )
    found = await check_parity(wanted, tmp_path, trades_min=3)
    assert found.refused.keys() & {"drawdown", "daily_loss"}


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_recorded_five_minutes_are_traded_alike(strategy: str, tmp_path: Path) -> None:
    data = recorded(tmp_path, TWO, "5m", first_day="2023-06-04", last_day="2023-06-07")
    wanted = case(strategy, data, symbols=TWO, timeframe="5m", higher="1h")
    await check_parity(wanted, tmp_path, trades_min=1)


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_recorded_four_hours_are_traded_alike(strategy: str, tmp_path: Path) -> None:
    data = recorded(tmp_path, THREE, "4h", first_day="2023-01-01", last_day="2023-04-30")
    wanted = case(strategy, data, symbols=THREE, timeframe="4h", higher="1d")
    await check_parity(wanted, tmp_path, trades_min=1)


TRADE: Final = RoundTrip(
    symbol="BTCUSDT",
    strategy="sma_cross",
    direction="LONG",
    opened_ms=1_700_006_400_000,
    closed_ms=1_700_010_000_011,
    quantity="0.1",
    entry_price="60000",
    exit_price="60600",
    gross_pnl="60",
    fees="6.03",
    funding="-0.6",
    slippage="0.01",
    net_pnl="53.37",
    exit_reason="target",
    reason="it crossed",
    signal_price=59_999.9,
    stop="59400",
    target="60600",
)
TOLD: Final = "BTCUSDT LONG 2023-11-15 00:00:00.000 to 2023-11-15 01:00:00.011 target 53.37"
ONE: Final = Outcome(trades=(TRADE,), signals=2, refused={"position": 1}, open_at_end=0)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (ONE, None),
        (
            replace(ONE, trades=(replace(TRADE, fees="6.04", funding="0"),)),
            f"trade 1, {TOLD}\n    fees: '6.03' and '6.04'\n    funding: '-0.6' and '0'",
        ),
        (
            replace(ONE, trades=(replace(TRADE, symbol="ETHUSDT"),)),
            f"trade 1, {TOLD}\n    is there {TOLD.replace('BTC', 'ETH')}",
        ),
        (
            replace(ONE, trades=()),
            f"1 trades and 0: only the first has trade 1, {TOLD}",
        ),
        (replace(ONE, signals=3), "signals: 2 and 3, after 1 equal trades"),
        (
            replace(ONE, refused={}),
            "refused: {'position': 1} and {}, after 1 equal trades",
        ),
    ],
)
def test_the_first_difference_is_told_in_words(other: Outcome, told: str | None) -> None:
    assert difference(ONE, other) == told
