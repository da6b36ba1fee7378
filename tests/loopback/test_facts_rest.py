"""What the facts' sections 8, 9 and 12 warn of in requests, one test for each behaviour."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any, Final

import msgspec
import pytest
import pytest_asyncio

from noctule.adapters.binance.rest.calls import Call, Lane, Safety
from noctule.adapters.binance.rest.client import Sending
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.sim.faults import FaultKind
from noctule.domain.errors import (
    CredentialsRefused,
    DuplicateClientId,
    FilterViolated,
    OrderUnknown,
    VenueError,
    VenueRefused,
)
from tests.fakes.loopback import Loopback, loopback
from tests.fakes.rest_desk import rest_to

ANYTHING: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
CALL: Final = Call(name="a call", safety=Safety.ONCE, decoder=ANYTHING, weight=1, orders=1)


@pytest_asyncio.fixture
async def exchange() -> AsyncIterator[Loopback]:
    async with loopback(speed=1) as exchange:
        yield exchange


@pytest_asyncio.fixture
async def rest(exchange: Loopback) -> AsyncIterator[BinanceRest]:
    async with rest_to(exchange) as rest:
        yield rest


async def said(rest: BinanceRest, sending: Sending) -> Any:
    return await rest.run(CALL, lambda: sending, lane=Lane.GUARD)


async def refusal(rest: BinanceRest, sending: Sending) -> VenueError:
    with pytest.raises(VenueError) as caught:
        await said(rest, sending)
    return caught.value


def limit(rest: BinanceRest, **changes: object) -> Sending:
    usual: dict[str, object] = {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "LIMIT",
        "time_in_force": "GTC",
        "quantity": Decimal("0.010"),
        "price": Decimal("62000.0"),
    }
    sending: Sending = rest.client.new_order(**(usual | changes))
    return sending


def stop(rest: BinanceRest, **changes: object) -> Sending:
    usual: dict[str, object] = {
        "symbol": "BTCUSDT",
        "side": "SELL",
        "type": "STOP_MARKET",
        "quantity": Decimal("0.010"),
        "trigger_price": Decimal("50000.0"),
        "client_algo_id": "sl-1",
    }
    return rest.client.new_algo_order(**(usual | changes))


async def test_algo_orders_are_invisible_to_regular_query_and_cancel(rest: BinanceRest) -> None:
    """8: -2013 and -2011; so they have their own questions."""
    placed = await said(rest, stop(rest))
    client, algo_id = rest.client, placed["algoId"]
    queried = await refusal(rest, client.query_order("BTCUSDT", order_id=algo_id))
    canceled = await refusal(rest, client.cancel_order("BTCUSDT", order_id=algo_id))
    assert (type(queried), type(canceled)) == (OrderUnknown, OrderUnknown)
    assert (await said(rest, client.query_algo_order(client_algo_id="sl-1")))["algoId"] == algo_id
    assert (await said(rest, client.cancel_algo_order(client_algo_id="sl-1")))["code"] == "200"


async def test_an_algo_query_that_forgets_under_load_says_unknown_order(
    exchange: Loopback, rest: BinanceRest
) -> None:
    """8: it is a definite answer and yet no proof; whoever asks must not place it again."""
    await said(rest, stop(rest))
    exchange.arm(FaultKind.LAGGING, "GET /fapi/v1/algoOrder")
    forgotten = await refusal(rest, rest.client.query_algo_order(client_algo_id="sl-1"))
    assert type(forgotten) is OrderUnknown


async def test_the_migration_refuses_conditional_types_on_the_regular_endpoint(
    rest: BinanceRest,
) -> None:
    """8: -4120, which hit everyone on 2025-12-09."""
    sending = limit(rest, type="STOP_MARKET", price=None, time_in_force=None)
    refused = await refusal(rest, sending)
    assert isinstance(refused, VenueRefused)
    assert refused.code == -4120


async def test_demo_keys_against_the_live_address_are_refused_as_credentials(
    exchange: Loopback,
) -> None:
    """8: -2015, and -2008 where the exchange says it in another way."""
    async with rest_to(exchange, key="d" * 64) as demo:
        assert type(await refusal(demo, demo.client.balance())) is CredentialsRefused
        exchange.arm(FaultKind.REFUSED, code=-2008, msg="Invalid Api-Key ID.")
        assert type(await refusal(demo, demo.client.balance())) is CredentialsRefused


async def test_symbols_beyond_ascii_do_not_break_the_signature(rest: BinanceRest) -> None:
    """8: signed as they are sent, percent-encoded; the refusal is about the symbol, not -1022."""
    refused = await refusal(rest, limit(rest, symbol="币安人生USDT"))
    assert isinstance(refused, VenueRefused)
    assert refused.code == -1121


async def test_the_listen_key_of_all_processes_is_opened_once_and_never_deleted(
    rest: BinanceRest,
) -> None:
    """8 and 12.3: POST gives everybody the same key, and there is no way to close it here."""
    first = await said(rest, rest.client.new_listen_key())
    assert await said(rest, rest.client.new_listen_key()) == first
    assert await said(rest, rest.client.renew_listen_key()) == first
    with pytest.raises(NotImplementedError):
        rest.client.close_listen_key(first["listenKey"]).request  # noqa: B018  # it raises


async def test_renewing_an_expired_listen_key_says_so(
    exchange: Loopback, rest: BinanceRest
) -> None:
    """12.3: PUT answers -1125 after expiry."""
    await said(rest, rest.client.new_listen_key())
    exchange.protocol.silence_listen_key(exchange.account)
    refused = await refusal(rest, rest.client.renew_listen_key())
    assert isinstance(refused, VenueRefused)
    assert refused.code == -1125


@pytest.mark.parametrize(
    "changes",
    [
        {"price": Decimal("62000.05")},
        {"quantity": Decimal("0.0105")},
        {"quantity": Decimal("0.0001")},
        {"quantity": Decimal(100_000)},
        {"quantity": Decimal("0.001"), "price": Decimal("40000.0")},
        {"price": Decimal("90000.0")},
    ],
    ids=["tick", "step", "min", "max", "notional", "percent"],
)
async def test_strict_filters_are_told_as_filters(
    rest: BinanceRest, changes: dict[str, object]
) -> None:
    """12.4: each with a code of its own, and one class for the caller."""
    assert type(await refusal(rest, limit(rest, **changes))) is FilterViolated


async def test_the_answer_to_an_order_tells_no_average_price(rest: BinanceRest) -> None:
    """8 and 12.4: avgPrice and cumQuote are gone from POST since 2026-06-30, GET keeps them."""
    sending = rest.client.new_order(
        "BTCUSDT", "BUY", "MARKET", quantity=Decimal("0.010"), new_client_order_id="m-1"
    )
    placed = await said(rest, sending)
    asked = await said(rest, rest.client.query_order("BTCUSDT", orig_client_order_id="m-1"))
    assert not {"avgPrice", "cumQuote"} & placed.keys()
    assert {"avgPrice", "cumQuote"} <= asked.keys()


async def test_a_client_id_is_unique_among_open_orders_only(rest: BinanceRest) -> None:
    """12.4: -4116 while it rests, and no guard at all once it has ended."""
    await said(rest, limit(rest, new_client_order_id="x-1"))
    again = await refusal(rest, limit(rest, new_client_order_id="x-1"))
    await said(rest, rest.client.cancel_order("BTCUSDT", orig_client_order_id="x-1"))
    assert type(again) is DuplicateClientId
    await said(rest, limit(rest, new_client_order_id="x-1"))


async def test_order_counts_come_in_headers(rest: BinanceRest) -> None:
    """12.4: and they are what the budget hears of other processes."""
    answer = await limit(rest)
    assert answer.headers["x-mbx-order-count-10s"] == "1"
    assert answer.headers["x-mbx-order-count-1m"] == "1"


@pytest.mark.parametrize("ahead_ms", [-9_000, 9_000])
async def test_a_timestamp_out_of_the_window_is_healed_by_the_servers_time(
    exchange: Loopback, rest: BinanceRest, ahead_ms: int
) -> None:
    """12.4: -1021 for the past and for more than 1,000 ms ahead; the clock is set and it goes."""
    exchange.protocol.times.skew_ms += ahead_ms
    call = Call(name="GET balance", safety=Safety.REPEATABLE, decoder=ANYTHING, weight=5)
    before_ms = rest.time.clock_offset_ms
    await rest.run(call, rest.client.balance, lane=Lane.READ)
    assert abs(rest.time.clock_offset_ms - before_ms - ahead_ms) < 500


async def test_unknown_parameters_are_refused_and_not_ignored(rest: BinanceRest) -> None:
    """12.4: a typing error costs an order, not money."""
    refused = await refusal(rest, limit(rest, reduce_onyl=True))
    assert isinstance(refused, VenueRefused)
    assert -1130 <= refused.code <= -1100


async def test_no_change_is_a_refusal_with_a_code_of_its_own(rest: BinanceRest) -> None:
    """12.8: -4046, -4059, -4171; for whoever sets up they are successes."""
    client = rest.client
    refused = [
        await refusal(rest, client.change_margin_type("BTCUSDT", "CROSSED")),
        await refusal(rest, client.change_position_mode("false")),
        await refusal(rest, client.change_multi_asset_mode("false")),
    ]
    codes = [each.code for each in refused if isinstance(each, VenueRefused)]
    assert codes == [-4046, -4059, -4171]


async def test_flat_symbols_are_not_told_by_position_risk(rest: BinanceRest) -> None:
    """12.8: v3 tells positions and open orders only, so flat is an empty list."""
    assert await said(rest, rest.client.get_position_risk(symbol="BTCUSDT")) == []


async def test_the_connectors_misnamed_wrappers_have_honest_ones_beside_them(
    rest: BinanceRest,
) -> None:
    """9: get_open_orders asks for one order and get_orders for the open ones; funding_info lied."""
    await said(rest, limit(rest, new_client_order_id="x-1"))
    (resting,) = await said(rest, rest.client.open_orders(symbol="BTCUSDT"))
    one = await said(rest, rest.client.open_order("BTCUSDT", orig_client_order_id="x-1"))
    assert resting == one
    assert isinstance(await said(rest, rest.client.funding_info()), list)
    assert await rest.client.funding_info() is not None


async def test_a_batch_is_json_whatever_is_in_it(rest: BinanceRest) -> None:
    """9: the connector writes str(list), which True, None and an apostrophe break."""
    orders = [
        {
            "symbol": "BTCUSDT",
            "side": "BUY",
            "type": "LIMIT",
            "timeInForce": "GTC",
            "quantity": Decimal("0.010"),
            "price": Decimal("62000.0"),
            "reduceOnly": False,
        }
    ]
    (placed,) = await said(rest, rest.client.new_batch_order(orders))
    assert placed["status"] == "NEW"
