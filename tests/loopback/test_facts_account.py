"""What most bots die of, in the account's area: each behaviour of the facts by its name."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from noctule.adapters.sim.faults import FaultKind
from noctule.adapters.sim.fills import Fills, Ladder
from noctule.adapters.sim.model import AlgoStatus
from noctule.adapters.sim.pacing import ByHand
from noctule.adapters.sim.switches import Switches
from noctule.domain.events.order import (
    AccountFeedLost,
    AccountFeedRestored,
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    OrderTriggered,
    PositionReported,
)
from noctule.domain.order import OrderState
from tests.builders import BTCUSDT
from tests.fakes.account_desk import GENEROUS, AccountDesk, account_desk, until, venue_of
from tests.fakes.loopback import Loopback, loopback, market_of


@pytest_asyncio.fixture
async def exchange() -> AsyncIterator[Loopback]:
    async with loopback(market_of("BTCUSDT"), pace=ByHand(), terms=GENEROUS) as exchange:
        yield exchange


@pytest_asyncio.fixture
async def desk(exchange: Loopback) -> AsyncIterator[AccountDesk]:
    async with account_desk(exchange) as desk:
        yield desk


def switch(desk: AccountDesk, **switches: Any) -> None:
    desk.exchange.protocol.venue.exchange.set_switches(Switches(**switches))


async def protected(desk: AccountDesk, **changes: Any) -> Any:
    """Hold a long position with a stop under it."""
    await desk.order()
    stop = await desk.stop(**changes)
    await until(lambda: len(desk.of(OrderAccepted)) == 2)
    return stop


async def test_private_stream_open_probes_pass_but_no_events_at_all(desk: AccountDesk) -> None:
    """Section 8, line 2."""
    desk.exchange.arm(FaultKind.DROPPED_FRAME, times=None)
    await desk.order()
    await until(lambda: desk.is_complete)
    desk.exchange.disarm()
    await until(lambda: bool(desk.of(AccountFeedRestored)))


async def test_after_listen_key_expired_recreate_reconnect_and_reconcile(
    desk: AccountDesk,
) -> None:
    """Section 8, line 3, and section 12, point 3: the socket stays open and says nothing more."""
    desk.exchange.protocol.expire_listen_key(desk.exchange.account)
    await desk.order()
    await until(lambda: desk.is_complete and bool(desk.of(AccountFeedRestored)))
    assert desk.of(AccountFeedLost)[0].reason == "the listen key expired"


async def test_listen_key_that_died_without_a_word(desk: AccountDesk) -> None:
    """Section 12, point 3."""
    desk.exchange.protocol.silence_listen_key(desk.exchange.account)
    await desk.order()
    await until(lambda: desk.is_complete and bool(desk.of(AccountFeedRestored)))


async def test_missing_fills_after_reconnect(desk: AccountDesk) -> None:
    """Section 8, line 4."""
    desk.exchange.arm(FaultKind.CUT_SOCKET)
    for _ in range(3):
        await desk.order(quantity="0.001")
    await until(lambda: desk.is_complete)
    assert len(desk.fills) == 3


async def test_fill_arrives_before_triggered(desk: AccountDesk) -> None:
    """Section 8, line 5: even if the child has a name of its own, the fill is its parent's."""
    switch(desk, child_fill_first=True, child_keeps_client_id=False)
    stop = await protected(desk)
    desk.move("0.98")
    await until(lambda: desk.is_complete and bool(desk.of(OrderTriggered)))

    child = desk.of(OrderTriggered)[0].child_order_id
    fill = desk.fills[1]
    assert (fill.client_order_id, fill.venue_order_id) == ("stop", child)
    assert stop["algoId"] != int(child)
    assert [each.client_order_id for each in desk.of(OrderAccepted)][1:] == ["stop"]


async def test_algo_orders_are_invisible_to_regular_queries(desk: AccountDesk) -> None:
    """Section 8, line 6, and section 2.5, point 8: so they are asked for where they are."""
    await protected(desk)
    snapshot = await venue_of(desk).snapshot()
    assert [each.client_order_id for each in snapshot.orders] == ["stop"]
    assert await desk.questions.order(BTCUSDT, snapshot.orders[0].venue_order_id) is None


