"""The control API: off by default, and what a test can do with it."""

from decimal import Decimal

import pytest

from noctule.adapters.sim.fills import Queue
from tests.fakes.sim_desk import KEY, TOKEN, Desk

CALLS = [
    ("GET", "state", None),
    ("GET", "faults", None),
    ("POST", "faults", {"kind": "lost_after"}),
    ("DELETE", "faults", None),
    ("POST", "listen-keys/expire", {"apiKey": KEY}),
    ("POST", "clock", {"skewMs": 5}),
    ("POST", "accounts", {"apiKey": "new", "secret": "s", "deposit": "5"}),
    ("POST", "transfers", {"apiKey": KEY, "amount": "-1"}),
    ("POST", "steps", {"events": 1}),
    ("POST", "rules", {"symbol": "BTCUSDT", "tick": "1"}),
    ("POST", "stall", {"levelQuote": "100"}),
    ("DELETE", "stall", None),
    ("POST", "maker", {"rule": "touch"}),
]
# `deleverage` needs a position: it is tested below.


@pytest.mark.parametrize(("method", "name", "content"), CALLS)
def test_without_a_token_set_there_is_nothing_here(method: str, name: str, content: object) -> None:
    assert Desk(token=None).control(method, name, content).status == 404


@pytest.mark.parametrize(("method", "name", "content"), CALLS)
def test_every_call_needs_the_token_and_answers(method: str, name: str, content: object) -> None:
    desk = Desk()

    assert desk.send(method, f"/control/{name}", headers={"x-control-token": "no"}).status == 401
    assert desk.control(method, name, content).status == 200


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("faults", {"kind": "earthquake"}, 400),
        ("faults", {"kind": "lost_after", "colour": 1}, 400),
        ("clock", None, 400),
        ("listen-keys/expire", {"apiKey": "nobody"}, 400),
        ("accounts", {"apiKey": KEY, "secret": "s", "deposit": "5"}, 400),
        ("rules", {"symbol": "NOPE"}, 400),
        ("steps", {"events": 0}, 400),
        ("maker", {"rule": "hope"}, 400),
        ("maker", {"share": "1.5"}, 400),
        ("else", {}, 404),
    ],
)
def test_what_makes_no_sense_is_refused(name: str, content: object, status: int) -> None:
    assert Desk().control("POST", name, content).status == status


def test_what_is_armed_can_be_read_and_disarmed() -> None:
    desk = Desk()
    desk.control("POST", "faults", {"kind": "lost_after", "match": "POST *"})
    (armed,) = desk.control("GET", "faults").content
    desk.control("DELETE", "faults")

    assert (armed["kind"], armed["match"], armed["times"]) == ("lost_after", "POST *", 1)
    assert desk.control("GET", "faults").content == []


def test_the_state_tells_step_time_and_connections() -> None:
    desk = Desk()
    desk.connect("/ws")

    assert desk.control("GET", "state").content == {
        "step": 4,
        "time": desk.clock.now_ms(),
        "waitingFor": 0,
        "connections": 1,
    }


def test_a_skewed_clock_refuses_what_it_should_accept_until_clients_ask_for_the_time() -> None:
    desk = Desk()
    desk.control("POST", "clock", {"skewMs": 60_000})
    refused = desk.call("GET", "/fapi/v3/balance")
    server_ms = desk.ask("/fapi/v1/time").content["serverTime"]

    assert refused.code == -1021
    assert server_ms == desk.clock.now_ms() + 60_000
    assert desk.call("GET", "/fapi/v3/balance", timestamp=server_ms).status == 200


def test_filters_change_mid_run() -> None:
    desk = Desk()
    order = {"type": "LIMIT", "timeInForce": "GTC", "price": "59000.10"}
    before = desk.order(**order)
    desk.control("POST", "rules", {"symbol": "BTCUSDT", "tick": "1", "minNotional": "1000"})

    assert before.status == 200
    assert desk.order(**order).code == -4014
    assert desk.order().code == -4164
    symbol = desk.ask("/fapi/v1/exchangeInfo").content["symbols"][0]
    assert symbol["filters"][0]["tickSize"] == "1"


def test_a_listen_key_expires_in_silence() -> None:
    desk = Desk()
    ear = desk.connect(f"/private/ws/{desk.listen_key()}")
    desk.control("POST", "listen-keys/expire", {"apiKey": KEY, "loudly": False})
    desk.order()

    assert list(ear.outbox) == []
    assert desk.send("PUT", "/fapi/v1/listenKey", key=KEY).code == -1125


