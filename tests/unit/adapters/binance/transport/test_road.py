"""What goes over the road is a value, and shows no secret to whoever prints it."""

from noctule.adapters.binance.transport.road import HttpRequest, Method


def test_a_request_shows_neither_its_key_nor_its_signature() -> None:
    request = HttpRequest(
        method=Method.POST,
        path="/fapi/v1/order",
        query="symbol=BTCUSDT&signature=3c66",
        api_key="sesame",
        timeout_ms=1_000,
    )
    assert repr(request) == "HttpRequest(POST /fapi/v1/order)"
    assert str([request]) == "[HttpRequest(POST /fapi/v1/order)]"
