"""Whoever is called for an event is called in order, and contained when it fails; both ways."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from noctule.domain.events.base import DataEvent, Event, OrderEvent
from noctule.engine.bus_table import HandlerTable
from noctule.telemetry.logs import TRACE
from tests.fakes.events import Tick, deed, tick

Deliver = Callable[[HandlerTable, Event], Awaitable[None]]


async def live(table: HandlerTable, event: Event) -> None:
    await table.deliver(event)


async def inline(table: HandlerTable, event: Event) -> None:
    table.deliver_inline(event)


either_way = pytest.mark.parametrize("deliver", [live, inline])


def new_table(*, history: int = 10) -> HandlerTable:
    return HandlerTable(stopwatch_ns=lambda: 0, history=history)


class Diary:
    """Notes who was called, in what order."""

    def __init__(self) -> None:
        self.entries: list[str] = []

    def note(self, name: str) -> Callable[[Event], None]:
        return lambda _event: self.entries.append(name)

    def fail(self, name: str, failure: Exception) -> Callable[[Event], None]:
        def write_and_fail(_event: Event) -> None:
            self.entries.append(name)
            raise failure

        return write_and_fail


@either_way
async def test_lower_priorities_go_first_and_equal_ones_in_the_order_they_subscribed(
    deliver: Deliver,
) -> None:
    table, diary = new_table(), Diary()
    for name, priority in (("c", 0), ("e", 5), ("d", 0), ("a", -5), ("b", -5)):
        table.subscribe(Tick, diary.note(name), priority=priority)
    await deliver(table, tick())

    assert diary.entries == ["a", "b", "c", "d", "e"]


@either_way
async def test_a_handler_of_a_base_class_sees_every_event_below_it_and_no_other(
    deliver: Deliver,
) -> None:
    table, diary = new_table(), Diary()
    for event_type in (Event, DataEvent, Tick, OrderEvent):
        table.subscribe(event_type, diary.note(event_type.__name__), priority=0)
    await deliver(table, tick())
    assert diary.entries == ["Event", "DataEvent", "Tick"]
    diary.entries.clear()
    await deliver(table, deed())
    assert diary.entries == ["Event", "OrderEvent"]


@either_way
async def test_plain_functions_coroutine_functions_and_what_returns_a_coroutine_all_run(
    deliver: Deliver,
) -> None:
    table, seen = new_table(), list[str]()

    async def note(name: str, event: Event) -> None:
        seen.append(f"{name} {event.trace}")

    async def subscribed(event: Event) -> None:
        await note("coroutine function", event)

    table.subscribe(Tick, lambda event: seen.append(f"function {event.trace}"), priority=0)
    table.subscribe(Tick, subscribed, priority=0)
    table.subscribe(Tick, partial(note, "partial"), priority=0)
    table.subscribe(Tick, lambda event: note("lambda", event), priority=0)
    await deliver(table, tick("a"))

    assert seen == ["function a", "coroutine function a", "partial a", "lambda a"]


@either_way
async def test_who_is_unsubscribed_is_called_no_more(deliver: Deliver) -> None:
    table, diary = new_table(), Diary()
    table.subscribe(Tick, diary.note("stays"), priority=0)
    subscription = table.subscribe(Tick, diary.note("goes"), priority=0)
    await deliver(table, tick())
    table.unsubscribe(subscription)
    await deliver(table, tick())

    assert diary.entries == ["stays", "goes", "stays"]


@either_way
async def test_who_subscribes_late_sees_what_comes_from_then_on(deliver: Deliver) -> None:
    table, diary = new_table(), Diary()
    await deliver(table, tick())
    table.subscribe(Tick, diary.note("late"), priority=0)
    await deliver(table, tick())

    assert diary.entries == ["late"]


def test_the_same_handler_may_subscribe_twice_and_leaves_the_place_it_names() -> None:
    table, diary = new_table(), Diary()
    handler = diary.note("twice")
    table.subscribe(Tick, handler, priority=0)
    table.subscribe(Tick, diary.note("other"), priority=0)
    second = table.subscribe(Tick, handler, priority=0)
    table.unsubscribe(second)
    table.deliver_inline(tick())

    assert diary.entries == ["twice", "other"]


def test_unsubscribing_twice_is_an_error_and_costs_no_twin_its_place() -> None:
    table, diary = new_table(), Diary()
    handler = diary.note("twin")
    subscription = table.subscribe(Tick, handler, priority=0)
    table.subscribe(Tick, handler, priority=0)
    table.unsubscribe(subscription)
    with pytest.raises(ValueError, match=r"not in list"):
        table.unsubscribe(subscription)
    table.deliver_inline(tick())

    assert diary.entries == ["twin"]


@either_way
async def test_who_comes_and_goes_during_a_delivery_does_so_from_the_next_event_on(
    deliver: Deliver,
) -> None:
    table, diary = new_table(), Diary()

    def swap(_event: Tick) -> None:
        table.unsubscribe(swapping)
        table.unsubscribe(leaving)
        table.subscribe(Tick, diary.note("comes"), priority=0)

    swapping = table.subscribe(Tick, swap, priority=-1)
    leaving = table.subscribe(Tick, diary.note("goes"), priority=0)
    await deliver(table, tick())
    await deliver(table, tick())

    assert diary.entries == ["goes", "comes"]


@either_way
async def test_taps_see_an_event_before_its_handlers_in_the_order_they_were_added(
    deliver: Deliver,
) -> None:
    table, diary = new_table(), Diary()
    table.subscribe(Tick, diary.note("handler"), priority=-1000)
    table.add_tap(diary.note("journal"))
    table.add_tap(diary.note("audit"))
    await deliver(table, tick())
    await deliver(table, deed())

    assert diary.entries == ["journal", "audit", "handler", "journal", "audit"]


@either_way
async def test_a_tap_that_is_added_late_sees_what_comes_from_then_on(deliver: Deliver) -> None:
    table, diary = new_table(), Diary()
    await deliver(table, tick())
    table.add_tap(diary.note("tap"))
    await deliver(table, tick())

    assert diary.entries == ["tap"]


@either_way
async def test_taps_and_handlers_that_fail_are_logged_counted_and_keep_nobody_from_the_event(
    deliver: Deliver, caplog: pytest.LogCaptureFixture
) -> None:
    table, diary = new_table(), Diary()
    table.add_tap(diary.fail("tap", OSError("disk full")))
    table.subscribe(Tick, diary.fail("first", ValueError("of a handler")), priority=0)
    table.subscribe(Tick, diary.note("second"), priority=0)
    await deliver(table, tick())

    assert diary.entries == ["tap", "first", "second"]
    assert table.tallies[Tick].errors == 2
    assert [record.getMessage() for record in caplog.records] == ["handler failed"] * 2


@either_way
async def test_the_log_names_the_handler_that_failed_and_the_event(
    deliver: Deliver, caplog: pytest.LogCaptureFixture
) -> None:
    async def fragile(_size: int, _event: Event) -> None:
        raise ValueError("of a handler")

    table = new_table()
    nameless = partial(fragile, 3)
    table.subscribe(Tick, lambda event: fragile(3, event), priority=0)
    table.subscribe(Tick, nameless, priority=0)
    await deliver(table, tick())

    fields = [vars(record)["fields"] for record in caplog.records]
    assert fields[0]["handler"].endswith("<locals>.<lambda>")
    assert fields[1]["handler"] == repr(nameless)
    assert {entry["event"] for entry in fields} == {"Tick"}


@either_way
@pytest.mark.parametrize("role", ["tap", "handler"])
async def test_a_broken_invariant_is_never_contained(deliver: Deliver, role: str) -> None:
    table, diary = new_table(), Diary()
    broken = diary.fail("broken", AssertionError("the books do not add up"))
    if role == "tap":
        table.add_tap(broken)
    else:
        table.subscribe(Tick, broken, priority=0)
    table.subscribe(Tick, diary.note("next"), priority=1)
    with pytest.raises(AssertionError, match="the books do not add up"):
        await deliver(table, tick())

    assert diary.entries == ["broken"]


@either_way
async def test_history_is_a_ring_of_the_latest_events(deliver: Deliver) -> None:
    table = new_table(history=2)
    for label in "abc":
        await deliver(table, tick(label))

    assert list(table.history) == [tick("b"), tick("c")]


@either_way
async def test_handlers_and_taps_run_under_the_trace_of_their_event(deliver: Deliver) -> None:
    table, traces = new_table(), list[str]()
    table.add_tap(lambda _event: traces.append(TRACE.get()))
    table.subscribe(Event, lambda _event: traces.append(TRACE.get()), priority=0)
    await deliver(table, tick("BTCUSDT:1m:7"))
    await deliver(table, deed("timer:day:8"))

    assert traces == ["BTCUSDT:1m:7", "BTCUSDT:1m:7", "timer:day:8", "timer:day:8"]


async def test_handler_time_is_the_time_of_all_who_were_called_for_one_event() -> None:
    now_ns = 0

    def work(_event: Event) -> None:
        nonlocal now_ns
        now_ns += 40

    table = HandlerTable(stopwatch_ns=lambda: now_ns, history=1)
    table.subscribe(Tick, work, priority=0)
    table.subscribe(Tick, work, priority=0)
    await table.deliver(tick())
    table.deliver_inline(tick())
    table.deliver_inline(deed())

    tally = table.tallies[Tick]
    assert (tally.count, tally.total_ns, tally.max_ns) == (2, 160, 80)


async def test_live_the_next_handler_waits_for_the_one_before_it() -> None:
    table, diary = new_table(), Diary()

    async def slow(_event: Tick) -> None:
        await asyncio.sleep(10)
        diary.entries.append("slow")

    table.subscribe(Tick, slow, priority=0)
    table.subscribe(Tick, diary.note("next"), priority=1)
    await table.deliver(tick())

    assert diary.entries == ["slow", "next"]
