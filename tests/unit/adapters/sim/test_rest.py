"""The REST side: paths, methods, bodies."""

from urllib.parse import urlencode

from tests.fakes.sim_desk import KEY, Desk, signed


def test_an_unknown_path_or_method_is_404() -> None:
    desk = Desk()
    replies = [desk.ask("/fapi/v1/nothing"), desk.send("PATCH", "/fapi/v1/order")]

    assert [(reply.status, reply.code) for reply in replies] == [(404, -5000), (404, -5000)]
    assert replies[1].content["msg"] == "Path /fapi/v1/order, Method PATCH is invalid"


def test_an_order_may_be_sent_in_the_body() -> None:
    desk = Desk()
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.010"}
    body = signed(urlencode({**order, "timestamp": desk.clock.now_ms()}))
    reply = desk.send("POST", "/fapi/v1/order", body=body.encode(), key=KEY)

    assert (reply.status, reply.content["side"]) == (200, "BUY")


def test_a_body_that_is_no_text_is_refused() -> None:
    reply = Desk().send("POST", "/fapi/v1/order", body=b"\xff\xfe", key=KEY)

    assert (reply.status, reply.code) == (400, -1100)


def test_a_listen_key_needs_the_api_key_only() -> None:
    desk = Desk()

    assert desk.send("POST", "/fapi/v1/listenKey", key=KEY).status == 200
    assert desk.send("POST", "/fapi/v1/listenKey").code == -2014
    assert desk.send("POST", "/fapi/v1/listenKey", key="nobody").status == 401


def test_the_same_signed_request_may_come_twice_within_its_window() -> None:
    desk = Desk()
    query = signed(f"timestamp={desk.clock.now_ms()}")
    first = desk.send("GET", "/fapi/v3/balance", query=query, key=KEY)
    desk.wait(5_000)
    desk.trade("60000")
    again = desk.send("GET", "/fapi/v3/balance", query=query, key=KEY)
    desk.wait(1)
    desk.trade("60000")
    late = desk.send("GET", "/fapi/v3/balance", query=query, key=KEY)

    assert [reply.status for reply in (first, again, late)] == [200, 200, 400]
    assert late.code == -1021
