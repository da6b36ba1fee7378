"""What an event causes is heard in its own turn, where nobody waits, and by the bus's rules."""

import asyncio
from collections.abc import Callable

import pytest

from noctule.domain.events.base import Event, QueueName
from noctule.engine.bus import EventBus
from noctule.telemetry.logs import TRACE
from tests.fakes.bus import death_of, live, new_bus
from tests.fakes.events import Deed, Hint, Tick, deed, hint, tick


def lead_on(bus: EventBus, event_type: type[Event], make: Callable[[], Event]) -> None:
    bus.subscribe(event_type, lambda _event: bus.publish(make()))


def chain_over(bus: EventBus) -> list[str]:
    """Have a tick cause a hint, a hint a deed; return what is heard, and what is let leave."""
    seen: list[str] = []
    bus.subscribe(Event, lambda event: seen.append(event.trace))
    lead_on(bus, Tick, hint)
    lead_on(bus, Hint, deed)
    bus.turns.on_orders_heard = lambda: seen.append("let leave")
    return seen


async def test_what_is_handed_in_runs_through_all_three_queues_before_it_returns() -> None:
    bus = new_bus()
    seen = chain_over(bus)
    async with live(bus):
        await bus.hand_in(tick())
        assert seen == ["tick", "hint", "deed", "let leave"]
        await bus.settle()
        assert len(seen) == 4


async def test_what_is_published_is_heard_in_the_processors_turn_and_all_it_causes_with_it() -> (
    None
):
    bus = new_bus()
    seen = chain_over(bus)
    async with live(bus):
        await bus.publish(tick())
        assert seen == []
        await asyncio.sleep(0)
        assert seen == ["tick", "hint", "deed", "let leave"]


async def test_patient_taps_see_all_of_it_when_the_order_has_left_and_others_before() -> None:
    bus = new_bus()
    seen = chain_over(bus)
    bus.add_tap(lambda event: seen.append(f"patient {event.trace}"), is_patient=True)
    bus.add_tap(lambda event: seen.append(f"tap {event.trace}"))
    bus.subscribe(Tick, lambda event: bus.show_later(event, lambda _it: seen.append("asked")))
    async with live(bus):
        await bus.hand_in(tick())

    assert seen == [
        *("tap tick", "tick", "tap hint", "hint", "tap deed", "deed", "let leave"),
        *("patient tick", "asked", "patient hint", "patient deed"),
    ]


def test_inline_a_patient_tap_sees_an_event_before_its_handlers_like_any_other() -> None:
    bus = new_bus()
    seen = chain_over(bus)
    bus.add_tap(lambda event: seen.append(f"patient {event.trace}"), is_patient=True)
    bus.subscribe(Tick, lambda event: bus.show_later(event, lambda _it: seen.append("asked")))
    bus.drive(tick())

    assert seen == ["patient tick", "tick", "asked", "patient hint", "hint", "patient deed", "deed"]


async def test_a_handler_that_waits_goes_on_in_its_own_processor_and_keeps_nobody_else() -> None:
    bus, go_on = new_bus(), asyncio.Event()
    seen: list[tuple[str, object, str]] = []

    async def wait(event: Hint) -> None:
        await go_on.wait()
        seen.append((event.trace, asyncio.current_task(), TRACE.get()))

    bus.subscribe(Tick, lambda event: bus.publish(hint(event.label)))
    bus.subscribe(Hint, wait)
    async with live(bus) as processors:
        await bus.hand_in(tick("a"))
        await bus.hand_in(tick("b"))
        assert bus.metrics().queues["data"].unfinished == 0
        assert bus.metrics().queues["signal"].unfinished == 2
        go_on.set()
        await bus.settle()

    signal = processors[QueueName.SIGNAL]
    assert seen == [("a", signal, "a"), ("b", signal, "b")]


