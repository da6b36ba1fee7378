"""Driven inline, the bus needs no event loop and leaves nothing behind when it fails."""

import asyncio
from collections.abc import Generator
from contextlib import suppress

import pytest

from noctule.domain.events.base import Event, QueueName
from noctule.engine.bus import BusMisused, HandlerSuspended
from noctule.engine.bus_turns import FOLLOW_UPS_MAX, FollowUpStorm
from noctule.telemetry.logs import TRACE
from tests.fakes.bus import live, new_bus
from tests.fakes.events import Hint, Tick, deed, hint, tick


class Pause:
    """Something that only an event loop could wait for."""

    def __await__(self) -> Generator[None, None, None]:
        yield


def test_a_driven_event_runs_with_all_it_causes_queue_by_queue() -> None:
    bus = new_bus(capacity=1)
    seen: list[str] = []

    async def on_tick(event: Tick) -> None:
        await bus.publish(hint(f"{event.label}-hint"))
        if event.label == "root":
            await bus.publish(tick("first"))
            await bus.publish(tick("second"))
            await bus.publish(hint("root-hint2"))

    async def on_hint(event: Hint) -> None:
        await bus.publish(deed(f"{event.label}-deed"))

    bus.subscribe(Event, lambda event: seen.append(event.trace))
    bus.subscribe(Tick, on_tick)
    bus.subscribe(Hint, on_hint)
    bus.drive(tick("root"))

    assert seen == [
        *("root", "first", "second"),
        *("root-hint", "root-hint2", "first-hint", "second-hint"),
        *("root-hint-deed", "root-hint2-deed", "first-hint-deed", "second-hint-deed"),
    ]


def test_an_event_of_the_order_queue_may_be_driven_alone() -> None:
    bus = new_bus()
    bus.drive(deed())
    assert bus.history() == (deed(),)


def test_a_signal_may_be_driven_from_outside_no_more_than_published() -> None:
    bus = new_bus()
    with pytest.raises(BusMisused, match="Hint comes from outside the data processor"):
        bus.drive(hint())
    assert bus.history() == ()


def test_driving_from_within_a_handler_is_refused() -> None:
    bus = new_bus()
    bus.subscribe(Tick, lambda _event: bus.drive(deed()))
    with pytest.raises(AssertionError, match="drive is not reentrant: publish instead"):
        bus.drive(tick())


def test_a_handler_that_waits_is_named_and_leaves_the_bus_usable() -> None:
    bus = new_bus()

    async def impatient(_event: Tick) -> None:
        await Pause()

    bus.subscribe(Tick, impatient)
    with pytest.raises(HandlerSuspended, match=r"impatient waited while driven inline"):
        bus.drive(tick())
    bus.drive(deed())

    assert bus.history() == (tick(), deed())


async def test_a_handler_that_waits_is_found_out_within_a_running_loop_as_well() -> None:
    bus = new_bus()
    bus.subscribe(Tick, lambda _event: asyncio.sleep(1))
    with pytest.raises(HandlerSuspended, match="waited while driven inline"):
        bus.drive(tick())


def test_what_a_waiting_handler_publishes_while_it_is_closed_is_forgotten() -> None:
    bus = new_bus()
    seen: list[Event] = []

    async def tidy(_event: Tick) -> None:
        try:
            await Pause()
        finally:
            await bus.publish(tick("late"))
            await bus.publish(hint("late"))

    bus.subscribe(Hint, seen.append)
    subscription = bus.subscribe(Tick, tidy)
    with pytest.raises(HandlerSuspended):
        bus.drive(tick())
    bus.unsubscribe(subscription)
    bus.drive(tick("next"))

    assert seen == []
    assert bus.history() == (tick(), tick("next"))