def test_expiring_where_there_is_no_key_is_harmless() -> None:
    assert Desk().control("POST", "listen-keys/expire", {"apiKey": KEY}).status == 200


def test_money_moves_and_accounts_open() -> None:
    desk = Desk()
    desk.control("POST", "accounts", {"apiKey": "new", "secret": "s", "deposit": "5"})
    desk.control("POST", "transfers", {"apiKey": "new", "amount": "2.5"})
    (balance,) = desk.call("GET", "/fapi/v3/balance", _key="new", _secret="s").content

    assert balance["balance"] == "7.50000000"


def test_an_order_fills_in_part_and_stalls_until_the_market_flows_again() -> None:
    desk = Desk()
    desk.control("POST", "stall", {"levelQuote": "600"})
    order = {"type": "LIMIT", "timeInForce": "GTC", "price": "60000.10", "quantity": "0.050"}
    placed = desk.order(newOrderRespType="RESULT", **order).content
    desk.trade("60000.10", qty="9")
    ask = {"symbol": "BTCUSDT", "orderId": placed["orderId"]}
    stalled = desk.call("GET", "/fapi/v1/order", **ask).content
    desk.control("DELETE", "stall")
    desk.trade("60000.10", qty="9")
    filled = desk.call("GET", "/fapi/v1/order", **ask).content

    assert (placed["status"], placed["executedQty"]) == ("PARTIALLY_FILLED", "0.009")
    assert (stalled["status"], stalled["executedQty"]) == ("PARTIALLY_FILLED", "0.009")
    assert filled["status"] == "FILLED"


@pytest.mark.parametrize("stalled", [False, True])
def test_how_a_resting_order_has_its_turn_is_chosen(stalled: bool) -> None:
    desk = Desk()
    order = {"type": "LIMIT", "timeInForce": "GTC", "price": "59000", "quantity": "0.050"}
    placed = desk.order(**order).content
    if stalled:
        desk.control("POST", "stall", {"levelQuote": "600"})
    desk.control("POST", "maker", {"rule": "queue", "aheadQuote": "0", "share": "0.1"})
    desk.control("DELETE", "stall")
    shared = desk.protocol.venue.exchange.fills.queue
    desk.trade("59000", qty="9")
    ask = {"symbol": "BTCUSDT", "orderId": placed["orderId"]}
    queued = desk.call("GET", "/fapi/v1/order", **ask).content["status"]
    desk.control("POST", "maker", {"rule": "touch"})
    desk.trade("59000", qty="0.001")
    touched = desk.call("GET", "/fapi/v1/order", **ask).content["status"]

    assert shared == Queue(ahead_quote=Decimal(0), share=Decimal("0.1"))
    assert (queued, touched) == ("NEW", "FILLED")  # it rested before: 120 stood there


def test_a_position_is_deleveraged_at_a_price_and_listed_among_the_forced_orders() -> None:
    desk = Desk()
    desk.order(type="MARKET", quantity="0.050")
    taken = {"apiKey": KEY, "symbol": "BTCUSDT", "quantity": "0.020", "price": "61000"}
    answer = desk.control("POST", "deleverage", taken).content
    (forced,) = desk.call("GET", "/fapi/v1/forceOrders", autoCloseType="ADL").content
    (held,) = desk.call("GET", "/fapi/v3/positionRisk").content

    assert answer == {"orderId": forced["orderId"]}
    assert forced["clientOrderId"] == f"adl_autoclose-{forced['orderId']}"
    assert forced["avgPrice"].startswith("61000.")
    assert held["positionAmt"] == "0.030"


@pytest.mark.parametrize("content", [{"symbol": "BTCUSDT"}, {"symbol": "NOPE"}])
def test_who_holds_nothing_cannot_be_deleveraged(content: dict[str, str]) -> None:
    assert Desk().control("POST", "deleverage", {"apiKey": KEY, **content}).status == 400


@pytest.mark.parametrize("name", ["quantity", "price"])
def test_nothing_is_deleveraged_for_nothing(name: str) -> None:
    desk = Desk()
    desk.order(type="MARKET", quantity="0.050")
    asked = {"apiKey": KEY, "symbol": "BTCUSDT", name: "0"}
    assert desk.control("POST", "deleverage", asked).status == 400


def test_the_token_may_be_in_the_query() -> None:
    assert Desk().send("GET", "/control/state", query=f"token={TOKEN}").status == 200
