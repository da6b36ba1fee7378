"""What became of orders, over REST."""

import pytest

from tests.fakes.sim_desk import Desk

LIMIT = {"type": "LIMIT", "timeInForce": "GTC", "price": "59000", "newClientOrderId": "mine"}
DAY_MS = 86_400_000


def ids(desk: Desk, path: str, **params: object) -> list[int]:
    rows = desk.call("GET", f"/fapi/v1/{path}", **params).content
    return [row.get("orderId", row.get("id")) for row in rows]


def test_an_order_is_found_by_either_id_open_or_not() -> None:
    desk = Desk()
    desk.order(**LIMIT)
    by_name = desk.call("GET", "/fapi/v1/order", symbol="BTCUSDT", origClientOrderId="mine").content
    desk.call("DELETE", "/fapi/v1/order", symbol="BTCUSDT", origClientOrderId="mine")
    by_id = desk.call("GET", "/fapi/v1/order", symbol="BTCUSDT", orderId=by_name["orderId"]).content

    assert (by_name["status"], by_name["avgPrice"]) == ("NEW", "0.00000")
    assert by_id["status"] == "CANCELED"


def test_only_an_open_order_is_an_open_order() -> None:
    desk = Desk()
    desk.order(**LIMIT)
    ask = {"symbol": "BTCUSDT", "origClientOrderId": "mine"}
    before = desk.call("GET", "/fapi/v1/openOrder", **ask)
    desk.call("DELETE", "/fapi/v1/order", **ask)

    assert before.status == 200
    assert desk.call("GET", "/fapi/v1/openOrder", **ask).code == -2013
    assert desk.call("GET", "/fapi/v1/order", symbol="BTCUSDT", orderId=1).code == -2013


def test_open_orders_are_told_of_one_symbol_or_of_all() -> None:
    desk = Desk()
    desk.order(**LIMIT)
    desk.order(**{**LIMIT, "symbol": "ETHUSDT", "price": "2950", "newClientOrderId": "other"})

    assert len(ids(desk, "openOrders")) == 2
    assert len(ids(desk, "openOrders", symbol="ETHUSDT")) == 1
    assert desk.call("GET", "/fapi/v1/openOrders", symbol="NOPE").code == -1121


def test_all_orders_are_the_newest_or_those_from_an_id_on() -> None:
    desk = Desk()
    placed = [desk.order().content["orderId"] for _ in range(3)]

    assert ids(desk, "allOrders", symbol="BTCUSDT") == placed
    assert ids(desk, "allOrders", limit=2) == placed[1:]
    assert ids(desk, "allOrders", symbol="BTCUSDT", orderId=placed[1]) == placed[1:]
    assert ids(desk, "allOrders", symbol="ETHUSDT") == []


def test_history_reaches_back_seven_days_and_no_further_at_once() -> None:
    desk = Desk()
    placed = desk.order().content["orderId"]
    began = desk.clock.now_ms()
    desk.wait(8 * DAY_MS)
    desk.trade("60000")

    assert ids(desk, "allOrders", symbol="BTCUSDT") == []
    assert ids(desk, "allOrders", symbol="BTCUSDT", startTime=began) == [placed]
    assert ids(desk, "userTrades", symbol="BTCUSDT") == []
    too_long = {"startTime": began, "endTime": began + 8 * DAY_MS}
    assert desk.call("GET", "/fapi/v1/userTrades", symbol="BTCUSDT", **too_long).code == -1127


def test_trades_are_told_by_order_and_from_an_id_on() -> None:
    desk = Desk()
    placed = [desk.order().content["orderId"] for _ in range(3)]
    every = ids(desk, "userTrades", symbol="BTCUSDT")
    rows = desk.call("GET", "/fapi/v1/userTrades", symbol="BTCUSDT", orderId=placed[1]).content

    assert len(every) == 3
    assert [row["orderId"] for row in rows] == [placed[1]]
    trades = desk.call("GET", "/fapi/v1/userTrades", symbol="BTCUSDT", fromId=rows[0]["id"]).content
    assert [trade["orderId"] for trade in trades] == placed[1:]
    assert desk.call("GET", "/fapi/v1/userTrades", orderId=placed[1]).code == -1102


@pytest.mark.parametrize(("kind", "count"), [(None, 1), ("LIQUIDATION", 1), ("ADL", 0)])
def test_a_liquidation_is_told_as_a_forced_order(kind: str | None, count: int) -> None:
    desk = Desk()
    desk.call("POST", "/fapi/v1/leverage", symbol="BTCUSDT", leverage=50)
    desk.order(quantity="8")
    desk.trade("59000")
    rows = desk.call("GET", "/fapi/v1/forceOrders", autoCloseType=kind).content

    assert len(rows) == count
    assert all(row["clientOrderId"].startswith("autoclose-") for row in rows)
