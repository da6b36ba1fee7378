"""Every form of order that a position needs, on the exchange; and a reserve to send it from."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Final

import pytest
import pytest_asyncio
from msgspec import Struct
from msgspec.structs import replace

from noctule.adapters.binance.wire.rules import RateLimit
from noctule.adapters.sim.terms import Terms
from noctule.domain.errors import BudgetExhausted
from noctule.domain.order import (
    ClientOrderId,
    Leg,
    OrderKind,
    OrderRequest,
    OrderState,
    TimeInForce,
)
from noctule.domain.values import Side
from tests.builders import BTCUSDT, order_request
from tests.fakes.executor_desk import Hands, hands_at, resting_entry, waiting_stop
from tests.fakes.loopback import loopback, market_of


@pytest_asyncio.fixture
async def hands() -> AsyncIterator[Hands]:
    async with (
        loopback(market_of("BTCUSDT"), speed=1) as exchange,
        hands_at(exchange) as hands,
    ):
        yield hands


class Form(Struct, frozen=True, kw_only=True):
    """One way to end a long position; prices are shares of the last."""

    kind: OrderKind
    quantity: str | None = "0.010"  # None closes the position
    price: str | None = None
    trigger: str | None = None
    callback: str | None = None


FORMS: Final = {
    "stop with a quantity": Form(kind=OrderKind.STOP_MARKET, trigger="0.98"),
    "stop of the position": Form(kind=OrderKind.STOP_MARKET, trigger="0.98", quantity=None),
    "target of the position": Form(
        kind=OrderKind.TAKE_PROFIT_MARKET, trigger="1.02", quantity=None
    ),
    "target with a quantity": Form(kind=OrderKind.TAKE_PROFIT_MARKET, trigger="1.02"),
    "target with a price": Form(kind=OrderKind.TAKE_PROFIT, trigger="1.02", price="1.02"),
    "stop with a price": Form(kind=OrderKind.STOP, trigger="0.98", price="0.97"),
    "trailing stop": Form(kind=OrderKind.TRAILING_STOP_MARKET, callback="0.012"),
    "target that rests": Form(kind=OrderKind.LIMIT, price="1.02"),
}


def near(hands: Hands, share: str | None) -> str | None:
    """Return a price on the grid, so much of the last."""
    if share is None:
        return None
    last = hands.exchange.protocol.venue.exchange.quote("BTCUSDT").last
    assert last is not None
    return str((last * Decimal(share)).quantize(Decimal("0.1")))


def exit_of(hands: Hands, form: Form) -> OrderRequest:
    return order_request(
        form.kind,
        client_order_id=ClientOrderId("x1"),
        side=Side.SELL,
        leg=Leg.STOP,
        quantity=form.quantity,
        price=near(hands, form.price),
        trigger_price=near(hands, form.trigger),
        callback_share=form.callback,
        reduces_only=True,
    )


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
async def test_every_form_of_exit_is_taken_and_told_as_it_was_meant(
    hands: Hands, form: Form
) -> None:
    await hands.orders.place(order_request(quantity="0.010"))
    request = exit_of(hands, form)

    venue_id = await hands.orders.place(request)

    report = await hands.orders.query(BTCUSDT, request.client_order_id, request.kind)
    assert report is not None
    assert (report.venue_order_id, report.state) == (venue_id, OrderState.OPEN)
    assert (report.kind, report.quantity, report.side) == (
        *(request.kind, request.quantity),
        Side.SELL,
    )
    assert (report.price, report.trigger_price) == (request.price, request.trigger_price)
    assert report.reduces_only or report.closes_position


async def test_a_close_at_the_band_takes_what_there_is_and_leaves_nothing(hands: Hands) -> None:
    await hands.orders.place(order_request(quantity="0.010"))
    limit = exit_of(hands, Form(kind=OrderKind.LIMIT, price="0.96"))
    close = replace(limit, leg=Leg.CLOSE, time_in_force=TimeInForce.IOC)

    await hands.orders.place(close)

    report = await hands.orders.query(BTCUSDT, close.client_order_id, close.kind)
    assert report is not None
    assert (report.state, report.filled) == (OrderState.FILLED, Decimal("0.010"))
    assert not hands.exchange.account.orders


# The reserve.


async def test_entries_never_eat_what_is_kept_for_those_who_guard() -> None:
    """Of 20 orders in ten seconds 6 may be entries, however many want to; stops have the rest."""
    terms = Terms(orders_per_10s=20)
    async with (
        loopback(market_of("BTCUSDT"), speed=1, terms=terms) as exchange,
        hands_at(exchange) as hands,
    ):
        hands.rest.gate.budget.learn((RateLimit("ORDERS", "SECOND", 10, 20),))
        async with asyncio.TaskGroup() as group:
            names = [f"e{number}" for number in range(40)]
            entering = [group.create_task(_tried(hands, resting_entry(each))) for each in names]
        guarding = [await _tried(hands, waiting_stop(f"s{number}")) for number in range(15)]

        assert sum(task.result() for task in entering) == 6
        assert guarding == [True] * 14 + [False]
        assert hands.taken == 20
        assert exchange.protocol._limits.address("127.0.0.1", 0).strikes == 0


async def _tried(hands: Hands, request: OrderRequest) -> bool:
    try:
        await hands.orders.place(request)
    except BudgetExhausted:
        return False
    return True
