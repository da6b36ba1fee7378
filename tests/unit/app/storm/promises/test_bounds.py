"""What grows is told, once in a process."""

import asyncio
from types import SimpleNamespace

from noctule.app.storm.promises.bounds import NothingGrows
from noctule.domain.order import Order, OrderState
from noctule.orders.blotter import Blotter
from noctule.orders.ticket import Ticket
from tests.builders import order_request
from tests.fakes.storm_court import Court, a_life


async def test_what_stays_small_is_fine() -> None:
    court = Court(NothingGrows)
    court.wait(60_000)
    assert court.told == []


async def test_a_queue_that_fills_is_told_once() -> None:
    court = Court(NothingGrows)
    court.life.bot.bus.metrics().queues["order"].unfinished = 30  # type: ignore[misc]  # a fake's
    court.wait(60_000)
    assert court.told == ["30 events wait in the order queue"]
    court.end()
    court.begin()
    court.wait(60_000)
    assert len(court.told) == 2


async def test_a_publisher_that_had_to_wait_is_told() -> None:
    court = Court(NothingGrows)
    court.life.bot.bus.metrics().queues["order"].stalls = 1  # type: ignore[misc]  # a fake's
    court.wait(10_000)
    assert court.told == ["the order queue let publishers stand in line"]


async def test_a_book_without_end_is_told() -> None:
    court = Court(NothingGrows)
    book, desk = Blotter(ended_max=10_000), court.life.bot.trading.desk
    for number in range(2_300):
        request = order_request(client_order_id=str(number))  # type: ignore[arg-type]  # any name
        book.reserve(Ticket(Order(request=request, state=OrderState.FILLED), since_ms=0))
    desk.blotter = book
    desk.brackets = dict.fromkeys("abc", SimpleNamespace())  # type: ignore[arg-type]  # a fake's
    court.wait(10_000)
    assert court.told == ["2300 orders are remembered", "3 brackets on 2 symbols"]


async def test_tasks_that_pile_up_are_told() -> None:
    court = Court(NothingGrows)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(asyncio.sleep(3_600)) for _ in range(200)]
        court.wait(10_000)
        for task in tasks:
            task.cancel()
    assert court.told == ["201 tasks run"]


async def test_before_a_process_runs_nothing_is_counted() -> None:
    court = Court(NothingGrows, life=a_life(is_running=False))
    court.life.bot.bus.metrics().queues["order"].stalls = 1  # type: ignore[misc]  # a fake's
    court.wait(10_000)
    assert court.told == []
