"""What real money is at stake is said in money, and loudly."""

from pathlib import Path

import pytest

from noctule.app.stakes import log_stakes, stakes
from noctule.domain.position import AccountSnapshot, Balance
from noctule.domain.values import quote
from tests.builders import START_MS
from tests.fakes.home import config_at
from tests.reconcile_builders import held

USDT = Balance(asset="USDT", wallet=quote("2000"), available=quote("1500"))


def snapshot(*balances: Balance) -> AccountSnapshot:
    return AccountSnapshot(at_ms=START_MS, balances=balances, positions=(held(),))


def test_every_limit_is_told_in_the_accounts_money(tmp_path: Path) -> None:
    capped = ("risk.max_position_notional=500", "shutdown.policy=flatten")
    settings = config_at(tmp_path, "trading.symbols=BTCUSDT,ETHUSDT", *capped).load().settings
    assert dict(stakes(settings, snapshot(USDT), asset="USDT")) == {
        "symbols": "BTCUSDT, ETHUSDT",
        "balance": "2,000.00 USDT, 1,500.00 USDT of it free",
        "held": "1 positions already",
        "per_trade": "20.00 USDT (1 %) lost when a stop is hit, fees included",
        "at_most": "3 positions, each worth up to 500.00 USDT, together 6,000.00 USDT",
        "leverage": "5, isolated margin",
        "daily_loss": "entries stop at 100.00 USDT (5 %)",
        "drawdown": "entries stop at 400.00 USDT (20 %) from the peak",
        "shutdown": "flatten: positions are closed at the market",
    }


def test_an_empty_wallet_and_a_position_without_a_cap_are_told_too(tmp_path: Path) -> None:
    told = dict(stakes(config_at(tmp_path).load().settings, snapshot(), asset="USDC"))
    assert told["balance"] == "0.00 USDC, 0.00 USDC of it free"
    assert told["at_most"] == "3 positions, each worth what its risk allows, together 0.00 USDC"
    assert told["shutdown"] == "keep: positions stay, with their stops and targets"


def test_they_are_logged_as_warnings(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    log_stakes(config_at(tmp_path).load().settings, snapshot(USDT), asset="USDT")
    assert {record.levelname for record in caplog.records} == {"WARNING"}
    assert {record.message for record in caplog.records} == {"REAL MONEY"}
