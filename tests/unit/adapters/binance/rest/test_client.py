"""Every wrapper sends what the exchange expects, and none of the connector's mistakes."""

from collections.abc import Callable
from decimal import Decimal
from urllib.parse import unquote

import pytest

from noctule.adapters.binance.rest.client import AsyncFutures, Sending, keys_of, query_of
from noctule.adapters.binance.rest.signing import signer_of
from noctule.adapters.binance.settings import ApiSettings
from noctule.adapters.binance.transport.road import HttpRequest
from tests.fakes.answers import API_KEY, SECRET, ScriptedTransport, saying, sent_fields

NOW_MS = 1_790_000_000_000


def client(transport: ScriptedTransport | None = None) -> AsyncFutures:
    return AsyncFutures(
        transport or ScriptedTransport(saying({})),
        keys=keys_of(API_KEY, SECRET),
        now_ms=lambda: NOW_MS,
        settings=ApiSettings(recv_window_ms=4_000, timeout_ms=7_000, order_timeout_ms=900),
    )


def told(sending: Sending) -> tuple[str, dict[str, str]]:
    """Return what is asked, without what every signed request has."""
    request = sending.request
    fields = sent_fields(request)
    for name in ("recvWindow", "timestamp", "signature"):
        fields.pop(name, None)
    return f"{request.method} {request.path}", fields


async def test_a_public_question_carries_neither_key_nor_signature() -> None:
    transport = ScriptedTransport(saying([]))
    answer = await client(transport).klines("BTCUSDT", "1m", limit=99)

    assert answer.body == b"[]"
    assert transport.requests == [
        HttpRequest(
            method="GET",  # type: ignore[arg-type]  # a StrEnum equals its text
            path="/fapi/v1/klines",
            query="symbol=BTCUSDT&interval=1m&limit=99",
            timeout_ms=7_000,
        )
    ]


def test_a_signed_request_ends_with_window_time_and_the_signature_of_all_before() -> None:
    request = client().new_order("BTCUSDT", "BUY", "MARKET", quantity=Decimal("0.010")).request
    signed, _, signature = request.query.partition("&signature=")

    assert signed == (
        "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01&recvWindow=4000&timestamp=1790000000000"
    )
    assert signature == signer_of(SECRET).sign(signed)
    assert request.api_key == API_KEY


def test_orders_have_a_shorter_time_out_than_questions() -> None:
    speaking = client()
    assert speaking.new_order("BTCUSDT", "BUY", "MARKET", quantity=1).request.timeout_ms == 900
    assert speaking.cancel_algo_order(client_algo_id="sl").request.timeout_ms == 900
    assert speaking.query_order("BTCUSDT", order_id=1).request.timeout_ms == 7_000


def test_the_callers_parameters_stay_as_they_are() -> None:
    parameters: dict[str, object] = {"symbol": "BTCUSDT"}
    speaking = client()
    first = speaking.sign_request("GET", "/fapi/v1/order", parameters).request
    second = speaking.sign_request("GET", "/fapi/v1/order", parameters).request

    assert parameters == {"symbol": "BTCUSDT"}
    assert first == second


def test_without_keys_only_public_questions_can_be_asked() -> None:
    speaking = AsyncFutures(
        ScriptedTransport(saying({})), keys=None, now_ms=lambda: 0, settings=ApiSettings()
    )
    assert speaking.ping().request.api_key is None
    with pytest.raises(AssertionError, match="/fapi/v3/balance needs a key"):
        told(speaking.balance())
    with pytest.raises(AssertionError, match="/fapi/v1/listenKey needs a key"):
        told(speaking.new_listen_key())


def test_keys_show_nothing() -> None:
    assert repr(keys_of(API_KEY, SECRET)) == "Keys(***)"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (Decimal("0.00001"), "0.00001"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-8"), "0.00000001"),
        (7, "7"),
        ("GTC", "GTC"),
        ([1, 2], "[1,2]"),
        (["a", True], '["a","true"]'),
        (
            [{"symbol": "BTCUSDT", "reduce_only": True, "quantity": Decimal("0.010")}],
            '[{"symbol":"BTCUSDT","reduceOnly":"true","quantity":"0.01"}]',
        ),
    ],
)
def test_values_are_written_as_the_exchange_reads_them(value: object, text: str) -> None:
    assert unquote(query_of({"x": value})) == f"x={text}"


