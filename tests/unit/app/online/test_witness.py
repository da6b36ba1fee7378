"""What the private stream tells is remembered, and waited for."""

import asyncio

from noctule.app.online.witness import Witness
from noctule.domain.order import ClientOrderId, OrderKind, OrderState
from tests.fakes.user_frames import account_frame, algo_frame, new_order_frame, order_frame

MINE = ClientOrderId("mine")


async def test_a_report_is_waited_for() -> None:
    witness = Witness()
    task = asyncio.get_running_loop().create_task(witness.report_of(MINE, OrderState.FILLED))
    await asyncio.sleep(0)
    witness.on_frame(new_order_frame())
    await asyncio.sleep(0)
    assert not task.done()
    witness.on_frame(order_frame())

    assert (await task).filled > 0


async def test_what_was_told_before_is_not_waited_for() -> None:
    witness = Witness()
    witness.on_frame(new_order_frame())
    witness.on_frame(order_frame())

    assert (await witness.report_of(MINE, OrderState.OPEN)).state is OrderState.OPEN
    assert [each.state for each in witness.reports(MINE)] == [OrderState.OPEN, OrderState.FILLED]


async def test_conditional_orders_are_heard_too() -> None:
    witness = Witness()
    witness.on_frame(algo_frame())

    report = await witness.report_of(ClientOrderId("stop"), OrderState.OPEN)
    assert report.kind is OrderKind.STOP_MARKET


async def test_what_cannot_be_read_is_counted_and_what_is_not_about_orders_passes() -> None:
    witness = Witness()
    witness.on_frame(b"<!>")
    witness.on_frame(account_frame())

    assert witness.unreadable == 1
    assert witness.reports(MINE) == ()


async def test_the_stream_comes_and_goes() -> None:
    witness = Witness()
    witness.on_restored()
    assert witness.connected.is_set()
    witness.on_lost("cut")
    assert not witness.connected.is_set()
    assert witness.lost_because == "cut"
