"""Porters carry the most urgent first, at once where they are told to, and lose nothing."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from noctule.engine.lane_queue import Errand, Urgency
from noctule.engine.porters import Porters
from noctule.orders.steps import Look
from noctule.telemetry.logs import TRACE
from tests.builders import BTCUSDT


class Depot:
    """Errands that wait, and what was said of those that were carried."""

    def __init__(self) -> None:
        self.waiting: deque[Errand] = deque()
        self.said: list[str] = []
        self.traces: list[str] = []  # under which an answer was heard
        self.answered = asyncio.Event()
        self.porters = Porters(
            take=lambda: self.waiting.popleft() if self.waiting else None,
            carry_out=self.carry_out,
            on_rest=lambda: self.said.append("rests"),
            most=2,
        )

    def bring(self, *names: str) -> None:
        for name in names:
            errand = Errand(symbol=BTCUSDT, step=Look(), trace=name, urgency=Urgency.QUESTION)
            self.waiting.append(errand)
            self.porters.send()

    async def carry_out(self, errand: Errand) -> None:
        self.said.append(f"{errand.trace} left")
        try:
            await self.answered.wait()
            self.traces.append(TRACE.get())
            self.said.append(f"{errand.trace} answered")
        except BaseException as exc:
            self.said.append(f"{errand.trace} {type(exc).__name__}")
            raise


@asynccontextmanager
async def working(depot: Depot) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        depot.porters.begin(group)
        assert depot.porters.may_work
        yield
        depot.porters.end()
    depot.porters.forget()


async def test_who_is_let_set_off_carries_at_once_and_goes_on_as_a_task_of_its_own() -> None:
    depot = Depot()
    async with working(depot):
        depot.bring("a", "b")
        assert depot.said == []
        depot.porters.set_off()
        assert depot.said == ["a left", "b left"]
        await asyncio.sleep(0)
        depot.answered.set()

    assert depot.said[2:] == ["a answered", "rests", "b answered", "rests"]


async def test_more_than_may_carry_at_a_time_wait_for_the_first_that_is_back() -> None:
    depot = Depot()
    async with working(depot):
        depot.bring("a", "b", "c")
        depot.porters.set_off()
        assert depot.said == ["a left", "b left"]
        depot.answered.set()

    assert "c answered" in depot.said


async def test_who_finds_nothing_to_carry_rests() -> None:
    depot = Depot()
    async with working(depot):
        depot.porters.send()
        depot.porters.set_off()
    assert depot.said == ["rests"]


async def test_what_left_in_the_name_of_a_porter_that_never_began_is_cancelled_and_told() -> None:
    depot = Depot()
    tasks = asyncio.all_tasks()
    async with working(depot):
        depot.bring("a")
        depot.porters.set_off()
        for porter in asyncio.all_tasks() - tasks:
            porter.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert depot.said == ["a left", "a CancelledError", "rests"]
        depot.bring("b", "c")  # and its place is free again
        depot.porters.set_off()
        depot.answered.set()

    assert depot.said[3:5] == ["b left", "c left"]


async def test_once_they_must_end_nothing_leaves_in_the_name_of_who_was_called_before() -> None:
    depot = Depot()
    async with working(depot):
        depot.bring("a")
        depot.porters.end()
        depot.porters.set_off()
        assert depot.said == []
        depot.answered.set()

    assert depot.said == ["a left", "a answered", "rests"]  # as a task that nobody cancelled


async def test_what_is_carried_goes_on_under_its_own_trace_whoever_called_the_porter() -> None:
    depot = Depot()
    async with working(depot):
        TRACE.set("another's")
        depot.bring("a")
        depot.porters.set_off()
        depot.answered.set()

    assert depot.traces == ["a"]


async def test_where_nobody_lets_them_work_nothing_is_carried() -> None:
    depot = Depot()
    depot.bring("a")
    depot.porters.set_off()
    assert not depot.porters.may_work
    assert depot.said == []


async def test_one_is_sent_when_a_pause_is_over() -> None:
    depot, is_over = Depot(), asyncio.Event()

    async def pause() -> None:
        await is_over.wait()

    async with working(depot):
        depot.answered.set()
        depot.waiting.append(
            Errand(symbol=BTCUSDT, step=Look(), trace="a", urgency=Urgency.QUESTION)
        )
        depot.porters.send_after(pause)
        await asyncio.sleep(0)
        assert depot.said == []
        is_over.set()
        for _ in range(5):
            await asyncio.sleep(0)

    assert depot.said == ["a left", "a answered", "rests"]
