import logging
from pathlib import Path

import pytest

from noctule.app.banner import log_banner
from tests.fakes.home import config_at


def test_the_banner_names_environment_strategy_limits_and_configuration(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    configuration = config_at(tmp_path, "api.environment=testnet").load()

    with caplog.at_level(logging.INFO):
        log_banner(configuration, exchange="the demo exchange")

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


def test_the_banner_says_in_plain_words_that_no_exchange_is_wired(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        log_banner(config_at(tmp_path).load(), exchange=None)

    assert caplog.records[-1].levelname == "WARNING"
    assert caplog.records[-1].message.startswith("no exchange is wired into this version yet")