async def test_algo_get_forgets_orders_under_load(desk: AccountDesk) -> None:
    """Section 8, line 7: what a query does not know is not taken for gone."""
    await protected(desk)
    desk.exchange.arm(FaultKind.LAGGING, "GET /fapi/v1/openAlgoOrders", times=None)
    desk.exchange.arm(FaultKind.LAGGING, "GET /fapi/v1/algoOrder", times=None)
    asked = desk.audits
    await until(lambda: desk.audits > asked + 1)
    assert [*desk.of(OrderCanceled), *desk.of(OrderExpired)] == []


async def test_a_query_right_after_may_not_know_the_order(desk: AccountDesk) -> None:
    """Section 2.5, point 7: its trade waits until the order has a name."""
    desk.exchange.arm(FaultKind.DROPPED_FRAME, times=None)
    desk.exchange.arm(FaultKind.LAGGING, "GET /fapi/v1/order", times=2)
    order = await desk.order()
    await until(lambda: desk.is_complete)
    assert desk.fills[0].client_order_id == order["clientOrderId"]
    assert desk.asked.count("GET /fapi/v1/order") >= 3


@pytest.mark.parametrize("keeps_name", [True, False])
async def test_trades_of_a_triggered_stop_are_under_actual_order_id(
    desk: AccountDesk, keeps_name: bool
) -> None:
    """Section 8, line 8: told by REST alone they are the stop's all the same."""
    switch(desk, child_keeps_client_id=keeps_name)
    began_ms = desk.exchange.now_ms
    stop = await protected(desk)
    desk.exchange.protocol.silence_listen_key(desk.exchange.account)
    desk.move("0.98")
    await until(lambda: desk.is_complete)

    fill = desk.fills[1]
    assert fill.client_order_id == "stop"
    assert fill.venue_order_id == desk.of(OrderTriggered)[0].child_order_id
    fills = await venue_of(desk).fills_since(BTCUSDT, began_ms)
    assert [each.client_order_id for each in fills] == [desk.fills[0].client_order_id, "stop"]
    orders = await venue_of(desk).orders_since(BTCUSDT, began_ms)
    told = next(each for each in orders if each.client_order_id == "stop")
    assert told.venue_order_id == str(stop["algoId"])
    assert (told.state, told.filled) == (OrderState.FILLED, fill.quantity)
    assert len(orders) == 2


async def test_duplicate_filled_events(desk: AccountDesk) -> None:
    """Section 8, line 14: a fill is known by its trade id."""
    desk.exchange.arm(FaultKind.REPEATED_FRAME, times=None)
    for _ in range(3):
        await desk.order()
    await until(lambda: desk.is_complete)
    await until(lambda: len(desk.of(PositionReported)) >= 6)
    assert len(desk.fills) == 3


async def test_avg_price_vanished_from_the_post_response(desk: AccountDesk) -> None:
    """Section 8, line 18: the price is taken from the fill, never from that answer."""
    answer = await desk.order()
    assert "avgPrice" not in answer
    await until(lambda: desk.is_complete)
    assert desk.fills[0].price == desk.exchange.account.history.trades[0].price > 0


async def test_delete_listen_key_silences_all_others_so_it_is_never_sent(
    exchange: Loopback,
) -> None:
    """Section 8, line 21."""
    async with account_desk(exchange) as one:
        async with account_desk(exchange):
            pass
        await one.order()
        await until(lambda: one.is_complete)
        assert one.of(AccountFeedLost) == []
        assert "DELETE /fapi/v1/listenKey" not in one.asked


async def test_events_of_an_order_arrive_before_its_answer(desk: AccountDesk) -> None:
    """Section 12, point 5."""
    desk.exchange.arm(FaultKind.LATE_ANSWER, "POST /fapi/v1/order", delay_ms=200)
    await desk.order()
    assert desk.is_complete


async def test_an_expired_remainder_holds_fills() -> None:
    """Section 12, point 5, and section 3.2: x=EXPIRED with z above nought."""
    thin = Fills(depth=Ladder(level_quote=Decimal(10), levels=3))
    market = market_of("BTCUSDT")
    async with (
        loopback(market, pace=ByHand(), terms=GENEROUS, fills=thin) as exchange,
        account_desk(exchange) as desk,
    ):
        await desk.order(quantity="0.010")
        await until(lambda: bool(desk.of(OrderExpired)))

        assert [str(each.remaining) for each in desk.of(OrderFilled)] == ["0.009", "0.008", "0.007"]
        assert desk.of(OrderExpired)[0].cause == "the rest of a market order"


