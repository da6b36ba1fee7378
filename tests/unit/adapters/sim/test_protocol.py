"""The protocol as a whole, without a socket: what is wrong with a request stays in its answer."""

from typing import Final
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noctule.adapters.sim.fills import Fills, Latency
from noctule.adapters.sim.gate import Security
from noctule.adapters.sim.routes import ROUTES
from noctule.adapters.sim.terms import Terms
from tests.fakes.sim_desk import KEY, SECRET, Desk, Reply, heard, signed

# Every code that the exchange's own documents tell, and -5000 of a path that does not exist.
DOCUMENTED: Final = frozenset(
    {-1000, -1001, -1003, -1006, -1007, -1008, -1015, -1016, -1020, -1021, -1022}
    | set(range(-1136, -1099))
    | set(range(-2028, -2007))
    | set(range(-4531, -4000))
    | set(range(-5047, -5020))
    | {-2007, -5000}
)
FREE: Final = Terms(
    weight_per_minute=10**9, orders_per_minute=10**9, orders_per_10s=10**9, strikes_max=10**9
)
PATHS: Final = sorted(ROUTES)
SENSIBLE: Final[dict[str, list[str]]] = {
    "symbol": ["BTCUSDT", "ETHUSDT"],
    "pair": ["BTCUSDT"],
    "side": ["BUY", "SELL"],
    "type": ["LIMIT", "MARKET", "STOP_MARKET", "TAKE_PROFIT", "TRAILING_STOP_MARKET", "1", "2"],
    "quantity": ["0.010", "1", "0.1", "0.0001", "0"],
    "price": ["59000", "60000.1", "61000", "3000", "60000.123"],
    "triggerPrice": ["59000", "61000", "60000"],
    "activatePrice": ["59000", "61000"],
    "callbackRate": ["1", "0.1", "25"],
    "timeInForce": ["GTC", "GTX", "IOC", "FOK", "GTD", "RPI"],
    "reduceOnly": ["true", "false"],
    "closePosition": ["true", "false"],
    "priceProtect": ["true", "false"],
    "positionSide": ["BOTH", "LONG", "SHORT"],
    "workingType": ["MARK_PRICE", "CONTRACT_PRICE"],
    "algoType": ["CONDITIONAL"],
    "newOrderRespType": ["ACK", "RESULT"],
    "leverage": ["1", "5", "125", "126"],
    "marginType": ["ISOLATED", "CROSSED"],
    "amount": ["1", "100", "1000000"],
    "dualSidePosition": ["true", "false"],
    "multiAssetsMargin": ["true", "false"],
    "interval": ["1m", "1h", "1M", "1s"],
    "contractType": ["PERPETUAL"],
    "limit": ["1", "5", "100", "500", "1000", "1500", "1501"],
    "countdownTime": ["0", "1000"],
    "newClientOrderId": ["one", "two"],
    "origClientOrderId": ["one", "two"],
    "clientAlgoId": ["one", "two"],
    "orderId": ["8886774002", "1"],
    "algoId": ["4000001000000002", "1"],
    "batchOrders": [
        '[{"symbol":"BTCUSDT","side":"BUY","type":"MARKET","quantity":"0.01"}]',
        '[{"symbol":"BTCUSDT","reduceOnly":true},{"price":1e99,"x":null}]',
    ],
    "orderIdList": ["[1,2]", "[8886774002]"],
    "origClientOrderIdList": ['["one"]'],
}
NEEDED: Final = {  # most of these must be there for anything to happen
    "symbol", "pair", "side", "type", "quantity", "algoType", "interval", "leverage", "marginType",
    "dualSidePosition", "multiAssetsMargin", "amount", "countdownTime", "contractType",
    "batchOrders",
}  # fmt: skip
_BUY: Final = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.010"}
_SELL: Final = {"symbol": "ETHUSDT", "side": "SELL", "quantity": "0.100"}
_LIMIT: Final = {"type": "LIMIT", "timeInForce": "GTC", "newClientOrderId": "one"}
_STOP: Final = {"algoType": "CONDITIONAL", "type": "STOP_MARKET", "clientAlgoId": "one"}
ORDERS: Final = [
    _BUY | {"type": "MARKET", "newOrderRespType": "RESULT"},
    _SELL | {"type": "MARKET"},
    _BUY | _LIMIT | {"price": "59000"},
    _SELL | _LIMIT | {"price": "3050", "newClientOrderId": "two"},
]
NAMED: Final = {"symbol": "BTCUSDT", "origClientOrderId": "one"}
COMPLETE: Final[dict[tuple[str, str], list[dict[str, str]]]] = {
    ("POST", "/fapi/v1/order"): ORDERS,
    ("POST", "/fapi/v1/order/test"): ORDERS,
    ("PUT", "/fapi/v1/order"): [NAMED | {"side": "BUY", "quantity": "0.011", "price": "58000"}],
    ("GET", "/fapi/v1/order"): [NAMED],
    ("GET", "/fapi/v1/openOrder"): [NAMED],
    ("DELETE", "/fapi/v1/order"): [NAMED],
    ("POST", "/fapi/v1/algoOrder"): [
        _BUY | _STOP | {"triggerPrice": "61000"},
        _SELL | _STOP | {"triggerPrice": "2900", "workingType": "MARK_PRICE"},
    ],
    ("GET", "/fapi/v1/algoOrder"): [{"clientAlgoId": "one"}],
    ("DELETE", "/fapi/v1/algoOrder"): [{"clientAlgoId": "one"}],
}
WILD: Final = st.one_of(
    st.sampled_from(
        [
            "NOPE",
            "GTE_GTC",
            "LIQUIDATION",
            "NONE",
            "1e5",
            "NaN",
            "Infinity",
            "-1",
            "0",
            "00",
            "+1",
            ".5",
            "5.",
            "0x10",
            "[]",
            "[{}]",
            "[1]",
            "[[]]",
            "{}",
            "null",
            "true",
            "∞",
            "١٢٣",
            "币安人生USDT",
            "12345678901234567890",
            "99999999999999999999999",
        ]
    ),
    st.text(max_size=12),
    st.integers(-(10**20), 10**20).map(str),
)
HOW: Final = ("signed",) * 12 + ("unsigned", "forged", "keyless")


