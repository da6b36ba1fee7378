"""What every call goes through, in this order: weight, key, time, parameters, order count."""

from noctule.adapters.sim.terms import Terms
from tests.fakes.sim_desk import Desk

PATH = "/fapi/v1/order"


def test_weight_is_counted_even_for_calls_that_are_refused() -> None:
    desk = Desk()
    replies = [
        desk.ask("/fapi/v1/time"),
        desk.call("GET", "/fapi/v3/account", _secret="wrong"),
        desk.call("GET", "/fapi/v3/account", timestamp=1),
        desk.call("GET", "/fapi/v3/account", colour="red"),
        desk.call("GET", "/fapi/v3/account"),
    ]

    assert [reply.status for reply in replies] == [200, 400, 400, 400, 200]
    assert [reply.code for reply in replies[1:4]] == [-1022, -1021, -1104]
    used = [reply.headers["X-MBX-USED-WEIGHT-1M"] for reply in replies]
    assert used == ["1", "6", "11", "16", "21"]


def test_orders_are_counted_for_the_account_that_sends_them() -> None:
    desk = Desk()
    desk.open_account("other", "secret")
    desk.order()
    second = desk.order(quantity="0")
    other = desk.order(_key="other", _secret="secret")

    assert (second.status, second.headers["X-MBX-ORDER-COUNT-10S"]) == (400, "2")
    assert second.headers["X-MBX-ORDER-COUNT-1M"] == "2"
    assert other.headers["X-MBX-ORDER-COUNT-10S"] == "1"


def test_a_batch_counts_five_in_ten_seconds_and_one_in_a_minute() -> None:
    reply = Desk().call("POST", "/fapi/v1/batchOrders", batchOrders="[{}]")

    assert reply.headers["X-MBX-ORDER-COUNT-10S"] == "5"
    assert reply.headers["X-MBX-ORDER-COUNT-1M"] == "1"


def test_one_order_too_many_is_refused_with_1015_and_nothing_happens() -> None:
    desk = Desk(terms=Terms(orders_per_10s=1))
    desk.order()
    reply = desk.order()

    assert (reply.status, reply.code, reply.headers["Retry-After"]) == (429, -1015, "10")
    (leg,) = desk.call("GET", "/fapi/v3/positionRisk").content
    assert leg["positionAmt"] == "0.010"


def test_unknown_parameters_pass_where_the_terms_say_so() -> None:
    desk = Desk(terms=Terms(refuses_unknown_parameters=False))

    assert desk.call("GET", "/fapi/v3/account", colour="red").status == 200


def test_the_funding_endpoints_tell_no_weight() -> None:
    assert "X-MBX-USED-WEIGHT-1M" not in Desk().ask("/fapi/v1/fundingInfo").headers


def test_a_breach_on_a_connection_is_held_against_its_address() -> None:
    desk = Desk(terms=Terms(messages_per_second=1, strikes_max=0))
    session = desk.connect("/ws")
    for _ in range(2):
        desk.say(session, b"{}")
    banned = desk.ask("/fapi/v1/time")

    assert (banned.status, banned.code) == (418, -1003)
