"""The outbox: what must be delivered is, in order; of the rest only the newest."""

import asyncio

from noctule.adapters.binance.market.event_outbox import EventOutbox
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.events.base import DataEvent
from noctule.domain.events.data import DataTimerFired

SLOT = ("slot",)


def event(name: str) -> DataEvent:
    return DataTimerFired(at_ms=0, trace="", timer=name)


async def names(outbox: EventOutbox) -> list[str]:
    """Return what is in the outbox once it is closed."""
    outbox.close()
    found = []
    while (told := await outbox.get()) is not None:
        assert isinstance(told, DataTimerFired)
        found.append(told.timer)
    return found


async def test_events_leave_in_the_order_they_came() -> None:
    outbox = EventOutbox(events_max=10)
    for name in "abc":
        outbox.put(event(name))
    assert await names(outbox) == ["a", "b", "c"]


async def test_a_newer_event_takes_the_place_of_the_older_one_of_its_slot() -> None:
    outbox = EventOutbox(events_max=10)
    outbox.replace(event("old"), SLOT)
    outbox.put(event("firm"))
    outbox.replace(event("new"), SLOT)
    outbox.replace(event("other"), ("other",))
    assert len(outbox) == 3
    assert await names(outbox) == ["new", "firm", "other"]


async def test_after_settling_a_slot_its_next_event_comes_later_in_line() -> None:
    outbox = EventOutbox(events_max=10)
    outbox.replace(event("update 1"), SLOT)
    outbox.settle(SLOT)
    outbox.put(event("close 1"))
    outbox.replace(event("update 2"), SLOT)
    outbox.replace(event("update 2b"), SLOT)
    assert await names(outbox) == ["update 1", "close 1", "update 2b"]


async def test_a_slot_whose_event_was_fetched_begins_anew() -> None:
    outbox = EventOutbox(events_max=10)
    outbox.replace(event("a"), SLOT)
    await outbox.get()
    outbox.replace(event("b"), SLOT)
    assert await names(outbox) == ["b"]


async def test_only_what_cannot_be_replaced_fills_it() -> None:
    outbox = EventOutbox(events_max=2)
    was_full = []
    for step in "rppgg":
        if step == "r":
            outbox.replace(event(step), SLOT)
        elif step == "p":
            outbox.put(event(step))
        else:
            await outbox.get()
        was_full.append(outbox.is_full)
    assert was_full == [False, False, True, True, False]


async def test_what_waits_can_be_looked_at() -> None:
    outbox = EventOutbox(events_max=2)
    outbox.replace(event("a"), SLOT)
    outbox.put(event("b"))
    assert outbox.waiting() == (event("a"), event("b"))


def test_who_waits_for_an_event_gets_it_when_it_comes() -> None:
    async def main(clock: VirtualClock) -> DataEvent | None:
        outbox = EventOutbox(events_max=2)
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(outbox.get())
            await clock.sleep_ms(5)
            assert not reading.done()
            outbox.put(event("a"))
        return reading.result()

    assert run_virtual(main, start_ms=0) == event("a")


async def test_once_closed_and_empty_it_says_so_until_it_is_reopened() -> None:
    outbox = EventOutbox(events_max=2)
    outbox.close()
    assert await outbox.get() is None
    outbox.reopen()
    outbox.put(event("a"))
    assert await outbox.get() == event("a")
