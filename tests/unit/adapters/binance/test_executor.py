"""Orders in the exchange's hands, regular and conditional, from placing to what became of them."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from noctule.adapters.binance.executor import OrderExecutionManager
from noctule.adapters.binance.transport.road import Method
from noctule.adapters.binance.wire.rules import RateLimit
from noctule.adapters.clock import SystemClock, VirtualClock, run_virtual
from noctule.adapters.sim.faults import FaultKind
from noctule.domain.errors import (
    BudgetExhausted,
    FilterViolated,
    OrderUnknown,
    OutcomeUnknown,
    VenueRefused,
)
from noctule.domain.order import ClientOrderId, Leg, OrderKind, OrderRequest, OrderState
from noctule.domain.values import Side
from tests.builders import BTCUSDT, CLIENT_ORDER_ID, order_request
from tests.fakes.answers import ScriptedTransport, refusing, saying, scripted_rest
from tests.fakes.nearby import Nearby, nearby

FAR_BELOW = "61500.0"  # the market of the fakes stands near 64,000
STOP_ID = ClientOrderId("noc-qpai6s-0hrmo1as0-plxb7xk1")


def limit() -> OrderRequest:
    return order_request(OrderKind.LIMIT, quantity="0.010", price=FAR_BELOW)


def stop(quantity: str | None = "0.010") -> OrderRequest:
    request = order_request(OrderKind.STOP_MARKET, quantity=quantity, trigger_price=FAR_BELOW)
    return msgspec.structs.replace(
        request, client_order_id=STOP_ID, side=Side.SELL, leg=Leg.STOP, reduces_only=True
    )


@pytest_asyncio.fixture
async def exchange() -> AsyncIterator[Nearby]:
    async with nearby(SystemClock()) as exchange:
        yield exchange


@pytest.fixture
def orders(exchange: Nearby) -> OrderExecutionManager:
    return OrderExecutionManager(exchange.reach.rest)


async def test_a_limit_order_rests_under_our_name(orders: OrderExecutionManager) -> None:
    venue_id = await orders.place(limit())

    report = await orders.query(BTCUSDT, CLIENT_ORDER_ID, OrderKind.LIMIT)

    assert report is not None
    assert (report.venue_order_id, report.state) == (venue_id, OrderState.OPEN)
    assert (report.price, report.quantity) == (Decimal(FAR_BELOW), Decimal("0.010"))


async def test_a_market_order_is_filled_and_its_price_is_known_by_query(
    orders: OrderExecutionManager,
) -> None:
    await orders.place(order_request(quantity="0.010"))

    report = await orders.query(BTCUSDT, CLIENT_ORDER_ID, OrderKind.MARKET)

    assert report is not None
    assert (report.state, report.filled) == (OrderState.FILLED, Decimal("0.010"))
    assert report.average_price is not None


async def test_a_stop_waits_in_the_conditional_service(orders: OrderExecutionManager) -> None:
    await orders.place(order_request(quantity="0.010"))
    algo_id = await orders.place(stop(quantity=None))

    report = await orders.query(BTCUSDT, STOP_ID, OrderKind.STOP_MARKET)

    assert report is not None
    assert (report.venue_order_id, report.state) == (algo_id, OrderState.OPEN)
    assert report.closes_position
    assert await orders.query(BTCUSDT, STOP_ID, OrderKind.LIMIT) is None  # the other service


@pytest.mark.parametrize("request_", [limit(), stop()], ids=["regular", "conditional"])
async def test_what_is_cancelled_says_so_and_cannot_be_cancelled_again(
    orders: OrderExecutionManager, request_: OrderRequest
) -> None:
    await orders.place(request_)
    await orders.cancel(BTCUSDT, request_.client_order_id, request_.kind)

    report = await orders.query(BTCUSDT, request_.client_order_id, request_.kind)
    assert report is not None
    assert report.state is OrderState.CANCELED
    with pytest.raises(OrderUnknown):
        await orders.cancel(BTCUSDT, request_.client_order_id, request_.kind)


@pytest.mark.parametrize("kind", [OrderKind.LIMIT, OrderKind.STOP_MARKET])
async def test_an_order_that_nobody_placed_is_not_there(
    orders: OrderExecutionManager, kind: OrderKind
) -> None:
    assert await orders.query(BTCUSDT, CLIENT_ORDER_ID, kind) is None


@pytest.mark.parametrize("fault", [FaultKind.LOST_BEFORE, FaultKind.LOST_AFTER])
async def test_a_lost_answer_is_an_unknown_outcome_and_nothing_is_sent_again(
    exchange: Nearby, orders: OrderExecutionManager, fault: FaultKind
) -> None:
    exchange.arm(fault, "POST /fapi/v1/order")

    with pytest.raises(OutcomeUnknown):
        await orders.place(limit())

    assert exchange.resting == (fault is FaultKind.LOST_AFTER)


async def test_a_refused_stop_keeps_the_exchanges_code(
    exchange: Nearby, orders: OrderExecutionManager
) -> None:
    exchange.arm(FaultKind.REFUSED, "POST /fapi/v1/algoOrder", code=-2021, msg="would trigger")
    with pytest.raises(VenueRefused) as caught:
        await orders.place(stop())
    assert caught.value.code == -2021


async def test_closing_lets_others_use_the_connection(
    exchange: Nearby, orders: OrderExecutionManager
) -> None:
    await orders.close()
    await orders.place(limit())
    assert exchange.resting == 1


ALGO: dict[str, Any] = {
    "algoId": 4000001,
    "clientAlgoId": STOP_ID,
    "algoStatus": "FINISHED",
    "orderType": "STOP_MARKET",
    "symbol": "BTCUSDT",
    "side": "SELL",
    "quantity": "0.010",
    "actualOrderId": "77",
}
CHILD: dict[str, Any] = {
    "symbol": "BTCUSDT",
    "orderId": 77,
    "status": "CANCELED",
    "side": "SELL",
    "origQty": "0.010",
    "executedQty": "0.004",
    "avgPrice": "61499.5",
    "type": "MARKET",
}


async def test_of_a_finished_stop_the_child_says_what_became_of_it() -> None:
    transport = ScriptedTransport(saying(ALGO), saying(CHILD))
    orders = OrderExecutionManager(scripted_rest(transport, VirtualClock(0)))

    report = await orders.query(BTCUSDT, STOP_ID, OrderKind.STOP_MARKET)

    assert report is not None
    assert (report.state, report.filled) == (OrderState.CANCELED, Decimal("0.004"))
    assert (report.venue_order_id, report.child_order_id) == ("4000001", "77")
    assert [(each.method, each.path) for each in transport.requests] == [
        (Method.GET, "/fapi/v1/algoOrder"),
        (Method.GET, "/fapi/v1/order"),
    ]


@pytest.mark.parametrize("quantity", ["0.010", "0"])
async def test_a_stop_that_filled_in_part_is_not_taken_for_filled(quantity: str) -> None:
    """A stop that closes the position names no quantity that could be compared."""
    part = {"actualQty": "0.004", "actualPrice": "61499.5", "quantity": quantity}
    transport = ScriptedTransport(saying({**ALGO, **part, "closePosition": quantity == "0"}))
    transport.script.append(saying(CHILD))
    orders = OrderExecutionManager(scripted_rest(transport, VirtualClock(0)))

    report = await orders.query(BTCUSDT, STOP_ID, OrderKind.STOP_MARKET)

    assert report is not None
    assert (report.state, report.filled) == (OrderState.CANCELED, Decimal("0.004"))


async def test_a_stop_is_there_though_its_child_is_not_known_yet() -> None:
    transport = ScriptedTransport(saying(ALGO), refusing(-2013, "Order does not exist."))
    orders = OrderExecutionManager(scripted_rest(transport, VirtualClock(0)))

    report = await orders.query(BTCUSDT, STOP_ID, OrderKind.STOP_MARKET)

    assert report is not None
    assert (report.state, report.child_order_id) == (OrderState.UNKNOWN, "77")


async def test_of_a_finished_stop_without_a_child_the_end_stays_unknown() -> None:
    transport = ScriptedTransport(saying({**ALGO, "actualOrderId": ""}))
    orders = OrderExecutionManager(scripted_rest(transport, VirtualClock(0)))

    report = await orders.query(BTCUSDT, STOP_ID, OrderKind.STOP_MARKET)

    assert report is not None
    assert report.state is OrderState.UNKNOWN


def test_entries_leave_a_reserve_from_which_a_stop_still_goes_out() -> None:
    transport = ScriptedTransport(saying({**ALGO, **CHILD}))
    ten = RateLimit(rate_limit_type="ORDERS", interval="SECOND", interval_num=10, limit=10)

    async def main(clock: VirtualClock) -> None:
        rest = scripted_rest(transport, clock)
        rest.gate.budget.learn((ten,))
        orders = OrderExecutionManager(rest)
        for _ in range(3):  # each of them needs a stop and a target, too
            await orders.place(limit())
        with pytest.raises(BudgetExhausted):
            await orders.place(limit())
        await orders.place(stop())

    run_virtual(main, start_ms=0)

    assert [each.path for each in transport.requests[2:]] == [
        "/fapi/v1/order",
        "/fapi/v1/algoOrder",
    ]


async def test_an_order_that_does_not_fit_its_contract_lets_the_rules_be_read_again() -> None:
    unfit: list[str] = []
    refused = refusing(-4014, "Price not increased by tick size.")
    rest = scripted_rest(ScriptedTransport(refused, refusing(-2019)), VirtualClock(0))
    orders = OrderExecutionManager(rest, on_unfit=lambda: unfit.append("unfit"))
    with pytest.raises(FilterViolated):
        await orders.place(limit())
    with pytest.raises(VenueRefused):
        await orders.place(limit())
    assert unfit == ["unfit"]
