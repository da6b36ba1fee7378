"""Regular orders over REST."""

import json

import pytest

from tests.fakes.sim_desk import Desk, Reply, heard

LIMIT = {"type": "LIMIT", "timeInForce": "GTC", "price": "59000", "newClientOrderId": "mine"}


@pytest.mark.parametrize(
    ("kind", "status", "executed"), [(None, "NEW", "0.000"), ("RESULT", "FILLED", "0.010")]
)
def test_ack_tells_that_it_was_taken_in_and_result_what_became_of_it(
    kind: str | None, status: str, executed: str
) -> None:
    content = Desk().order(newOrderRespType=kind).content

    assert (content["status"], content["executedQty"]) == (status, executed)
    assert "avgPrice" not in content
    assert "cumQuote" not in content


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"symbol": None}, -1102),
        ({"symbol": "NOPE"}, -1121),
        ({"type": "STOP_MARKET", "stopPrice": "59000"}, -4120),  # the conditional service's
        ({"quantity": None}, -1102),
        ({"price": "60000"}, -1106),
        ({"timeInForce": "GTC"}, -1106),
        ({**LIMIT, "price": None}, -1102),
        ({**LIMIT, "timeInForce": None}, -1102),
        ({**LIMIT, "priceMatch": "QUEUE"}, -1106),
        ({**LIMIT, "newClientOrderId": "not mine"}, -4015),
        ({**LIMIT, "price": "59000.05"}, -4014),
        ({"quantity": "0"}, -4003),
        ({"quantity": "0.0001"}, -1111),
        ({**LIMIT, "price": "64000"}, -4016),
        ({**LIMIT, "quantity": "0.001", "price": "49000"}, -4164),
        ({"positionSide": "LONG"}, -4061),
        ({"reduceOnly": "true"}, -2022),
    ],
)
def test_what_is_wrong_with_an_order_is_told(changes: dict[str, object], code: int) -> None:
    reply = Desk().order(**changes)

    assert (reply.status, reply.code) == (400, code)


def test_a_name_is_taken_while_its_order_is_open() -> None:
    desk = Desk()
    desk.order(**LIMIT)
    again = desk.order(**LIMIT)
    desk.call("DELETE", "/fapi/v1/order", symbol="BTCUSDT", origClientOrderId="mine")

    assert again.code == -4116
    assert desk.order(**LIMIT).status == 200


def test_a_test_order_is_judged_and_not_placed() -> None:
    desk = Desk()
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET"}

    assert desk.call("POST", "/fapi/v1/order/test", quantity="0.010", **order).content == {}
    assert desk.call("POST", "/fapi/v1/order/test", quantity="0", **order).status == 400
    assert desk.call("GET", "/fapi/v3/positionRisk").content == []


def test_an_open_order_is_changed_and_cancelled() -> None:
    desk = Desk()
    desk.order(**LIMIT)
    changed = change(desk, quantity="0.020", price="59000.10").content
    ended = desk.call("DELETE", "/fapi/v1/order", symbol="BTCUSDT", orderId=changed["orderId"])

    assert (changed["origQty"], changed["price"]) == ("0.020", "59000.10")
    assert "modifyId" not in changed
    assert ended.content["status"] == "CANCELED"


def change(desk: Desk, **changes: object) -> Reply:
    """Change the order called mine."""
    usual = {
        "symbol": "BTCUSDT",
        "origClientOrderId": "mine",
        "side": "BUY",
        "quantity": "0.010",
        "price": "58000",
    }
    return desk.call("PUT", "/fapi/v1/order", **(usual | changes))


def test_a_changes_own_id_comes_back_in_its_answer_and_in_its_event() -> None:
    desk = Desk()
    desk.order(**LIMIT)
    private = desk.connect(f"/private/ws/{desk.listen_key()}")
    named = change(desk, modifyId=7).content
    unnamed = change(desk, price="57000").content
    told = [event["o"] for event in heard(private)]

    assert (named["modifyId"], "modifyId" in unnamed) == (7, False)
    assert [(order["x"], order.get("M")) for order in told] == [
        ("AMENDMENT", 7),
        ("AMENDMENT", None),
    ]


