"""What the log says while orders are handled."""

from decimal import Decimal

import pytest

from noctule.domain.events.order import OrderFilled
from noctule.domain.order import ClientOrderId
from noctule.domain.values import Quantity
from noctule.engine.handlers.order_telling import tell_fill, tell_stray, tell_unled
from tests.builders import BTCUSDT, START_MS, fill


def test_a_trade_is_told_with_what_is_left_of_its_order(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    traded = fill()
    tell_fill(
        OrderFilled(at_ms=START_MS, trace="t", fill=traded, remaining=Quantity(Decimal("0.5")))
    )
    (record,) = caplog.records
    assert record.getMessage() == "order filled"
    told = vars(record)["fields"]
    assert told["symbol"] == traded.symbol
    assert (told["quantity"], told["price"]) == (str(traded.quantity), str(traded.price))
    assert told["remaining"] == "0.5"


def test_what_nobody_here_knows_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    tell_stray(BTCUSDT, ClientOrderId("noc-x"))
    tell_unled(BTCUSDT)
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    assert [vars(record)["fields"] for record in caplog.records] == [
        {"symbol": "BTCUSDT", "order": "noc-x"},
        {"symbol": "BTCUSDT"},
    ]
