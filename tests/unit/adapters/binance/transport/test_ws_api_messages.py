"""A signed query becomes a signed message, and a reply the answer that REST would have given."""

from typing import Any

import msgspec
import pytest

from noctule.adapters.binance.rest.client import Keys, keys_of, query_of
from noctule.adapters.binance.rest.failures import Throttled, failure_of
from noctule.adapters.binance.rest.signing import signer_of
from noctule.adapters.binance.transport.road import HttpAnswer, HttpRequest, Method
from noctule.adapters.binance.transport.ws_api_messages import (
    answer_of,
    message_of,
    method_of,
    read_reply,
)

KEYS: Keys = keys_of("key", "secret")


def request(parameters: dict[str, object]) -> HttpRequest:
    query = query_of({**parameters, "timestamp": 17, "signature": "for REST"})
    return HttpRequest(method=Method.POST, path="/fapi/v1/order", query=query, timeout_ms=1_000)


def message(**parameters: object) -> dict[str, Any]:
    sent = message_of(request(parameters), "order.place", number=7, keys=KEYS)
    return dict(msgspec.json.decode(sent))


def answered(frame: bytes) -> HttpAnswer:
    reply = read_reply(frame)
    assert reply is not None
    return answer_of(reply)


def test_a_message_is_signed_over_its_sorted_parameters() -> None:
    payload = "apiKey=key&quantity=0.01&side=BUY&symbol=BTCUSDT&timestamp=17"
    assert message(symbol="BTCUSDT", side="BUY", quantity="0.01") == {
        "id": 7,
        "method": "order.place",
        "params": {
            "symbol": "BTCUSDT",
            "side": "BUY",
            "quantity": "0.01",
            "timestamp": 17,
            "apiKey": "key",
            "signature": signer_of("secret").sign(payload),
        },
    }


def test_integers_are_numbers_and_decimals_texts() -> None:
    params = message(orderId=5, quantity="7", reduceOnly=True)["params"]
    assert (params["orderId"], params["quantity"], params["reduceOnly"]) == (5, "7", "true")


def test_what_was_encoded_for_the_query_is_plain_here() -> None:
    assert (
        message(symbol="币安人生USDT", newClientOrderId="a:b/c")["params"]["symbol"]
        == "币安人生USDT"
    )


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        (Method.POST, "/fapi/v1/order", "order.place"),
        (Method.DELETE, "/fapi/v1/algoOrder", "algoOrder.cancel"),
        (Method.GET, "/fapi/v3/balance", "v2/account.balance"),
        (Method.GET, "/fapi/v1/algoOrder", None),
        (Method.GET, "/fapi/v1/klines", None),
    ],
)
def test_only_some_requests_have_a_method(method: Method, path: str, expected: str | None) -> None:
    assert method_of(HttpRequest(method=method, path=path, timeout_ms=1)) == expected


def test_a_yes_is_its_result_and_its_limits_are_headers() -> None:
    frame = (
        b'{"id":7,"status":200,"result":{"orderId":1},"rateLimits":['
        b'{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":2400,'
        b'"count":12},{"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":300,'
        b'"count":3},{"rateLimitType":"NEW","interval":"AEON","intervalNum":1,"limit":1}]}'
    )
    assert answered(frame) == HttpAnswer(
        status=200,
        headers={"x-mbx-used-weight-1m": "12", "x-mbx-order-count-10s": "3"},
        body=b'{"orderId":1}',
    )


def test_a_no_is_its_error() -> None:
    answer = answered(b'{"id":7,"status":400,"error":{"code":-2011,"msg":"Unknown order sent."}}')
    assert answer.status == 400
    assert answer.body == b'{"code":-2011,"msg":"Unknown order sent."}'


def test_how_long_to_stop_is_told_by_an_instant() -> None:
    frame = (
        b'{"id":7,"status":418,"error":{"code":-1003,"msg":"banned","data":'
        b'{"serverTime":1000,"retryAfter":61001}}}'
    )
    failure = failure_of(answered(frame), now_ms=0)
    assert isinstance(failure, Throttled)
    assert failure.retry_after_ms == 61_000


@pytest.mark.parametrize("data", [b"{}", b'{"retryAfter":"x"}', b'{"retryAfter":0}', b"7"])
def test_a_stop_that_does_not_say_how_long_says_nothing(data: bytes) -> None:
    answer = answered(b'{"id":7,"status":429,"error":{"code":-1003,"data":' + data + b"}}")
    assert answer.headers == {}


def test_a_reply_with_nothing_in_it_is_an_empty_answer() -> None:
    assert answered(b'{"id":7,"status":200}').body == b""


@pytest.mark.parametrize(
    "frame",
    [b"", b"[]", b"\xff", b'{"id":{}}', b'{"status":"200"}', b'{"result":' + b"[" * 100_000],
)
def test_what_makes_no_sense_is_no_reply(frame: bytes) -> None:
    assert read_reply(frame) is None
