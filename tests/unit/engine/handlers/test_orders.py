"""The owner is told of every fill."""

import pytest

from noctule.domain.events.order import OrderFilled
from noctule.domain.values import quantity
from noctule.engine.handlers.orders import OrderHandler
from tests.builders import START_MS, fill


def test_a_fill_is_logged_with_its_numbers(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    event = OrderFilled(at_ms=START_MS, trace="t", fill=fill(), remaining=quantity("0.005"))
    OrderHandler().on_order_filled(event)

    (record,) = caplog.records
    assert record.getMessage() == "order filled"
    assert vars(record)["fields"] == {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "quantity": "0.010",
        "price": "60000.00",
        "remaining": "0.005",
    }