@pytest.mark.parametrize("keeps_name", [True, False])
async def test_finished_with_empty_actual_order_id_may_be_filled(
    desk: AccountDesk, keeps_name: bool
) -> None:
    """Section 12, point 6, and section 2.5, point 6."""
    switch(desk, finished_hides_child=True, child_keeps_client_id=keeps_name)
    await protected(desk)
    desk.exchange.protocol.silence_listen_key(desk.exchange.account)
    desk.move("0.98")
    await until(lambda: desk.is_complete)
    assert desk.fills[1].client_order_id == "stop"


async def test_finished_without_any_trade_is_an_order_that_is_gone(desk: AccountDesk) -> None:
    """Section 2.5: FINISHED says that the child was filled or cancelled, not which."""
    switch(desk, finished_hides_child=True)
    await protected(desk, type="STOP", price=desk.near("1.02"), side="SELL")
    desk.move("0.98")
    await until(lambda: bool(desk.of(OrderTriggered)))
    await desk.cancel(int(desk.of(OrderTriggered)[0].child_order_id))
    await until(lambda: bool(desk.of(OrderCanceled)))
    assert desk.of(OrderCanceled)[0].client_order_id == "stop"


async def test_closing_the_position_expires_close_position_orders(desk: AccountDesk) -> None:
    """Section 12, point 6."""
    await protected(desk, close_position="true")
    await desk.order("SELL")
    await until(lambda: bool(desk.of(OrderExpired)))
    assert desk.of(OrderExpired)[0].client_order_id == "stop"


async def test_reduce_only_orders_survive_the_position(desk: AccountDesk) -> None:
    """Section 12, point 6, and section 8, line 12: they rest on, and the snapshot says so."""
    await protected(desk)
    await desk.order("SELL")
    await until(lambda: desk.is_complete)
    snapshot = await venue_of(desk).snapshot()
    assert [each.client_order_id for each in snapshot.orders] == ["stop"]
    assert snapshot.positions == ()
    assert desk.of(OrderExpired) == []


async def test_an_order_may_be_rejected_at_its_trigger(desk: AccountDesk) -> None:
    """Section 12, point 6: with a text, and without a code."""
    switch(desk, trigger_refusal="Margin is insufficient.")
    await protected(desk)
    desk.move("0.98")
    await until(lambda: bool(desk.of(OrderRejected)))
    rejected = desk.of(OrderRejected)[0]
    assert (rejected.client_order_id, rejected.message) == ("stop", "Margin is insufficient.")
    assert next(iter(desk.exchange.account.history.algos)).status is AlgoStatus.REJECTED


async def test_position_risk_tells_nothing_of_a_flat_symbol(desk: AccountDesk) -> None:
    """Section 12, point 8: a symbol that is not there is flat."""
    await desk.order()
    await until(lambda: desk.is_complete)
    desk.exchange.arm(FaultKind.DROPPED_FRAME, times=None)
    await desk.order("SELL")
    await until(lambda: desk.is_complete)
    assert await desk.questions.positions() == []
    await until(lambda: desk.of(PositionReported)[-1].position.is_flat)


async def test_a_liquidation_is_told_as_fills_of_the_exchange(exchange: Loopback) -> None:
    """Section 3.1: forced orders come under the exchange's own names."""
    async with account_desk(exchange) as desk:
        await desk.order(quantity="2.500")
        desk.exchange.protocol.venue.exchange.set_leverage(exchange.account, "BTCUSDT", 20)
        desk.move("0.90")
        desk.mark("1")
        await until(lambda: desk.is_complete and len(desk.fills) > 1)
        assert desk.fills[-1].client_order_id.startswith("autoclose-")


async def test_unknown_fields_and_event_types_are_ignored(desk: AccountDesk) -> None:
    """Section 12, point 10."""
    desk.exchange.arm(FaultKind.EXTRA_FRAME_FIELDS, "ORDER_TRADE_UPDATE", times=None)
    desk.exchange.arm(FaultKind.STRANGE_FRAME, "ACCOUNT_UPDATE", times=None)
    desk.exchange.arm(FaultKind.EXTRA_FIELDS, "GET *", times=None)
    await desk.order()
    await until(lambda: desk.is_complete)
    assert desk.of(AccountFeedLost) == []