def test_a_change_that_ends_the_order_bears_its_own_id_and_no_earlier_one() -> None:
    desk = Desk()
    desk.order(**{**LIMIT, "timeInForce": "GTX"})
    change(desk, modifyId=7)
    ended = change(desk, modifyId=8, price="60500").content

    assert (ended["status"], ended["modifyId"]) == ("CANCELED", 8)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"quantity": None}, -1102),
        ({"price": None}, -1102),
        ({"side": None}, -1102),
        ({"origClientOrderId": "theirs"}, -2013),
        ({"price": "59000"}, -5027),  # as it is
        ({"reduceOnly": "true"}, -5047),
        ({"priceMatch": "QUEUE"}, -1130),
        ({"modifyId": "first"}, -1100),
    ],
)
def test_what_is_wrong_with_a_change_is_told(changes: dict[str, object], code: int) -> None:
    desk = Desk()
    desk.order(**LIMIT)

    assert change(desk, **changes).code == code


def test_a_change_may_repeat_what_stays_as_it_is() -> None:
    desk = Desk()
    desk.order(**LIMIT)

    assert change(desk, reduceOnly="false", priceMatch="NONE").status == 200


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"symbol": "BTCUSDT"}, -1102),
        ({"symbol": "BTCUSDT", "orderId": 1}, -2011),
        ({"symbol": "BTCUSDT", "origClientOrderId": "theirs"}, -2011),
        ({"symbol": "NOPE", "orderId": 1}, -1121),
    ],
)
def test_what_cannot_be_cancelled_is_refused(params: dict[str, object], code: int) -> None:
    assert Desk().call("DELETE", "/fapi/v1/order", **params).code == code


def test_all_orders_of_a_symbol_are_cancelled_and_no_conditional_ones() -> None:
    desk = Desk()
    desk.order(**LIMIT)
    stop = {"type": "STOP_MARKET", "triggerPrice": "59000", "side": "SELL", "quantity": "0.01"}
    desk.call("POST", "/fapi/v1/algoOrder", symbol="BTCUSDT", algoType="CONDITIONAL", **stop)
    reply = desk.call("DELETE", "/fapi/v1/allOpenOrders", symbol="BTCUSDT")

    assert reply.content == {
        "code": 200,
        "msg": "The operation of cancel all open order is done.",
    }
    assert desk.call("GET", "/fapi/v1/openOrders").content == []
    assert len(desk.call("GET", "/fapi/v1/openAlgoOrders").content) == 1


def test_each_order_of_a_batch_is_judged_on_its_own() -> None:
    desk = Desk()
    good = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.010"}
    batch = [good, {**good, "quantity": "0"}, {**good, "colour": "red"}, {**good, "price": None}]
    reply = desk.call("POST", "/fapi/v1/batchOrders", batchOrders=json.dumps(batch))

    assert reply.status == 200
    assert [each.get("code", each.get("status")) for each in reply.content] == [
        "NEW",
        -4003,
        -1104,
        "NEW",
    ]


@pytest.mark.parametrize("batch", ["[]", json.dumps([{}] * 6), "{}", "[1]", "no"])
def test_a_batch_is_a_list_of_one_to_five(batch: str) -> None:
    assert Desk().call("POST", "/fapi/v1/batchOrders", batchOrders=batch).code == -1130


@pytest.mark.parametrize(
    "by",
    [
        "orderIdList",
        "origClientOrderIdList",
        "orderidlist",  # so write some clients
        "origclientorderidlist",
    ],
)
def test_several_orders_are_cancelled_by_either_kind_of_id(by: str) -> None:
    desk = Desk()
    order_id = desk.order(**LIMIT).content["orderId"]
    ids = ["mine", "theirs"] if "lient" in by else [order_id, 1]
    reply = desk.call("DELETE", "/fapi/v1/batchOrders", symbol="BTCUSDT", **{by: json.dumps(ids)})

    assert [each.get("code", each.get("status")) for each in reply.content] == ["CANCELED", -2011]


def test_cancelling_several_needs_one_to_ten_ids() -> None:
    desk = Desk()
    for ids in ("[]", json.dumps(list(range(11))), "x"):
        reply = desk.call("DELETE", "/fapi/v1/batchOrders", symbol="BTCUSDT", orderIdList=ids)
        assert reply.code == -1130


def test_a_countdown_runs_out_unless_it_is_wound_up_again() -> None:
    desk = Desk()
    desk.order(**LIMIT)
    countdown = "/fapi/v1/countdownCancelAll"
    first = desk.call("POST", countdown, symbol="BTCUSDT", countdownTime=1_000)
    desk.wait(1_000)
    desk.trade("60000")

    assert first.content == {"symbol": "BTCUSDT", "countdownTime": "1000"}
    assert desk.call("GET", "/fapi/v1/openOrders").content == []
    assert desk.call("POST", countdown, symbol="BTCUSDT", countdownTime=10**12).code == -1130
