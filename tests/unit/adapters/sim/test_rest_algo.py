"""Conditional orders over REST."""

import pytest

from tests.fakes.sim_desk import Desk, Reply

DONE = {"code": 200, "msg": "The operation of cancel all open order is done."}


def stop(desk: Desk, **changes: object) -> Reply:
    usual = {
        "algoType": "CONDITIONAL",
        "symbol": "BTCUSDT",
        "side": "SELL",
        "type": "STOP_MARKET",
        "quantity": "0.010",
        "triggerPrice": "59000",
        "clientAlgoId": "stop",
    }
    return desk.call("POST", "/fapi/v1/algoOrder", **(usual | changes))


def statuses(desk: Desk, path: str, **params: object) -> list[str]:
    return [row["algoStatus"] for row in desk.call("GET", f"/fapi/v1/{path}", **params).content]


def test_a_stop_is_placed_found_and_cancelled_by_its_own_ids() -> None:
    desk = Desk()
    placed = stop(desk).content
    found = desk.call("GET", "/fapi/v1/algoOrder", algoId=placed["algoId"]).content
    ended = desk.call("DELETE", "/fapi/v1/algoOrder", clientAlgoId="stop").content

    assert (placed["algoStatus"], placed["triggerPrice"]) == ("NEW", "59000.00")
    assert (found["clientAlgoId"], found["actualOrderId"]) == ("stop", "")
    assert ended == {
        "algoId": placed["algoId"],
        "clientAlgoId": "stop",
        "code": "200",
        "msg": "success",
    }
    assert statuses(desk, "openAlgoOrders") == []
    assert statuses(desk, "allAlgoOrders", symbol="BTCUSDT") == ["CANCELED"]


def test_a_symbol_may_be_named_though_the_ids_say_enough() -> None:
    desk = Desk()
    ids = {"symbol": "BTCUSDT", "algoId": stop(desk).content["algoId"]}
    found = desk.call("GET", "/fapi/v1/algoOrder", **ids)
    ended = desk.call("DELETE", "/fapi/v1/algoOrder", **ids)

    assert (found.content["algoStatus"], ended.content["code"]) == ("NEW", "200")


def test_regular_endpoints_do_not_know_conditional_ids() -> None:
    desk = Desk()
    order = {"symbol": "BTCUSDT", "orderId": stop(desk).content["algoId"]}

    assert desk.call("GET", "/fapi/v1/order", **order).code == -2013
    assert desk.call("DELETE", "/fapi/v1/order", **order).code == -2011


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"algoType": "VP"}, -1130),
        ({"algoType": None}, -1102),
        ({"triggerPrice": None}, -1102),
        ({"triggerPrice": None, "stopPrice": "59000"}, -1104),
        ({"newOrderRespType": "FULL"}, -1136),
        ({"closePosition": "true", "quantity": None}, -4509),
        ({"triggerPrice": "61000"}, -2021),
        ({"type": "LIMIT"}, -1116),
        ({"symbol": "NOPE"}, -1121),
        ({"price": "59000"}, -1106),
        ({"callbackRate": "1"}, -1106),
        ({"closePosition": "true", "quantity": None, "reduceOnly": "true"}, -1106),
        ({"closePosition": "true"}, -4137),
        ({"clientAlgoId": "not mine"}, -4015),
    ],
)
def test_what_is_wrong_with_a_stop_is_told(changes: dict[str, object], code: int) -> None:
    assert stop(Desk(), **changes).code == code


def test_one_stop_and_one_target_may_close_a_position_and_no_second_stop() -> None:
    desk = Desk()
    desk.order()
    closing = {"closePosition": "true", "quantity": None}
    target = {"type": "TAKE_PROFIT_MARKET", "triggerPrice": "61000", "clientAlgoId": "target"}

    assert stop(desk, **closing).status == 200
    assert stop(desk, **closing, **target).status == 200
    assert stop(desk, **closing, clientAlgoId="second").code == -4130
    assert stop(desk).code == -4116


def test_an_id_is_needed_and_has_to_be_known() -> None:
    desk = Desk()

    assert desk.call("GET", "/fapi/v1/algoOrder").code == -1102
    assert desk.call("GET", "/fapi/v1/algoOrder", algoId=1).code == -2013
    assert desk.call("DELETE", "/fapi/v1/algoOrder", clientAlgoId="none").code == -2011


def test_waiting_ones_are_told_by_symbol_and_id_and_cancelled_together() -> None:
    desk = Desk()
    first = stop(desk).content["algoId"]
    stop(desk, clientAlgoId="other", triggerPrice="58000")

    assert statuses(desk, "openAlgoOrders", symbol="BTCUSDT") == ["NEW", "NEW"]
    assert statuses(desk, "openAlgoOrders", algoId=first) == ["NEW"]
    assert statuses(desk, "openAlgoOrders", symbol="ETHUSDT") == []
    reply = desk.call("DELETE", "/fapi/v1/algoOpenOrders", symbol="BTCUSDT")
    assert reply.content == DONE
    assert statuses(desk, "openAlgoOrders") == []


def test_one_that_has_fired_is_told_once_with_the_order_it_became() -> None:
    desk = Desk()
    desk.order()
    stop(desk)
    desk.trade("58999")
    desk.wait(100)
    desk.trade("58999")
    (row,) = desk.call("GET", "/fapi/v1/allAlgoOrders", symbol="BTCUSDT").content
    trades = desk.call("GET", "/fapi/v1/userTrades", symbol="BTCUSDT").content

    assert row["algoStatus"] == "FINISHED"
    assert row["actualOrderId"] == str(trades[-1]["orderId"])
