import logging
from pathlib import Path

import pytest

from noctule.app.banner import log_banner, log_world
from tests.fakes.home import config_at


def test_the_banner_names_environment_strategy_limits_and_configuration(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    configuration = config_at(tmp_path, "api.environment=testnet").load()

    with caplog.at_level(logging.INFO):
        log_banner(configuration)

    assert [record.message for record in caplog.records] == ["noctule starts", "trades", "risks"]
    starts, trades, risks = (vars(record)["fields"] for record in caplog.records)
    assert starts["environment"] == "TESTNET"
    assert starts["configuration"] == configuration.fingerprint[:12]
    assert trades == {
        "symbols": "BTCUSDT",
        "timeframe": "1m",
        "strategy": "sma_cross",
        "leverage": 5,
        "margin": "isolated",
    }
    assert risks["per_trade"] == "0.01"


def test_the_world_is_named(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        log_world("Binance at fapi.binance.com", trades=True)

    (named,) = caplog.records
    assert vars(named)["fields"] == {"name": "Binance at fapi.binance.com"}


def test_where_nothing_can_be_traded_that_is_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        log_world("Binance at fapi.binance.com", trades=False)

    _, watches = caplog.records
    assert (watches.levelname, watches.message) == (
        "WARNING",
        "this environment has no account yet: signals are shown and nothing is sent",
    )


def test_a_world_without_an_exchange_is_told_as_that(caplog: pytest.LogCaptureFixture) -> None:
    log_world(None, trades=False)

    (told,) = caplog.records
    assert told.message == "no exchange is there: noctule idles; press Ctrl-C to stop"