@st.composite
def requests(draw: st.DrawFn) -> tuple[tuple[str, str], dict[str, str], str]:
    """Draw an endpoint and parameters for it: mostly sensible, now and then absurd."""
    at = draw(st.sampled_from(PATHS))
    params = dict(draw(st.sampled_from([*COMPLETE.get(at, []), {}])))
    is_complete = bool(params)
    for name in sorted(ROUTES[at].allowed - {"signature", "timestamp", "recvWindow"}):
        chance = draw(st.integers(0, 99))
        if chance < 3:
            params[name] = draw(WILD)
        elif not is_complete and chance < (90 if name in NEEDED else 30):
            params[name] = draw(st.sampled_from(SENSIBLE.get(name, ["1700006400000", "1"])))
    if draw(st.integers(0, 19)) == 0:
        params[draw(st.text(max_size=6))] = draw(WILD)
    return at, params, draw(st.sampled_from(HOW))


def test_whoever_asks_for_the_time_is_told_how_it_passes() -> None:
    desk = Desk()
    free = desk.ask("/fapi/v1/time").headers["X-Market-Speed"]
    desk.connect("/control/lockstep?token=let+me+in")
    held = desk.ask("/fapi/v1/time").headers["X-Market-Speed"]
    assert (free, held) == ("1", "0")
    assert "X-Market-Speed" not in desk.ask("/fapi/v1/ping").headers


def test_whoever_asks_for_the_time_is_told_that_all_was_replayed() -> None:
    for has_an_end, told in ((False, None), (True, "1")):
        desk = Desk(has_an_end=has_an_end)
        assert desk.ask("/fapi/v1/time").headers.get("X-Market-Over") == told


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk(terms=FREE)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None)
@given(request=requests())
def test_ten_thousand_random_requests_are_answered_or_refused_with_documented_codes(
    desk: Desk, request: tuple[tuple[str, str], dict[str, str], str]
) -> None:
    at, params, how = request
    reply = ask(desk, at, params, how)

    assert reply.status in {200, 400, 401}
    if reply.status != 200:
        assert reply.code in DOCUMENTED, reply.content


