"""The WebSocket API: the same calls as messages, and logging on with Ed25519."""

import json
from base64 import b64encode
from typing import Any

import pytest
from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa

from noctule.adapters.sim.sessions import Session
from noctule.adapters.sim.terms import Terms
from tests.fakes.sim_desk import KEY, Desk, heard, signed

PAIR = ECC.construct(curve="Ed25519", seed=b"0123456789abcdef0123456789abcdef")


class Caller:
    """One connection to the API."""

    def __init__(self, address: str = "/ws-fapi/v1", terms: Terms | None = None) -> None:
        self.desk = Desk(terms=terms)
        self.session: Session = self.desk.connect(address)
        self.desk.open_account("signer", PAIR.public_key().export_key(format="PEM"))

    def say(self, method: str, **params: object) -> Any:
        self.desk.say(self.session, {"id": "one", "method": method, "params": params})
        (answer,) = heard(self.session)
        return answer

    def call(self, method: str, **params: object) -> Any:
        """Sign with HMAC, parameters sorted by name."""
        whole = {**params, "apiKey": KEY, "timestamp": self.desk.clock.now_ms()}
        return self.say(method, **whole, signature=signature(whole))

    def log_on(self, **more: object) -> Any:
        params = {"apiKey": "signer", "timestamp": self.desk.clock.now_ms(), **more}
        signer = eddsa.new(PAIR, "rfc8032")
        made = b64encode(signer.sign(payload(params).encode())).decode()
        return self.say("session.logon", **params, signature=made)


def payload(params: dict[str, object]) -> str:
    texts = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in params.items()
    }
    return "&".join(f"{name}={texts[name]}" for name in sorted(texts))


def signature(params: dict[str, object]) -> str:
    return signed(payload(params)).rpartition("=")[2]


def test_an_order_goes_from_placing_to_cancelling() -> None:
    caller = Caller()
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
    placed = caller.call("order.place", quantity="0.010", price="59000", **order)
    order_id = placed["result"]["orderId"]
    changed = caller.call(
        "order.modify",
        symbol="BTCUSDT",
        side="BUY",
        orderId=order_id,
        quantity="0.02",
        price="58000",
        modifyId=7,
    )
    asked = caller.call("order.status", symbol="BTCUSDT", orderId=order_id)
    ended = caller.call("order.cancel", symbol="BTCUSDT", orderId=order_id)

    assert (placed["id"], placed["status"]) == ("one", 200)
    assert [each["result"]["status"] for each in (placed, changed, asked, ended)] == [
        "NEW",
        "NEW",
        "NEW",
        "CANCELED",
    ]
    assert (changed["result"]["price"], changed["result"]["modifyId"]) == ("58000.00", 7)


def test_a_conditional_order_is_placed_and_cancelled() -> None:
    caller = Caller()
    placed = caller.call(
        "algoOrder.place",
        algoType="CONDITIONAL",
        symbol="BTCUSDT",
        side="SELL",
        type="STOP_MARKET",
        quantity="0.010",
        triggerPrice="59000",
    )
    ended = caller.call("algoOrder.cancel", algoId=placed["result"]["algoId"])

    assert (placed["result"]["algoStatus"], ended["result"]["msg"]) == ("NEW", "success")


@pytest.mark.parametrize(
    ("method", "holds"),
    [
        ("account.status", "totalWalletBalance"),
        ("v2/account.status", "assets"),
        ("account.balance", "balance"),
        ("v2/account.balance", "balance"),
        ("account.position", None),
        ("v2/account.position", None),
    ],
)
def test_the_account_is_told(method: str, holds: str | None) -> None:
    result = Caller().call(method)["result"]
    row = result[0] if isinstance(result, list) and result else result

    assert row == [] if holds is None else holds in row


@pytest.mark.parametrize(
    ("method", "holds"), [("depth", "bids"), ("ticker.price", "price"), ("ticker.book", "bidPrice")]
)
def test_market_data_needs_no_signature(method: str, holds: str) -> None:
    assert holds in Caller().say(method, symbol="BTCUSDT")["result"]


def test_the_user_stream_is_started_kept_and_stopped_with_the_key_alone() -> None:
    caller = Caller()
    started = caller.say("userDataStream.start", apiKey=KEY)["result"]

    assert started == {"listenKey": caller.desk.listen_key()}
    assert caller.say("userDataStream.ping", apiKey=KEY)["result"] == started
    assert caller.say("userDataStream.stop", apiKey=KEY)["result"] == {}
    assert caller.say("userDataStream.ping", apiKey=KEY)["error"]["code"] == -1125