@pytest.mark.parametrize("breaks_at", [Tick, Hint])
def test_a_failed_drive_leaves_nothing_behind(breaks_at: type[Event]) -> None:
    bus = new_bus()

    async def on_tick(_event: Tick) -> None:
        await bus.publish(hint())
        await bus.publish(hint())
        await bus.publish(tick("follow-up"))
        assert breaks_at is not Tick, "broken"

    async def on_hint(_event: Hint) -> None:
        await bus.publish(deed())
        raise AssertionError("broken")

    first = bus.subscribe(Tick, on_tick)
    bus.subscribe(Hint, on_hint)
    with pytest.raises((AssertionError, FollowUpStorm)):
        bus.drive(tick())
    bus.unsubscribe(first)
    before = len(bus.history())
    bus.drive(tick("next"))

    assert bus.history()[before:] == (tick("next"),)


def test_an_event_that_causes_itself_for_ever_ends_the_drive() -> None:
    bus = new_bus()
    bus.subscribe(Tick, lambda _event: bus.publish(tick()))
    with pytest.raises(FollowUpStorm, match="Tick caused more than 1000 follow-ups"):
        bus.drive(tick())


def test_more_than_a_thousand_events_for_the_next_queue_end_the_drive() -> None:
    bus = new_bus()

    async def burst(_event: Tick) -> None:
        for _ in range(FOLLOW_UPS_MAX + 1):
            await bus.publish(hint())

    bus.subscribe(Tick, burst)
    with pytest.raises(FollowUpStorm, match="1000 events wait on the signal queue"):
        bus.drive(tick())


def test_the_trace_is_the_events_while_driven_and_nobodys_afterwards() -> None:
    bus = new_bus()
    traces: list[str] = []
    bus.subscribe(Event, lambda _event: traces.append(TRACE.get()))
    bus.drive(tick("BTCUSDT:1m:7"))

    assert traces == ["BTCUSDT:1m:7"]
    assert TRACE.get() == ""


async def test_the_same_bus_may_be_driven_first_and_run_live_afterwards() -> None:
    bus = new_bus()
    bus.drive(tick("inline"))
    async with live(bus):
        await bus.publish(tick("live"))
        await bus.settle()

    assert bus.history() == (tick("inline"), tick("live"))


def test_heard_alone_an_event_leaves_what_it_causes_to_whoever_asked() -> None:
    bus, seen = new_bus(), list[str]()

    async def on_tick(event: Tick) -> None:
        await bus.publish(hint(f"{event.label}-hint"))
        await bus.publish(tick("next"))

    bus.subscribe(Event, lambda event: seen.append(event.trace))
    bus.subscribe(Tick, on_tick)
    assert bus.hear(tick("root")) == (tick("next"), hint("root-hint"))
    assert bus.hear(hint("root-hint")) == ()
    assert seen == ["root", "root-hint"]


def test_work_that_fails_apart_leaves_nothing_behind() -> None:
    bus = new_bus()

    def work() -> None:
        with suppress(StopIteration):
            bus.publish(deed()).send(None)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        bus.apart(QueueName.ORDER, work)
    assert bus.apart(QueueName.ORDER, lambda: None) == ()


def test_unwatched_it_runs_the_same_and_keeps_nothing() -> None:
    bus = new_bus()
    bus.go_unwatched()
    seen: list[str] = []

    async def on_tick(event: Tick) -> None:
        await bus.publish(tick("follow-up") if event.label == "root" else hint("hint"))

    bus.subscribe(Event, lambda event: seen.append(event.trace))
    bus.subscribe(Tick, on_tick)
    bus.add_tap(lambda event: seen.append(f"tapped {event.trace}"))
    bus.drive(tick("root"))
    assert seen == [
        *("tapped root", "root", "tapped follow-up", "follow-up", "tapped hint", "hint"),
    ]
    assert bus.history() == ()
    assert {each.delivered for each in bus.metrics().events.values()} == {0}
    assert TRACE.get() == ""


def test_unwatched_a_failure_is_contained_and_counted() -> None:
    bus = new_bus()
    bus.go_unwatched()
    seen: list[Tick] = []

    def fail(_event: Tick) -> None:
        raise RuntimeError("its own business")

    bus.subscribe(Tick, fail)
    bus.subscribe(Tick, seen.append)
    bus.drive(tick())
    assert seen == [tick()]
    assert bus.metrics().events["Tick"].errors == 1
