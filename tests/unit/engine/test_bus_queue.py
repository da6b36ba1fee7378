"""A bounded queue keeps its order, its bound and its word to everyone who waits."""

import asyncio

import pytest

from noctule.domain.events.base import Event
from noctule.engine.bus_queue import EventQueue
from tests.fakes.events import Quote, deed, quote, tick


class Mark(Quote, frozen=True, kw_only=True):
    """Another class than its base, with the same slot."""


MARK = Mark(at_ms=0, trace="older", label="older", symbol="BTCUSDT")


def queue_of(*events: Event, capacity: int | None = None) -> EventQueue:
    queue = EventQueue(capacity or len(events))
    for event in events:
        assert queue.try_put(event, 0)
    return queue


async def take(queue: EventQueue) -> str:
    taken = await queue.get()
    assert taken is not None
    event, _ = taken
    queue.done()
    return event.trace


async def take_all(queue: EventQueue) -> list[str]:
    return [await take(queue) for _ in range(queue.unfinished)]


async def test_events_leave_in_the_order_they_came_with_the_time_they_came() -> None:
    queue = EventQueue(2)
    queue.try_put(tick("a"), 7)
    queue.try_put(tick("b"), 9)

    assert await queue.get() == (tick("a"), 7)
    queue.done()
    assert await queue.get() == (tick("b"), 9)


def test_a_queue_without_room_for_one_event_is_refused() -> None:
    with pytest.raises(AssertionError, match="capacity is 0"):
        EventQueue(0)


def test_a_full_queue_takes_no_more_and_remembers_how_full_it_was() -> None:
    queue = queue_of(tick("a"), tick("b"))

    assert not queue.try_put(tick("c"), 0)
    assert len(queue) == 2
    assert queue.high_water == 2


async def test_the_high_water_mark_stays_when_the_water_falls() -> None:
    queue = queue_of(tick("a"), tick("b"), capacity=5)
    await take_all(queue)
    queue.try_put(tick("c"), 0)

    assert (len(queue), queue.high_water) == (1, 2)


async def test_a_reader_of_an_empty_queue_waits_for_the_next_event() -> None:
    queue = EventQueue(2)
    async with asyncio.TaskGroup() as group:
        reader = group.create_task(take(queue))
        await asyncio.sleep(0)
        queue.try_put(tick("a"), 0)
        queue.try_put(tick("b"), 0)

    assert reader.result() == "a"
    assert await take_all(queue) == ["b"]


async def test_a_reader_that_is_cancelled_loses_no_event_not_even_in_that_instant() -> None:
    queue = EventQueue(1)
    async with asyncio.TaskGroup() as group:
        reader = group.create_task(take(queue))
        await asyncio.sleep(0)
        queue.try_put(tick("a"), 0)
        reader.cancel()

    assert reader.cancelled()
    assert await take_all(queue) == ["a"]


async def test_there_is_one_event_in_hand_at_a_time() -> None:
    queue = queue_of(tick("a"), tick("b"))
    await queue.get()
    with pytest.raises(AssertionError, match="one reader, one event at a time"):
        await queue.get()


async def test_a_publisher_does_not_wait_while_there_is_room() -> None:
    queue = EventQueue(1)
    await queue.put(tick("a"), 0)

    assert await take_all(queue) == ["a"]


async def test_publishers_in_front_of_a_full_queue_enter_in_the_order_they_came() -> None:
    queue = queue_of(tick("a"))
    async with asyncio.TaskGroup() as group:
        for label in "bcd":
            group.create_task(queue.put(tick(label), 0))
        await asyncio.sleep(0)
        assert (len(queue), queue.unfinished) == (1, 4)
        assert await take_all(queue) == ["a", "b", "c", "d"]


async def test_an_event_that_stood_in_line_has_waited_since_it_came() -> None:
    queue = queue_of(tick("a"))
    queue.wait_in_line(tick("b"), 5, lambda: None)
    await take(queue)

    assert await queue.get() == (tick("b"), 5)


async def test_who_stands_in_line_is_told_once_the_event_has_entered() -> None:
    queue = queue_of(tick("a"))
    told: list[str] = []
    queue.wait_in_line(tick("b"), 0, lambda: told.append("b is in"))
    assert told == []
    await take(queue)
    assert told == ["b is in"]


async def test_a_publisher_that_gives_up_takes_its_event_along_and_no_other() -> None:
    queue = queue_of(tick("a"))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(queue.put(tick(label), 0)) for label in "bcd"]
        await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.sleep(0)
        assert await take_all(queue) == ["a", "b", "d"]


async def test_a_publisher_that_gives_up_too_late_has_published() -> None:
    queue = queue_of(tick("a"))
    async with asyncio.TaskGroup() as group:
        publisher = group.create_task(queue.put(tick("b"), 0))
        await asyncio.sleep(0)
        await take(queue)
        publisher.cancel()

    assert publisher.cancelled()
    assert await take_all(queue) == ["b"]


