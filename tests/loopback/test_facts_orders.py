"""What the facts say of orders, one test for each, through our own executor."""

from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio

from noctule.adapters.binance.executor import OrderExecutionManager
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.sim.faults import FaultKind
from noctule.domain.errors import OutcomeUnknown, VenueError, VenueRefused, VenueUnreachable
from noctule.domain.order import ClientOrderId, Leg, OrderKind, OrderRequest, OrderState
from noctule.domain.values import Side
from tests.builders import BTCUSDT, order_request
from tests.fakes.loopback import Loopback, loopback, market_of
from tests.fakes.rest_desk import rest_to

BELOW, ABOVE = "61500.0", "66500.0"  # of a market near 64,000


@pytest_asyncio.fixture
async def exchange() -> AsyncIterator[Loopback]:
    async with loopback(market_of("BTCUSDT"), speed=1) as exchange:
        yield exchange


@pytest_asyncio.fixture
async def rest(exchange: Loopback) -> AsyncIterator[BinanceRest]:
    async with rest_to(exchange) as rest:
        yield rest


@pytest.fixture
def orders(rest: BinanceRest) -> OrderExecutionManager:
    return OrderExecutionManager(rest)


def exit_order(
    kind: OrderKind, name: str, *, quantity: str | None = "0.010", trigger: str | None = None
) -> OrderRequest:
    """Return what would end a long position."""
    price = ABOVE if kind is OrderKind.LIMIT else None
    request = order_request(kind, quantity=quantity, price=price, trigger_price=trigger)
    return msgspec.structs.replace(
        request,
        client_order_id=ClientOrderId(name),
        side=Side.SELL,
        leg=Leg.STOP,
        reduces_only=True,
    )


async def refused_with(orders: OrderExecutionManager, request: OrderRequest) -> int:
    with pytest.raises(VenueRefused) as caught:
        await orders.place(request)
    return caught.value.code


async def test_a_second_close_position_stop_in_the_direction_is_refused(
    orders: OrderExecutionManager,
) -> None:
    """2.5 point 3 and 12.6: -4130; one stop and one target may stand beside each other."""
    await orders.place(order_request(quantity="0.010"))
    stop = exit_order(OrderKind.STOP_MARKET, "s1", quantity=None, trigger=BELOW)
    target = exit_order(OrderKind.TAKE_PROFIT_MARKET, "t1", quantity=None, trigger=ABOVE)
    await orders.place(stop)
    await orders.place(target)
    again = msgspec.structs.replace(stop, client_order_id=ClientOrderId("s2"))
    assert await refused_with(orders, again) == -4130


async def test_a_close_position_stop_while_flat_is_refused_and_one_with_a_quantity_is_not(
    orders: OrderExecutionManager,
) -> None:
    """2.5 point 2 and 12.6: -4509."""
    naked = exit_order(OrderKind.STOP_MARKET, "s1", quantity=None, trigger=BELOW)
    assert await refused_with(orders, naked) == -4509
    await orders.place(exit_order(OrderKind.STOP_MARKET, "s2", trigger=BELOW))


async def test_a_stop_that_is_past_its_trigger_is_refused(orders: OrderExecutionManager) -> None:
    """2.5 and 12.6: -2021, for whoever guards the position to close it at once."""
    await orders.place(order_request(quantity="0.010"))
    past = exit_order(OrderKind.STOP_MARKET, "s1", quantity=None, trigger=ABOVE)
    assert await refused_with(orders, past) == -2021


async def test_too_many_conditional_orders_are_refused(
    exchange: Loopback, orders: OrderExecutionManager
) -> None:
    """2.5 point 5 and 12.6: -4045 after 200 of the account."""
    exchange.arm(FaultKind.REFUSED, "POST /fapi/v1/algoOrder", code=-4045, msg="max stop orders")
    request = exit_order(OrderKind.STOP_MARKET, "s1", trigger=BELOW)
    assert await refused_with(orders, request) == -4045


