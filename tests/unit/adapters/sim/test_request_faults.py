"""What goes wrong with a request, and whether it was executed all the same."""

import pytest

from noctule.adapters.sim.messages import Fate, Request
from noctule.adapters.sim.request_faults import is_exit, with_extra_fields
from noctule.adapters.sim.terms import Terms
from tests.fakes.sim_desk import KEY, Desk

UNKNOWN = "Unknown error, please check your request or try again later."
INTERNAL = "Internal error; unable to process your request. Please try again."
ORDER = "POST /fapi/v1/order"


def held(desk: Desk) -> str:
    legs = desk.call("GET", "/fapi/v3/positionRisk").content
    return str(legs[0]["positionAmt"]) if legs else "0"


def armed(kind: str, **more: object) -> Desk:
    desk = Desk()
    fault = {"kind": kind, "match": ORDER, **more}
    assert desk.control("POST", "faults", fault).status == 200
    return desk


@pytest.mark.parametrize(
    ("kind", "status", "code", "msg"),
    [
        (
            "unknown_before",
            503,
            -1000,
            "Unknown error, please check your request or try again later.",
        ),
        ("unavailable", 503, -1000, "Service Unavailable."),
        (
            "internal",
            503,
            -1001,
            "Internal error; unable to process your request. Please try again.",
        ),
        (
            "overloaded",
            503,
            -1008,
            "Request throttled by system-level protection. Reduce-only/close-position orders are "
            "exempt. Please try again.",
        ),
        ("maintenance", 503, -1016, "This service is no longer available."),
        ("refused", 400, -1000, "An unknown error occurred while processing the request."),
    ],
)
def test_these_say_no_and_nothing_was_executed(kind: str, status: int, code: int, msg: str) -> None:
    desk = armed(kind)
    reply = desk.order()

    assert (reply.status, reply.content) == (status, {"code": code, "msg": msg})
    assert held(desk) == "0"


@pytest.mark.parametrize(
    ("kind", "status", "code"), [("unknown_after", 503, -1000), ("timed_out", 408, -1007)]
)
def test_these_leave_it_open_and_the_order_was_executed(kind: str, status: int, code: int) -> None:
    desk = armed(kind)
    reply = desk.order()

    assert (reply.status, reply.code) == (status, code)
    assert held(desk) == "0.010"


@pytest.mark.parametrize(
    ("kind", "fate", "amount"),
    [
        ("lost_before", Fate.LOST, "0"),
        ("lost_after", Fate.LOST, "0.010"),
        ("reset_before", Fate.RESET, "0"),
        ("reset_after", Fate.RESET, "0.010"),
    ],
)
def test_an_answer_that_never_arrives_says_nothing_about_the_order(
    kind: str, fate: Fate, amount: str
) -> None:
    desk = armed(kind)

    assert desk.order().response.fate is fate
    assert held(desk) == amount


def test_a_late_answer_is_late_by_as_much_as_was_armed() -> None:
    assert armed("late_answer", delay_ms=1_500).order().response.delay_ms == 1_500


@pytest.mark.parametrize(("kind", "status"), [("forbidden", 403), ("bad_gateway", 502)])
def test_a_machine_in_between_answers_with_a_page(kind: str, status: int) -> None:
    response = armed(kind).order().response

    assert (response.status, response.content_type) == (status, "text/html")
    assert response.body.startswith(b"<html>")


def test_garbage_and_half_an_answer_are_no_json() -> None:
    whole = Desk().order().response.body

    assert armed("garbage_answer").order().response.body == b"<!>}{ this is not JSON"
    assert armed("truncated_answer").order().response.body == whole[: len(whole) // 2]


def test_unknown_fields_join_the_known_ones() -> None:
    content = armed("extra_fields").order().content

    assert content["newField"] == {"a": [1, "2", None]}
    assert content["symbol"] == "BTCUSDT"


def test_429_says_when_to_come_back_and_turns_into_418_for_those_who_do_not_listen() -> None:
    desk = Desk(terms=Terms(strikes_max=2))
    desk.control("POST", "faults", {"kind": "too_many", "match": ORDER, "times": 3})
    replies = [desk.order() for _ in range(4)]

    assert [reply.status for reply in replies] == [429, 429, 418, 418]
    assert [reply.headers["Retry-After"] for reply in replies] == ["60", "60", "120", "120"]
    assert {reply.code for reply in replies} == {-1003}


def test_a_ban_can_come_out_of_the_blue() -> None:
    reply = armed("banned").order()

    assert (reply.status, reply.headers["Retry-After"]) == (418, "120")


def test_exits_pass_an_overloaded_exchange() -> None:
    desk = Desk()
    desk.order()
    desk.control("POST", "faults", {"kind": "overloaded", "match": "* /fapi/v1/*", "times": None})

    assert desk.order().code == -1008
    assert desk.order(side="SELL", reduceOnly="true").status == 200


def test_a_query_may_lag_behind_what_was_just_placed() -> None:
    desk = Desk()
    desk.call(
        "POST",
        "/fapi/v1/algoOrder",
        algoType="CONDITIONAL",
        symbol="BTCUSDT",
        side="SELL",
        type="STOP_MARKET",
        quantity="0.010",
        triggerPrice="59000",
        clientAlgoId="stop",
    )
    for path in ("algoOrder", "openAlgoOrders"):
        desk.control("POST", "faults", {"kind": "lagging", "match": f"GET /fapi/v1/{path}"})

    assert desk.call("GET", "/fapi/v1/algoOrder", clientAlgoId="stop").code == -2013
    assert desk.call("GET", "/fapi/v1/openAlgoOrders").content == []
    assert desk.call("GET", "/fapi/v1/algoOrder", clientAlgoId="stop").status == 200
    assert len(desk.call("GET", "/fapi/v1/openAlgoOrders").content) == 1


def test_a_stop_can_be_refused_with_any_code() -> None:
    desk = Desk()
    fault = {"kind": "refused", "match": "POST /fapi/v1/algoOrder", "code": -2021, "msg": "No."}
    desk.control("POST", "faults", fault)
    reply = desk.call("POST", "/fapi/v1/algoOrder", algoType="CONDITIONAL")

    assert (reply.status, reply.content) == (400, {"code": -2021, "msg": "No."})


@pytest.mark.parametrize(
    ("method", "query", "body", "exits"),
    [
        ("DELETE", "", b"", True),
        ("POST", "a=1&reduceOnly=true", b"", True),
        ("POST", "", b"closePosition=true", True),
        ("POST", "side=BUY", b"", False),
    ],
)
def test_what_takes_risk_away_is_an_exit(method: str, query: str, body: bytes, exits: bool) -> None:
    request = Request(method=method, path="/", query=query, body=body, headers={"x": KEY})

    assert is_exit(request) is exits


def test_lists_and_empty_objects_take_no_fields() -> None:
    assert [with_extra_fields(payload) for payload in (b"[]", b"{}")] == [b"[]", b"{}"]