async def test_nothing_is_replaced_while_there_is_room() -> None:
    queue = queue_of(quote("older"), capacity=2)

    assert queue.try_put(quote("newer"), 0)
    assert queue.replaced == 0
    assert await take_all(queue) == ["older", "newer"]


async def test_in_a_full_queue_the_newer_replaces_the_older_and_goes_to_the_end() -> None:
    queue = queue_of(tick("a"), quote("older"), tick("b"))

    assert queue.try_put(quote("newer"), 0)
    assert queue.replaced == 1
    assert await take_all(queue) == ["a", "b", "newer"]


async def test_of_several_older_ones_the_oldest_is_replaced() -> None:
    queue = queue_of(quote("oldest"), tick("a"), quote("older"))
    queue.try_put(quote("newer"), 0)

    assert await take_all(queue) == ["a", "older", "newer"]


@pytest.mark.parametrize(
    ("queued", "newer"),
    [
        pytest.param(quote("older", "BTCUSDT"), quote("newer", "ETHUSDT"), id="another slot"),
        pytest.param(MARK, quote("newer"), id="another class"),
        pytest.param(tick("older"), quote("newer"), id="another kind of class"),
        pytest.param(tick("older"), tick("newer"), id="a class that waits"),
        pytest.param(quote("older"), tick("newer"), id="a class that may be replaced"),
    ],
)
async def test_nothing_but_an_older_one_of_its_own_slot_is_ever_replaced(
    queued: Event, newer: Event
) -> None:
    queue = queue_of(queued)

    assert not queue.try_put(newer, 0)
    assert queue.replaced == 0
    assert await take_all(queue) == ["older"]


@pytest.mark.parametrize("others", [(), (tick("a"),)])
async def test_who_replaces_stands_behind_those_in_line(others: tuple[Event, ...]) -> None:
    queue = queue_of(quote("older"), *others)
    async with asyncio.TaskGroup() as group:
        group.create_task(queue.put(tick("closed"), 0))
        await asyncio.sleep(0)
        group.create_task(queue.put(quote("newer"), 0))
        await asyncio.sleep(0)
        assert queue.replaced == 1
        assert len(queue) == queue.capacity
        assert await take_all(queue) == [*(event.trace for event in others), "closed", "newer"]


async def test_a_newer_one_in_line_is_not_overtaken_by_one_newer_still() -> None:
    queue = queue_of(tick("a"))
    async with asyncio.TaskGroup() as group:
        for label in ("newer", "newest"):
            group.create_task(queue.put(quote(label), 0))
        await asyncio.sleep(0)
        assert await take_all(queue) == ["a", "newer", "newest"]


async def test_join_returns_at_once_when_nothing_is_unfinished() -> None:
    await EventQueue(1).join()


async def test_join_waits_for_what_is_queued_in_line_and_in_hand() -> None:
    queue = queue_of(tick("a"))
    queue.wait_in_line(tick("b"), 0, lambda: None)
    async with asyncio.TaskGroup() as group:
        joiners = [group.create_task(queue.join()) for _ in range(2)]
        await asyncio.sleep(0)
        for _ in range(2):
            await queue.get()
            await asyncio.sleep(0)
            assert [joiner.done() for joiner in joiners] == [False, False]
            queue.done()


async def test_join_goes_on_waiting_for_an_event_that_comes_before_it_has_returned() -> None:
    queue = queue_of(tick("a"))
    async with asyncio.TaskGroup() as group:
        joiner = group.create_task(queue.join())
        await asyncio.sleep(0)
        await take(queue)
        queue.try_put(deed("b"), 0)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not joiner.done()
        await take(queue)


async def test_a_joiner_may_be_told_twice_before_it_wakes() -> None:
    queue = queue_of(tick("a"))
    async with asyncio.TaskGroup() as group:
        group.create_task(queue.join())
        await asyncio.sleep(0)
        await take(queue)
        queue.try_put(tick("b"), 0)
        await take(queue)


async def test_a_joiner_that_gives_up_leaves_the_others_waiting() -> None:
    queue = queue_of(tick("a"))
    async with asyncio.TaskGroup() as group:
        impatient, patient = (group.create_task(queue.join()) for _ in range(2))
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.sleep(0)
        assert not patient.done()
        await take(queue)
    assert not patient.cancelled()


async def test_a_reader_that_is_called_looks_up_once_and_finds_the_event_afterwards() -> None:
    queue = queue_of(tick("a"))
    queue.call()

    assert await queue.get() is None
    assert await take(queue) == "a"


async def test_a_reader_that_waits_is_called_and_is_known_to_wait() -> None:
    queue = EventQueue(1)
    async with asyncio.TaskGroup() as group:
        reader = group.create_task(queue.get())
        await asyncio.sleep(0)
        assert queue.is_awaited
        queue.call()

    assert reader.result() is None
