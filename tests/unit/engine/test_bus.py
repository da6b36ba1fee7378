"""Events go one step at a time, follow-ups go first, and what breaks a rule takes the bus down."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import pytest

from noctule.domain.events.base import Event, QueueName
from noctule.engine.bus import BusMisused, EventBus
from noctule.engine.bus_turns import FOLLOW_UPS_MAX, FollowUpStorm
from tests.fakes.bus import death_of, live, new_bus
from tests.fakes.events import Deed, Hint, Tick, deed, hint, tick


def lead_on(bus: EventBus, event_type: type[Event], make: Callable[[], Event]) -> None:
    """Have every event of a class cause another one."""
    bus.subscribe(event_type, lambda _event: bus.publish(make()))


async def test_the_base_class_of_an_event_is_its_queue() -> None:
    bus = new_bus()
    ran: list[tuple[str, object]] = []

    def note(event: Event) -> None:
        ran.append((type(event).__name__, asyncio.current_task()))

    bus.subscribe(Event, note)
    lead_on(bus, Tick, hint)
    lead_on(bus, Hint, deed)
    async with live(bus) as processors:
        await bus.publish(tick())
        await bus.settle()

    assert ran == [
        ("Tick", processors[QueueName.DATA]),
        ("Hint", processors[QueueName.SIGNAL]),
        ("Deed", processors[QueueName.ORDER]),
    ]


async def test_outsiders_may_publish_on_data_and_on_order() -> None:
    bus = new_bus()
    seen: list[Event] = []
    bus.subscribe(Event, seen.append)
    async with live(bus):
        await bus.publish(tick())
        await bus.publish(deed())
        await bus.settle()

    assert seen == [tick(), deed()]


ILLEGAL_STEPS = [
    pytest.param(Tick, deed, "Deed goes from the data queue to the order queue", id="skips"),
    pytest.param(Hint, tick, "Tick goes from the signal queue to the data queue", id="goes back"),
    pytest.param(Deed, hint, "Hint goes from the order queue to the signal queue", id="turns back"),
    pytest.param(Deed, tick, "Tick goes from the order queue to the data queue", id="turns round"),
]


@pytest.mark.parametrize(("event_type", "make", "reason"), ILLEGAL_STEPS)
async def test_a_step_back_or_past_a_queue_takes_the_bus_down(
    event_type: type[Event], make: Callable[[], Event], reason: str
) -> None:
    bus = new_bus()
    lead_on(bus, event_type, make)
    if event_type is Hint:
        lead_on(bus, Tick, hint)
    failure = await death_of(bus, deed() if event_type is Deed else tick())

    assert type(failure) is BusMisused
    assert str(failure) == f"{reason}: only the next one is open"


@pytest.mark.parametrize(("event_type", "make", "reason"), ILLEGAL_STEPS)
def test_a_step_back_or_past_a_queue_ends_a_drive_likewise(
    event_type: type[Event], make: Callable[[], Event], reason: str
) -> None:
    bus = new_bus()
    lead_on(bus, event_type, make)
    if event_type is Hint:
        lead_on(bus, Tick, hint)

    with pytest.raises(BusMisused, match=reason):
        bus.drive(deed() if event_type is Deed else tick())


async def test_nobody_outside_may_publish_a_signal() -> None:
    bus = new_bus()
    with pytest.raises(BusMisused, match="Hint comes from outside the data processor"):
        await bus.publish(hint())


async def test_a_task_that_a_handler_made_counts_as_outside() -> None:
    bus = new_bus()
    refusals: list[str] = []

    async def stray() -> None:
        try:
            await bus.publish(hint())
        except BusMisused as exc:
            refusals.append(str(exc))

    async with live(bus), asyncio.TaskGroup() as group:

        async def spawn(_event: Tick) -> None:
            await group.create_task(stray())

        bus.subscribe(Tick, spawn)
        await bus.publish(tick())
        await bus.settle()

    assert refusals == ["Hint comes from outside the data processor"]


async def test_what_a_handlers_task_publishes_is_queued_and_no_follow_up() -> None:
    bus = new_bus()
    seen: list[str] = []
    bus.subscribe(Tick, lambda event: seen.append(event.label))
    async with live(bus), asyncio.TaskGroup() as group:

        async def spawn(event: Tick) -> None:
            if event.label == "first":
                await group.create_task(bus.publish(tick("from the task")))

        bus.subscribe(Tick, spawn)
        await bus.publish(tick("first"))
        await bus.publish(tick("second"))
        await bus.settle()

    assert seen == ["first", "second", "from the task"]


async def test_follow_ups_run_before_the_next_queued_event_even_at_capacity_one() -> None:
    bus = new_bus(capacity=1)
    seen: list[str] = []

    async def follow_up(event: Tick) -> None:
        seen.append(event.label)
        await asyncio.sleep(0)
        if len(event.label) < 3:
            await bus.publish(tick(event.label + "x"))
            await bus.publish(tick(event.label + "y"))

    bus.subscribe(Tick, follow_up)
    async with live(bus):
        for label in ("a", "b"):
            await bus.publish(tick(label))
        await bus.settle()

    assert seen == [
        *("a", "ax", "ay", "axx", "axy", "ayx", "ayy"),
        *("b", "bx", "by", "bxx", "bxy", "byx", "byy"),
    ]


@pytest.mark.parametrize("event_type", [Tick, Deed])
async def test_an_event_that_causes_itself_for_ever_takes_the_bus_down(
    event_type: type[Event],
) -> None:
    bus = new_bus()
    make = tick if event_type is Tick else deed
    delivered: list[Event] = []
    bus.subscribe(event_type, delivered.append)
    lead_on(bus, event_type, make)

    failure = await death_of(bus, make())

    assert type(failure) is FollowUpStorm
    assert str(failure) == f"{event_type.__name__} caused more than 1000 follow-ups"
    assert len(delivered) == 1 + FOLLOW_UPS_MAX


async def test_a_storm_is_not_hidden_by_handlers_that_swallow_everything() -> None:
    bus = new_bus()

    async def swallow(_event: Tick) -> None:
        with suppress(AssertionError):
            await bus.publish(tick())
            await bus.publish(tick())

    bus.subscribe(Tick, swallow)

    assert type(await death_of(bus, tick())) is FollowUpStorm


async def test_the_thousandth_follow_up_is_still_delivered_and_each_event_has_its_own_count() -> (
    None
):
    bus = new_bus()
    delivered: list[str] = []

    async def burst(event: Tick) -> None:
        delivered.append(event.label)
        if event.label == "root":
            for _ in range(FOLLOW_UPS_MAX):
                await bus.publish(tick("follow-up"))

    bus.subscribe(Tick, burst)
    async with live(bus):
        await bus.publish(tick("root"))
        await bus.publish(tick("root"))
        await bus.settle()

    assert len(delivered) == 2 * (1 + FOLLOW_UPS_MAX)


async def test_a_thousand_and_one_follow_ups_at_once_are_too_many() -> None:
    bus = new_bus()

    async def burst(_event: Tick) -> None:
        for _ in range(FOLLOW_UPS_MAX + 1):
            await bus.publish(tick("follow-up"))

    bus.subscribe(Tick, burst)
    failure = await death_of(bus, tick("root"))

    assert str(failure) == "1000 events wait on the data queue"


async def test_a_broken_invariant_ends_the_processor_and_an_ordinary_failure_does_not() -> None:
    bus = new_bus()
    seen: list[str] = []

    def handle(event: Tick) -> None:
        seen.append(event.label)
        if event.label == "ordinary":
            raise ValueError("of a handler")
        assert event.label != "broken", "the books do not add up"

    bus.subscribe(Tick, handle)
    async with live(bus):
        await bus.publish(tick("ordinary"))
        await bus.publish(tick("next"))
        await bus.settle()
    failure = await death_of(bus, tick("broken"))

    assert seen == ["ordinary", "next", "broken"]
    assert str(failure).startswith("the books do not add up")


async def test_a_processor_that_died_leaves_no_follow_ups_to_the_next_one() -> None:
    bus = new_bus()
    seen: list[str] = []

    async def handle(event: Tick) -> None:
        seen.append(event.label)
        if event.label == "broken":
            await bus.publish(tick("never"))
            raise AssertionError("broken")

    bus.subscribe(Tick, handle)
    await death_of(bus, tick("broken"))
    async with live(bus):
        await bus.publish(tick("next"))
        await bus.settle()

    assert seen == ["broken", "next"]


async def test_a_tap_sees_every_event_before_its_handlers_in_every_queue() -> None:
    bus = new_bus()
    seen: list[str] = []
    bus.subscribe(Event, lambda event: seen.append(f"handler {event.trace}"))
    bus.add_tap(lambda event: seen.append(f"tap {event.trace}"))
    lead_on(bus, Tick, hint)
    async with live(bus):
        await bus.publish(tick())
        await bus.settle()

    assert seen == ["tap tick", "handler tick", "tap hint", "handler hint"]


async def test_a_queue_has_one_processor() -> None:
    bus = new_bus()
    async with live(bus):
        with pytest.raises(AssertionError, match="the order queue has a processor"):
            await bus.process(QueueName.ORDER)
