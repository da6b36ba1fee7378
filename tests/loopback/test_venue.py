"""What our venue tells of the exchange, over real sockets, against the exchange's own books."""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest_asyncio
from msgspec.structs import replace

from noctule.adapters.binance.venue import BinanceVenue
from noctule.adapters.sim.faults import FaultKind
from noctule.domain.instrument import Instrument
from noctule.domain.order import ClientOrderId
from noctule.domain.position import IncomeKind
from noctule.domain.values import Side, Symbol
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


def venue_of(hands: Hands) -> BinanceVenue:
    async def instruments() -> dict[Symbol, Instrument]:
        return {}

    return BinanceVenue(hands.rest, instruments=instruments)


async def test_a_look_tells_what_is_held_and_everything_that_rests(hands: Hands) -> None:
    await hands.orders.place(order_request(quantity="0.010"))
    await hands.orders.place(replace(waiting_stop(), quantity=None))
    await hands.orders.place(resting_entry())

    look = await venue_of(hands).look(BTCUSDT)

    assert look.signed_quantity == Decimal("0.010")
    assert look.entry_price == hands.exchange.account.history.trades[0].price
    assert {each.client_order_id for each in look.orders} == {"e1", "s1"}


async def test_a_look_at_a_flat_symbol_shows_what_is_left_there(hands: Hands) -> None:
    venue = venue_of(hands)
    assert (await venue.look(BTCUSDT)).orders == ()
    await hands.orders.place(waiting_stop())
    look = await venue.look(BTCUSDT)
    assert (look.signed_quantity, look.entry_price) == (Decimal(0), None)
    assert [each.client_order_id for each in look.orders] == ["s1"]


async def test_a_stop_that_a_look_does_not_show_may_be_there_all_the_same(hands: Hands) -> None:
    """The conditional service forgets for a while what it has (facts 2.5, point 7)."""
    await hands.orders.place(order_request(quantity="0.010"))
    await hands.orders.place(waiting_stop())
    hands.exchange.arm(FaultKind.LAGGING, "GET /fapi/v1/openAlgoOrders")
    venue = venue_of(hands)
    assert (await venue.look(BTCUSDT)).orders == ()
    assert len((await venue.look(BTCUSDT)).orders) == 1


async def test_the_bookings_are_what_the_wallet_has_become(hands: Hands) -> None:
    began_ms = hands.exchange.now_ms
    await hands.orders.place(order_request(quantity="0.010"))
    close = order_request(
        client_order_id=ClientOrderId("c1"), side=Side.SELL, quantity="0.010", reduces_only=True
    )
    await hands.orders.place(close)

    bookings = await venue_of(hands).income_since(began_ms)

    (balance,) = (await venue_of(hands).snapshot()).balances
    counted = [each for each in bookings if each.kind is not IncomeKind.TRANSFER]
    assert sum(each.amount for each in counted) == balance.wallet - 10_000
    assert [each.kind for each in counted].count(IncomeKind.FEE) == 2
    assert {(each.asset, each.symbol) for each in counted} == {("USDT", BTCUSDT)}
    assert [each.at_ms for each in bookings] == sorted(each.at_ms for each in bookings)