@settings(max_examples=300, deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "?"]),
    path=st.text(max_size=20),
    query=st.text(max_size=40),
    body=st.binary(max_size=40),
    key=st.sampled_from(["", KEY, "nobody", "ключ"]),
)
def test_bytes_that_are_no_request_are_refused_too(
    desk: Desk, method: str, path: str, query: str, body: bytes, key: str
) -> None:
    for at in (path, "/fapi/v1/order", "/fapi/v1/klines", "/control/faults"):
        reply = desk.send(method, at, query=query, body=body, key=key)

        assert 400 <= reply.status < 500
        assert reply.code in DOCUMENTED, reply.content


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_bytes_that_are_no_message_are_answered_on_every_kind_of_connection(
    desk: Desk, data: bytes
) -> None:
    for address in (
        "/public/ws",
        "/market/stream",
        "/ws-fapi/v1",
        "/control/lockstep?token=let+me+in",
    ):
        session = desk.connect(address)
        heard(session)
        desk.say(session, data)

        (said,) = heard(session)
        assert said["error"]["code"] in DOCUMENTED if "error" in said else "code" in said
        desk.protocol.close_session(session)


def test_answers_leave_at_once_until_something_may_go_wrong_or_takes_time() -> None:
    desk = Desk()
    told = [desk.protocol.is_prompt]
    desk.control("POST", "faults", {"kind": "late_answer"})
    told.append(desk.protocol.is_prompt)
    desk.control("DELETE", "faults")
    told.append(desk.protocol.is_prompt)
    assert told == [True, False, True]


@pytest.mark.parametrize(
    ("latency", "is_prompt"),
    [
        (Latency(answer_ms=1), False),
        (Latency(jitter_ms=1), False),
        (Latency(entry_ms=1), True),
    ],
)
def test_only_an_order_may_travel_while_answers_leave_at_once(
    latency: Latency, *, is_prompt: bool
) -> None:
    assert Desk(fills=Fills(latency=latency)).protocol.is_prompt is is_prompt


def test_it_is_idle_until_a_connection_has_to_be_pinged_or_a_listen_key_ends() -> None:
    desk = Desk(terms=Terms(ping_ms=500, listen_key_ms=300))
    told = [desk.protocol.idle_ms()]
    session = desk.connect("/ws")
    told.append(desk.protocol.idle_ms())
    desk.call("POST", "/fapi/v1/listenKey")
    told.append(desk.protocol.idle_ms())
    desk.wait(100)
    told.append(desk.protocol.idle_ms())
    desk.protocol.close_session(session)
    desk.wait(200)
    told.append(desk.protocol.idle_ms())
    assert told == [None, 500, 300, 200, None]


def test_whoever_sleeps_is_told_when_somebody_asks_for_something() -> None:
    desk = Desk()
    stirs: list[str] = []
    desk.protocol.on_stirred = lambda: stirs.append("stirred")
    counts = []
    session = desk.connect("/ws")
    counts.append(len(stirs))
    desk.ask("/fapi/v1/time")
    counts.append(len(stirs))
    desk.call("POST", "/fapi/v1/listenKey")
    counts.append(len(stirs))
    desk.protocol.receive(session, b'{"method":"LIST_SUBSCRIPTIONS","id":1}')
    counts.append(len(stirs))
    desk.protocol.close_session(session)
    counts.append(len(stirs))
    assert counts == [1, 1, 2, 3, 4]


def ask(desk: Desk, at: tuple[str, str], params: dict[str, str], how: str) -> Reply:
    method, path = at
    needs_time = ROUTES[at].security is Security.SIGNED
    query = urlencode(params | ({"timestamp": str(desk.clock.now_ms())} if needs_time else {}))
    key = "" if how == "keyless" else KEY
    if needs_time and how != "unsigned":
        query = signed(query, "another" if how == "forged" else SECRET)
    if method in ("POST", "PUT"):
        return desk.send(method, path, body=query.encode(), key=key)
    return desk.send(method, path, query=query, key=key)
