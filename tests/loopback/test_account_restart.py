"""The account stream stopped and started again, as the supervisor does: nothing falls between."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from noctule.adapters.sim.pacing import ByHand
from noctule.domain.events.order import (
    AccountFeedRestored,
    AccountSnapshotTaken,
    OrderCanceled,
    OrderFilled,
    OrderTriggered,
)
from tests.fakes.account_desk import GENEROUS, AccountDesk, account_desk, until
from tests.fakes.loopback import Loopback, loopback, market_of


@pytest_asyncio.fixture
async def exchange() -> AsyncIterator[Loopback]:
    market = market_of("BTCUSDT", "ETHUSDT")
    async with loopback(market, pace=ByHand(), terms=GENEROUS) as exchange:
        yield exchange


@pytest_asyncio.fixture
async def desk(exchange: Loopback) -> AsyncIterator[AccountDesk]:
    async with account_desk(exchange) as desk:
        yield desk


async def restored(desk: AccountDesk, listening: asyncio.TaskGroup) -> list[str]:
    """Start the stream again, and return what it tells until all is well again."""
    before = len(desk.told)
    await desk.stream.start()
    listening.create_task(desk.listen())
    await until(lambda: any(isinstance(each, AccountFeedRestored) for each in desk.told[before:]))
    return [type(each).__name__ for each in desk.told[before:]]


async def test_what_happened_meanwhile_is_told_as_after_a_lost_stream(desk: AccountDesk) -> None:
    await desk.order()
    await desk.stop()
    await until(lambda: desk.is_complete)
    async with asyncio.TaskGroup() as listening:
        await desk.stream.stop()
        desk.move("0.98")
        kinds = await restored(desk, listening)
        await desk.stream.stop()

    assert kinds[0] == "AccountFeedLost"
    assert kinds[-2:] == ["AccountSnapshotTaken", "AccountFeedRestored"]
    assert desk.of(OrderTriggered)[0].client_order_id == "stop"
    assert [str(each.signed_quantity) for each in desk.fills] == ["0.010", "-0.010"]
    assert desk.of(AccountSnapshotTaken)[-1].snapshot.positions == ()


async def test_what_nobody_had_read_is_told_after_the_start(desk: AccountDesk) -> None:
    await desk.stream.stop()
    await desk.stream.start()  # nobody reads
    rests = {"type": "LIMIT", "price": desk.near("0.9"), "time_in_force": "GTC"}
    order = await desk.order("BUY", "0.020", **rests)
    await desk.order()
    await desk.cancel(order["orderId"])
    await until(lambda: {OrderFilled, OrderCanceled} <= set(map(type, desk.stream._feed._line)))
    await desk.stream.stop()
    async with asyncio.TaskGroup() as listening:
        await restored(desk, listening)
        await desk.stream.stop()

    assert [each.client_order_id for each in desk.of(OrderCanceled)] == [order["clientOrderId"]]
    assert [str(each.signed_quantity) for each in desk.fills] == ["0.010"]
