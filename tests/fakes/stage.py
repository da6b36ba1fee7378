"""A bus on which scripts are played, and a reading of the same scripts without any bus."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import TypeAlias

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.events.base import QueueName
from tests.fakes.bus import live, new_bus
from tests.fakes.scripts import DataScript, OrderScript, Script, SignalScript

__all__ = ["Journal", "Stage", "expected", "expected_journal", "played_inline", "played_live"]

Journal: TypeAlias = dict[QueueName, list[str]]


class Stage:
    """A bus whose handlers do what their events say, and a journal of what was delivered."""

    def __init__(self, capacity: int) -> None:
        self.bus = new_bus(capacity=capacity)
        self.journal: Journal = {name: [] for name in QueueName}
        self.entered: Journal = {name: [] for name in QueueName}  # in the order they came
        self.requests: list[str] = []  # to the executor
        self._outbox: asyncio.Queue[Script] = asyncio.Queue(maxsize=1_000)
        self._in_flight = 0

    def use(self, handler: Callable[[Script], Coroutine[object, None, None]]) -> None:
        """Play every script by this handler."""
        self.bus.subscribe(DataScript, handler)
        self.bus.subscribe(SignalScript, handler)
        self.bus.subscribe(OrderScript, handler)

    async def play_live(self, event: Script) -> None:
        """Play a script, pauses included."""
        self.journal[event.queue].append(event.label)
        for act in event.acts:
            for _ in range(act.pauses):
                await asyncio.sleep(0)
            if act.asks_executor:
                self._ask(act.event)
            elif act.event.queue is event.queue:
                await self.bus.publish(act.event)
            else:
                await self.enter(act.event)
        _fail_if_told(event)

    async def play_inline(self, event: Script) -> None:
        """Play a script without its pauses."""
        self.journal[event.queue].append(event.label)
        for act in event.acts:
            await self.bus.publish(act.event)
        _fail_if_told(event)

    async def enter(self, event: Script) -> None:
        """Publish an event that is no follow-up."""
        self.entered[event.queue].append(event.label)
        await self.bus.publish(event)

    async def enter_all(self, events: Iterable[Script]) -> None:
        """Publish one event after the other."""
        for event in events:
            await self.enter(event)

    async def execute(self, clock: VirtualClock) -> None:
        """Answer requests on the order queue, slowly and from outside, as an executor does."""
        while True:
            answer = await self._outbox.get()
            await clock.sleep_ms(7)
            await self.enter(answer)
            self._in_flight -= 1
            self._outbox.task_done()

    async def rest(self) -> None:
        """Return once no event and no request is under way."""
        await self.bus.settle()
        while self._in_flight:
            await self._outbox.join()
            await self.bus.settle()

    def _ask(self, answer: Script) -> None:
        self.requests.append(answer.label)
        self._outbox.put_nowait(answer)
        self._in_flight += 1


def played_live(roots: Sequence[Script], capacity: int, *, settles: bool) -> Journal:
    """Publish the roots from one task, and return what was delivered."""
    stage = Stage(capacity)
    stage.use(stage.play_live)

    async def main(_clock: VirtualClock) -> None:
        async with live(stage.bus):
            for root in roots:
                await stage.bus.publish(root)
                if settles:
                    await stage.bus.settle()
            await stage.bus.settle()

    run_virtual(main, start_ms=0)
    return stage.journal


def played_inline(roots: Sequence[Script], capacity: int) -> Journal:
    """Drive the roots one after the other, and return what was delivered."""
    stage = Stage(capacity)
    stage.use(stage.play_inline)
    for root in roots:
        stage.bus.drive(root)
    return stage.journal


def expected_journal(roots: Sequence[Script]) -> Journal:
    """Say how all three queues go when these roots of the data queue are published in turn."""
    data, opinions = expected(roots)
    signal, orders = expected(opinions)
    order, _ = expected(orders)
    return {QueueName.DATA: data, QueueName.SIGNAL: signal, QueueName.ORDER: order}


def expected(roots: Iterable[Script]) -> tuple[list[str], list[Script]]:
    """Say from the scripts alone how one queue goes, and what it hands to the next one."""
    labels: list[str] = []
    handed_on: list[Script] = []
    for root in roots:
        follow_ups = deque([root])
        while follow_ups:
            event = follow_ups.popleft()
            labels.append(event.label)
            for act in event.acts:
                if not act.asks_executor:
                    is_follow_up = act.event.queue is root.queue
                    (follow_ups if is_follow_up else handed_on).append(act.event)
    return labels, handed_on


def _fail_if_told(event: Script) -> None:
    if event.fails:
        raise ValueError(f"{event.label} was told to fail")