async def test_reduce_only_is_left_out_where_the_whole_position_is_closed(
    orders: OrderExecutionManager,
) -> None:
    """8 and 2.5 point 10: "reduceOnly param on algo order rejected in some combination (-1106)"."""
    await orders.place(order_request(quantity="0.010"))
    stop = exit_order(OrderKind.STOP_MARKET, "s1", quantity=None, trigger=BELOW)
    assert stop.reduces_only
    await orders.place(stop)
    report = await orders.query(BTCUSDT, stop.client_order_id, stop.kind)
    assert report is not None
    assert report.state is OrderState.OPEN


async def test_a_close_refused_beside_a_full_size_reduce_only_limit_keeps_its_code(
    exchange: Loopback, orders: OrderExecutionManager
) -> None:
    """8: "-4118 when closing while a full-size reduceOnly limit rests"; seen on one account."""
    await orders.place(order_request(quantity="0.010"))
    await orders.place(exit_order(OrderKind.LIMIT, "t1"))
    exchange.arm(
        FaultKind.REFUSED, "POST /fapi/v1/order", code=-4118, msg="ReduceOnly Order Failed"
    )
    close = exit_order(OrderKind.MARKET, "c1")
    assert await refused_with(orders, close) == -4118
    await orders.cancel(BTCUSDT, ClientOrderId("t1"), OrderKind.LIMIT)
    await orders.place(close)


async def test_conditional_orders_are_placed_one_by_one_for_there_is_no_batch(
    exchange: Loopback, orders: OrderExecutionManager, rest: BinanceRest
) -> None:
    """8: "No batch endpoint for algo orders": each has an outcome of its own."""
    exchange.arm(FaultKind.REFUSED, "POST /fapi/v1/algoOrder", skip=1, code=-1008, msg="throttled")
    await orders.place(exit_order(OrderKind.STOP_MARKET, "s1", trigger=BELOW))
    await orders.place(exit_order(OrderKind.STOP_MARKET, "s2", trigger=BELOW))  # tried again
    assert len(exchange.account.algos) == 2
    assert not any("batch" in name for name in dir(rest.client) if "algo" in name)


@pytest.mark.parametrize(
    ("fault", "outcome", "exists"),
    [
        (FaultKind.UNKNOWN_BEFORE, OutcomeUnknown, False),
        (FaultKind.UNKNOWN_AFTER, OutcomeUnknown, True),
        (FaultKind.LOST_BEFORE, OutcomeUnknown, False),
        (FaultKind.LOST_AFTER, OutcomeUnknown, True),
        (FaultKind.RESET_AFTER, OutcomeUnknown, True),
        (FaultKind.BAD_GATEWAY, OutcomeUnknown, True),
        (FaultKind.TIMED_OUT, OutcomeUnknown, True),
        (FaultKind.GARBAGE_ANSWER, OutcomeUnknown, True),
        (FaultKind.UNAVAILABLE, VenueUnreachable, False),
        (FaultKind.INTERNAL, VenueUnreachable, False),
        (FaultKind.OVERLOADED, VenueUnreachable, False),
        (FaultKind.MAINTENANCE, VenueUnreachable, False),
    ],
    ids=lambda value: str(getattr(value, "value", value)),
)
async def test_what_became_of_an_order_is_told_exactly(
    exchange: Loopback,
    orders: OrderExecutionManager,
    fault: FaultKind,
    outcome: type[VenueError],
    exists: bool,
) -> None:
    """5 and 12.7: unknown is never sent again, and a query tells whether it is there."""
    request = order_request(OrderKind.LIMIT, quantity="0.010", price=BELOW)
    exchange.arm(fault, "POST /fapi/v1/order", times=None, delay_ms=2_000)
    with pytest.raises(outcome):
        await orders.place(request)
    exchange.disarm()
    found = await orders.query(BTCUSDT, request.client_order_id, request.kind)
    assert (found is not None) == exists
    assert len(exchange.account.orders) == exists