def test_a_float_is_not_sent() -> None:
    with pytest.raises(TypeError, match="money is Decimal"):
        query_of({"quantity": 0.1})
    with pytest.raises(AssertionError, match="no number to send"):
        query_of({"quantity": Decimal("NaN")})


def test_what_is_none_is_left_out_and_our_names_become_the_exchanges() -> None:
    assert query_of({"new_client_order_id": "a:b", "price": None}) == "newClientOrderId=a%3Ab"


def test_symbols_beyond_ascii_are_encoded_before_they_are_signed() -> None:
    assert query_of({"symbol": "币安人生USDT"}).startswith("symbol=%E5%B8%81%E5%AE%89")


def test_the_wrappers_that_the_connector_lacks_or_has_wrong() -> None:
    speaking = client()
    expected: dict[Callable[[], Sending], tuple[str, dict[str, str]]] = {
        speaking.funding_info: ("GET /fapi/v1/fundingInfo", {}),
        speaking.new_listen_key: ("POST /fapi/v1/listenKey", {}),
        speaking.renew_listen_key: ("PUT /fapi/v1/listenKey", {}),
        speaking.open_orders: ("GET /fapi/v1/openOrders", {}),
        speaking.all_orders: ("GET /fapi/v1/allOrders", {}),
        speaking.open_algo_orders: ("GET /fapi/v1/openAlgoOrders", {}),
    }
    assert {ask: told(ask()) for ask in expected} == expected
    symbol = {"symbol": "BTCUSDT"}
    by_id = {**symbol, "orderId": "7"}
    assert told(speaking.open_order("BTCUSDT", order_id=7)) == ("GET /fapi/v1/openOrder", by_id)
    assert told(speaking.query_order("BTCUSDT", order_id=7)) == ("GET /fapi/v1/order", by_id)
    assert told(speaking.cancel_order("BTCUSDT", order_id=7)) == ("DELETE /fapi/v1/order", by_id)
    assert told(speaking.modify_order("BTCUSDT", order_id=7)) == ("PUT /fapi/v1/order", by_id)
    algo = ("GET /fapi/v1/algoOrder", {"clientAlgoId": "sl"})
    assert told(speaking.query_algo_order(client_algo_id="sl")) == algo
    assert told(speaking.all_algo_orders("BTCUSDT")) == ("GET /fapi/v1/allAlgoOrders", symbol)
    assert told(speaking.cancel_open_algo_orders("BTCUSDT")) == (
        "DELETE /fapi/v1/algoOpenOrders",
        symbol,
    )
    assert told(speaking.new_algo_order(symbol="BTCUSDT", close_position=True)) == (
        "POST /fapi/v1/algoOrder",
        {"algoType": "CONDITIONAL", "symbol": "BTCUSDT", "closePosition": "true"},
    )


def test_a_batch_of_the_connectors_is_written_as_json() -> None:
    orders = [{"symbol": "BTCUSDT", "reduceOnly": True, "note": "it's"}]
    request = client().new_batch_order(orders).request
    assert sent_fields(request)["batchOrders"] == (
        '[{"symbol":"BTCUSDT","reduceOnly":"true","note":"it\'s"}]'
    )


def test_the_listen_key_cannot_be_closed() -> None:
    with pytest.raises(NotImplementedError, match="others may listen on it"):
        told(client().close_listen_key("x"))


def test_a_countdown_has_as_little_time_for_its_answer_as_an_order() -> None:
    sending = client().countdown_cancel_order("BTCUSDT", 0)
    assert told(sending) == (
        "POST /fapi/v1/countdownCancelAll",
        {"symbol": "BTCUSDT", "countdownTime": "0"},
    )
    assert sending.request.timeout_ms == 900


async def test_what_is_urgent_has_no_more_time_than_an_order_and_is_else_the_same() -> None:
    asking = client()
    usual = asking.query_order("BTCUSDT", order_id=7)
    quick = asking.urgent(asking.query_order("BTCUSDT", order_id=7))
    assert (usual.request.timeout_ms, quick.request.timeout_ms) == (7_000, 900)
    assert told(usual) == told(quick)
    assert (await quick).body == b"{}"