async def test_of_events_that_wait_all_are_heard_before_what_they_cause() -> None:
    bus = new_bus()
    seen = chain_over(bus)
    async with live(bus):
        for _ in range(2):
            await bus.publish(tick())
        await bus.settle()

    assert seen[:4] == ["tick", "tick", "hint", "hint"]


async def test_of_a_crowd_of_orders_all_are_heard_before_any_may_leave() -> None:
    bus = new_bus(capacity=20)
    seen = chain_over(bus)
    async with live(bus):
        for _ in range(12):
            await bus.publish(deed())
        await bus.settle()

    assert seen == ["deed"] * 12 + ["let leave"]


@pytest.mark.parametrize("kind", [Tick, Hint, Deed])
async def test_a_bug_that_shows_while_a_queue_is_helped_ends_that_queues_processor(
    kind: type[Event],
) -> None:
    bus = new_bus()
    chain_over(bus)

    def break_down(_event: Event) -> None:
        raise AssertionError("broken")

    bus.subscribe(kind, break_down)
    ended: list[asyncio.Task[None]] = []
    ours: dict[QueueName, asyncio.Task[None]] = {}

    async def hand_in_and_wait() -> None:
        async with live(bus) as processors:
            ours.update(processors)
            for task in processors.values():
                task.add_done_callback(ended.append)
            await bus.hand_in(tick())
            await asyncio.sleep(3_600)

    with pytest.raises(ExceptionGroup):
        await hand_in_and_wait()
    assert [task for task in ended if not task.cancelled()] == [ours[kind.queue]]


async def test_a_patient_tap_that_is_broken_ends_the_queue_whose_turn_it_was() -> None:
    bus = new_bus()

    def break_down(_event: Event) -> None:
        raise AssertionError("broken")

    bus.add_tap(break_down, is_patient=True)
    assert str(await death_of(bus, tick())) == "broken"


async def test_a_processor_that_ends_cancels_what_was_begun_in_its_name() -> None:
    bus = new_bus()
    said: list[str] = []

    async def wait(_event: Deed) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            said.append("cleaned up")
            raise

    bus.subscribe(Deed, wait)
    async with live(bus):
        await bus.hand_in(deed())
    assert said == ["cleaned up"]


async def test_queues_that_are_run_anew_know_nothing_of_what_was_begun_before() -> None:
    bus = new_bus()
    seen: list[str] = []

    async def wait_once(event: Deed) -> None:
        seen.append(event.trace)
        if len(seen) == 1:
            await asyncio.Event().wait()

    bus.subscribe(Deed, wait_once)
    async with live(bus):
        await bus.hand_in(deed())
    async with live(bus):
        await bus.hand_in(deed())
        await bus.settle()
    assert seen == ["deed", "deed"]


async def test_of_a_crowd_patient_taps_see_each_when_its_queue_has_had_its_turn() -> None:
    bus = new_bus(capacity=20)
    seen = chain_over(bus)
    bus.add_tap(lambda event: seen.append(f"patient {event.trace}"), is_patient=True)
    async with live(bus):
        for _ in range(12):
            await bus.publish(deed())
        await bus.settle()

    assert seen[-3:] == ["deed", "let leave", "patient deed"]
    assert [each for each in seen if each.startswith("patient")] == ["patient deed"] * 12


async def test_between_a_few_orders_the_loop_has_its_turn() -> None:
    bus = new_bus(capacity=20)
    seen = chain_over(bus)
    async with live(bus):
        for _ in range(3):
            await bus.publish(deed())
        asyncio.get_running_loop().call_soon(seen.append, "the loop's turn")
        await bus.settle()

    assert seen.index("the loop's turn") < seen.index("deed", seen.index("deed") + 1)


async def test_a_bus_whose_queues_nobody_runs_keeps_what_is_handed_in() -> None:
    bus = new_bus()
    await bus.hand_in(tick())
    assert bus.metrics().queues["data"].unfinished == 1