def test_whoever_logged_on_with_ed25519_signs_no_more() -> None:
    caller = Caller()
    logged_on = caller.log_on()
    now_ms = caller.desk.clock.now_ms()
    balance = caller.say("account.balance", timestamp=now_ms)
    status = caller.say("session.status")
    caller.say("session.logout")
    refused = caller.say("account.balance", timestamp=now_ms)

    assert logged_on["result"] == {
        "apiKey": "signer",
        "authorizedSince": now_ms,
        "connectedSince": now_ms,
        "returnRateLimits": True,
        "serverTime": now_ms,
    }
    assert balance["status"] == 200
    assert status["result"] == logged_on["result"]
    assert (refused["status"], refused["error"]["code"]) == (401, -2014)


def test_hmac_cannot_log_on() -> None:
    answer = Caller().call("session.logon")

    assert (answer["status"], answer["error"]["code"]) == (400, -4056)


@pytest.mark.parametrize(
    ("method", "params", "status", "code"),
    [
        ("order.fly", {}, 400, -1020),
        ("account.balance", {}, 401, -2014),
        ("account.balance", {"apiKey": "nobody"}, 401, -2015),
        ("account.balance", {"apiKey": KEY}, 400, -1102),
        ("account.balance", {"apiKey": KEY, "signature": "00"}, 400, -1022),
        ("session.logon", {"apiKey": KEY, "signature": "00"}, 400, -1022),
    ],
)
def test_what_is_refused_is_told_with_status_and_code(
    method: str, params: dict[str, object], status: int, code: int
) -> None:
    answer = Caller().say(method, **params)

    assert (answer["id"], answer["status"], answer["error"]["code"]) == ("one", status, code)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"id":1}', b'{"id":1,"method":"x","params":[]}']
)
def test_what_is_no_request_is_answered_without_an_id(data: bytes) -> None:
    caller = Caller()
    caller.desk.say(caller.session, data)
    (answer,) = heard(caller.session)

    assert (answer["id"], answer["status"], answer["error"]["code"]) == (None, 400, -1100)


def test_limits_are_told_and_shared_with_rest() -> None:
    caller = Caller()
    weight = caller.say("depth", symbol="BTCUSDT", limit=5)["rateLimits"]
    caller.desk.order()
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.010"}
    orders = caller.call("order.place", **order)["rateLimits"]

    assert [(each["rateLimitType"], each["count"]) for each in weight] == [("REQUEST_WEIGHT", 7)]
    assert [(each["rateLimitType"], each["interval"], each["count"]) for each in orders] == [
        ("ORDERS", "SECOND", 2),
        ("ORDERS", "MINUTE", 2),
        ("REQUEST_WEIGHT", "MINUTE", 7),
    ]


def test_limits_need_not_be_told() -> None:
    caller = Caller("/ws-fapi/v1?returnRateLimits=false")

    assert "rateLimits" not in caller.say("ticker.price", symbol="BTCUSDT")


@pytest.mark.parametrize(("address", "usual"), [("", True), ("?returnRateLimits=false", False)])
@pytest.mark.parametrize("wish", [True, False, "true", "false"])
def test_a_request_may_want_its_limits_otherwise_than_its_connection(
    address: str, usual: bool, wish: bool | str
) -> None:
    caller = Caller(f"/ws-fapi/v1{address}")
    wanted = caller.call("account.balance", returnRateLimits=wish)
    without = caller.call("account.balance")

    assert (wanted["status"], "rateLimits" in wanted) == (200, wish in (True, "true"))
    assert ("rateLimits" in without) is usual


def test_whoever_logs_on_may_say_so_too() -> None:
    answer = Caller().log_on(returnRateLimits="false")

    assert (answer["status"], answer["result"]["apiKey"]) == (200, "signer")
    assert "rateLimits" not in answer


def test_a_refusal_tells_the_limits_too() -> None:
    refused = Caller().call("order.place", symbol="NOPE", side="BUY", type="MARKET", quantity="1")

    assert refused["error"] == {"code": -1121, "msg": "Invalid symbol."}
    assert [each["count"] for each in refused["rateLimits"]] == [1, 1, 5]
