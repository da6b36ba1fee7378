"""However narrow the queues, whatever events cause: nothing lost, nothing twice, all in order."""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.events.base import Event, QueueName
from tests.fakes.bus import live, new_bus
from tests.fakes.events import Quote, Tick, quote, tick
from tests.fakes.scripts import Script, data_scripts, family, named, order_scripts
from tests.fakes.stage import Stage, expected, expected_journal, played_inline, played_live

WORLD_SECONDS = 10  # how long a thread may be kept waiting before its test has failed

capacities = st.integers(1, 3)
busy_data = data_scripts(asks=st.booleans())
busy_orders = order_scripts(asks=st.booleans())


@pytest.fixture(autouse=True, scope="module")
def handlers_fail_silently() -> Iterator[None]:
    """Keep the log of thousands of failures that were asked for."""
    log = logging.getLogger("noctule")
    level = log.level
    log.setLevel(logging.CRITICAL)
    yield
    log.setLevel(level)


@given(st.lists(data_scripts() | order_scripts(), max_size=4), capacities)
def test_live_root_by_root_and_inline_deliver_the_same_events_in_the_same_order(
    drawn: list[Script], capacity: int
) -> None:
    roots = named(drawn)
    inline = played_inline(roots, capacity)

    assert played_live(roots, capacity, settles=True) == inline
    assert sorted(chain(*inline.values())) == sorted(event.label for event in family(roots))


@given(st.lists(data_scripts(), max_size=6), capacities)
def test_without_settling_in_between_each_queue_still_goes_in_the_inline_order(
    drawn: list[Script], capacity: int
) -> None:
    roots = named(drawn)

    assert played_inline(roots, capacity) == expected_journal(roots)
    assert played_live(roots, capacity, settles=False) == expected_journal(roots)


@given(
    st.lists(st.lists(busy_data, max_size=3), max_size=3),
    st.lists(st.lists(busy_orders, max_size=3), max_size=2),
    capacities,
)
def test_many_publishers_and_a_slow_executor_that_answers_lose_nothing_and_never_deadlock(
    drawn_data: list[list[Script]], drawn_orders: list[list[Script]], capacity: int
) -> None:
    stories = [named(roots, f"{n}:") for n, roots in enumerate(drawn_data + drawn_orders)]
    stage = Stage(capacity)
    stage.use(stage.play_live)

    async def main(clock: VirtualClock) -> None:
        async with live(stage.bus), asyncio.TaskGroup() as group:
            executor = group.create_task(stage.execute(clock))
            async with asyncio.TaskGroup() as publishers:
                for story in stories:
                    publishers.create_task(stage.enter_all(story))
            await stage.rest()
            executor.cancel()

    run_virtual(main, start_ms=0)
    check(stage, stories, capacity)
    for name, entered in stage.entered.items():
        assert [each for each in stage.journal[name] if each in set(entered)] == entered


@given(st.lists(busy_data, max_size=4), st.lists(busy_orders, max_size=4), capacities)
def test_publishers_in_threads_lose_nothing_and_never_deadlock_either(
    drawn_data: list[Script], drawn_orders: list[Script], capacity: int
) -> None:
    drawn = (drawn_data[::2], drawn_data[1::2], drawn_orders)
    stories = [named(roots, f"{n}:") for n, roots in enumerate(drawn)]
    stage = Stage(capacity)
    stage.use(stage.play_live)

    def publish_from_thread(story: Sequence[Script]) -> None:
        for event in story:
            stage.bus.publish_from_thread(event).result(WORLD_SECONDS)

    async def main(clock: VirtualClock) -> None:
        async with live(stage.bus), asyncio.TaskGroup() as group:
            executor = group.create_task(stage.execute(clock))
            async with asyncio.TaskGroup() as publishers:
                publishers.create_task(stage.enter_all(stories[0]))
                for story in stories[1:]:
                    publishers.create_task(asyncio.to_thread(publish_from_thread, story))
            await stage.rest()
            executor.cancel()

    run_virtual(main, start_ms=0)
    check(stage, stories, capacity)


def check(stage: Stage, stories: Sequence[Sequence[Script]], capacity: int) -> None:
    """Hold what was delivered against the scripts, whichever publisher came first."""
    events = {event.label: event for event in family(chain(*stories))}
    outside = {root.label for root in chain(*stories)}
    delivered = stage.journal
    assert sorted(chain(*delivered.values())) == sorted(events)

    # Given who came first, the scripts say how every queue went to its last event.
    data, opinions = expected(events[each] for each in delivered[QueueName.DATA] if each in outside)
    signal, orders = expected(opinions)
    handed_on = [event.label for event in orders]
    entered = outside.union(handed_on, stage.requests)
    order, _ = expected(events[each] for each in delivered[QueueName.ORDER] if each in entered)
    assert delivered == {QueueName.DATA: data, QueueName.SIGNAL: signal, QueueName.ORDER: order}

    # And whoever published came first with what it published first.
    firsts = [[root.label for root in story] for story in stories]
    for mine in (*firsts, handed_on, stage.requests):
        assert [each for each in data + order if each in set(mine)] == mine

    metrics = stage.bus.metrics()
    assert all(queue.high_water <= capacity for queue in metrics.queues.values())
    failures = sum(tally.errors for tally in metrics.events.values())
    assert failures == sum(event.fails for event in events.values())


moves = st.sampled_from(["closed", "BTCUSDT", "ETHUSDT"])


@given(st.lists(st.lists(moves, max_size=8), min_size=1, max_size=3), st.integers(0, 4), capacities)
def test_overflow_replaces_nothing_but_older_moves_and_lets_nothing_overtake(
    drawn: list[list[str]], pauses: int, capacity: int
) -> None:
    stories = [told(moves, f"{number}") for number, moves in enumerate(drawn)]
    bus = new_bus(capacity=capacity)
    entered: list[Event] = []

    async def dawdle(_event: Event) -> None:
        for _ in range(pauses):
            await asyncio.sleep(0)

    async def publish_all(story: Iterable[Event]) -> None:
        for event in story:
            entered.append(event)
            await bus.publish(event)

    async def main(_clock: VirtualClock) -> None:
        bus.subscribe(Event, dawdle)
        async with live(bus):
            async with asyncio.TaskGroup() as publishers:
                for story in stories:
                    publishers.create_task(publish_all(story))
            await bus.settle()

    run_virtual(main, start_ms=0)
    seen = bus.history()
    assert seen == tuple(event for event in entered if event in seen)
    assert {event for event in entered if isinstance(event, Tick)} <= set(seen)
    assert latest(seen) == latest(entered)
    assert len(seen) + bus.metrics().queues["data"].replaced == len(entered)


def told(moves: Iterable[str], teller: str) -> list[Event]:
    """Make a closed candle or a symbol's move of each word; every teller has its own symbols."""
    return [
        tick(f"{teller}:{place}")
        if move == "closed"
        else quote(f"{teller}:{place}", f"{move}{teller}")
        for place, move in enumerate(moves)
    ]


def latest(events: Iterable[Event]) -> dict[str, str]:
    """Return the latest move of each symbol."""
    return {event.symbol: event.label for event in events if isinstance(event, Quote)}
