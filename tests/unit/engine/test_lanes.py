"""What the desk wants leaves in the next turn, whatever hangs, and each outcome is told once."""

import asyncio

from noctule.adapters.clock import VirtualClock
from noctule.domain.errors import (
    BudgetExhausted,
    OutcomeUnknown,
    VenueRefused,
    VenueUnreachable,
)
from noctule.domain.events.order import OrderAccepted, OrderOutcomeUnknown, OrderSubmitted
from noctule.domain.order import ClientOrderId, OrderKind
from noctule.domain.values import Symbol
from noctule.engine.lanes import LaneSettings
from tests.builders import BTCUSDT
from tests.fakes.bus import Published
from tests.fakes.lane_desk import LaneDesk, lanes_over, turns
from tests.fakes.lane_orders import (
    ETHUSDT,
    A,
    accepted,
    close,
    entry,
    give,
    held_back,
    stop,
    submitted,
)


async def test_an_order_reaches_the_executor_in_the_next_turn_of_the_loop(
    clock: VirtualClock,
) -> None:
    desk = LaneDesk()
    async with lanes_over(desk, clock=clock) as lanes:
        give(lanes, entry("a"))
        assert desk.calls == []
        await asyncio.sleep(0)
        assert desk.calls == ["place a"]


async def test_an_order_is_told_as_sent_and_then_as_accepted(clock: VirtualClock) -> None:
    bus = Published()
    async with lanes_over(LaneDesk(), clock=clock, bus=bus) as lanes:
        assert lanes.name == "lanes"
        give(lanes, entry("a"))
        assert await lanes.flush(1_000)

    assert bus.events == [submitted(A), accepted(A)]


async def test_an_order_is_told_as_sent_while_its_answer_is_awaited(clock: VirtualClock) -> None:
    bus, desk = Published(), LaneDesk()
    desk.script("a", asyncio.Event())
    async with lanes_over(desk, clock=clock, bus=bus) as lanes:
        give(lanes, entry("a"))
        await turns()
        assert bus.events == [submitted(A)]


async def test_entries_of_one_symbol_wait_for_each_other_and_those_of_two_do_not(
    clock: VirtualClock,
) -> None:
    desk, hangs = LaneDesk(), asyncio.Event()
    desk.script("a", hangs)
    async with lanes_over(desk, clock=clock) as lanes:
        give(lanes, entry("a"), entry("b"), entry("c", ETHUSDT))
        await turns()
        assert desk.calls == ["place a", "place c"]
        hangs.set()
        await turns()
        assert desk.calls == ["place a", "place c", "place b"]


async def test_what_guards_a_symbol_leaves_beside_its_hanging_entry_and_stop(
    clock: VirtualClock,
) -> None:
    desk = LaneDesk()
    desk.script("a", asyncio.Event())
    desk.script("b", asyncio.Event())
    async with lanes_over(desk, clock=clock) as lanes:
        give(lanes, entry("a"), stop("b"))
        await turns()
        give(lanes, close("c"))
        lanes.cancel(BTCUSDT, A, OrderKind.MARKET, trace="t")
        await turns()
        assert desk.calls[2:] == ["place c", "cancel a"]


async def test_what_is_given_in_one_turn_leaves_by_urgency_and_exposure(
    clock: VirtualClock,
) -> None:
    desk = LaneDesk()
    async with lanes_over(desk, clock=clock) as lanes:
        lanes.ask(BTCUSDT, A, OrderKind.MARKET, trace="t")
        give(lanes, entry("e"), weight=900)
        give(lanes, stop("small"), weight=10)
        give(lanes, stop("large", ETHUSDT), weight=50)
        give(lanes, close("c"))
        await turns()
    assert desk.calls == ["place c", "place large", "place small", "query a", "place e"]


async def test_hanging_entries_leave_slots_for_what_guards(clock: VirtualClock) -> None:
    desk = LaneDesk()
    settings = LaneSettings(in_flight_max=3, reserved=1, entries_in_flight_max=3)
    async with lanes_over(desk, clock=clock, settings=settings) as lanes:
        for name in "abc":
            desk.script(name, asyncio.Event())
            give(lanes, entry(name, Symbol(name)))
        await turns()
        give(lanes, stop("s"))
        await turns()
    assert desk.calls == ["place a", "place b", "place s"]


async def test_when_a_slot_is_free_again_the_most_urgent_takes_it(clock: VirtualClock) -> None:
    desk, hangs = LaneDesk(), asyncio.Event()
    desk.script("a", hangs)
    settings = LaneSettings(in_flight_max=1, reserved=0)
    async with lanes_over(desk, clock=clock, settings=settings) as lanes:
        give(lanes, entry("a"))
        await turns()
        give(lanes, entry("b", ETHUSDT), stop("s"))
        await turns()
        assert desk.calls == ["place a"]
        hangs.set()
        await turns()
    assert desk.calls == ["place a", "place s", "place b"]


async def test_an_entry_without_budget_is_sent_again_when_the_venue_says(
    clock: VirtualClock,
) -> None:
    bus, desk = Published(), LaneDesk()
    desk.script("a", BudgetExhausted("orders 300 of 300", retry_after_ms=4_000))
    async with lanes_over(desk, clock=clock, bus=bus) as lanes:
        give(lanes, entry("a"))
        await clock.sleep_ms(3_999)
        assert desk.calls == ["place a"]
        assert not lanes.is_idle
        assert await lanes.flush(10)
        assert desk.calls == ["place a", "place a"]
    assert [type(event) for event in bus.events] == [OrderSubmitted, OrderSubmitted, OrderAccepted]


async def test_an_entry_that_would_wait_longer_than_its_patience_is_held_back(
    clock: VirtualClock,
) -> None:
    bus, desk = Published(), LaneDesk()
    no_budget = BudgetExhausted("banned", retry_after_ms=20_000)
    desk.script("a", no_budget, no_budget)
    async with lanes_over(desk, clock=clock, bus=bus) as lanes:
        give(lanes, entry("a"))
        assert await lanes.flush(60_000)
    assert bus.events[-1] == held_back(A, "banned", at_ms=20_000, retry_ms=20_000)
    assert desk.calls == ["place a", "place a"]


async def test_a_guard_without_budget_is_held_back_at_once(clock: VirtualClock) -> None:
    bus, desk = Published(), LaneDesk()
    desk.script("a", BudgetExhausted("banned", retry_after_ms=4_000))
    async with lanes_over(desk, clock=clock, bus=bus) as lanes:
        give(lanes, stop("a"))
        await turns()
    assert bus.events == [submitted(A), held_back(A, "banned", retry_ms=4_000)]


async def test_an_order_that_nobody_answers_is_unknown_after_a_while(clock: VirtualClock) -> None:
    bus, desk = Published(), LaneDesk()
    desk.script("a", asyncio.Event())
    async with lanes_over(desk, clock=clock, bus=bus) as lanes:
        give(lanes, entry("a"))
        assert not await lanes.flush(19_999)
        assert await lanes.flush(2)
    assert bus.events[-1] == OrderOutcomeUnknown(
        at_ms=20_000, trace="t", symbol=BTCUSDT, client_order_id=A, cause="nobody answered"
    )


async def test_an_entry_that_is_refused_or_in_doubt_is_never_sent_again(
    clock: VirtualClock,
) -> None:
    desk = LaneDesk()
    desk.script("a", OutcomeUnknown("reset"))
    desk.script("b", VenueUnreachable("no route"))
    desk.script("c", VenueRefused("no", code=-2019))
    async with lanes_over(desk, clock=clock) as lanes:
        give(lanes, entry("a"), entry("b"), entry("c"))
        assert await lanes.flush(60_000)
    assert desk.calls == ["place a", "place b", "place c"]


async def test_what_is_let_leave_leaves_at_once_by_urgency_and_is_answered_as_ever(
    clock: VirtualClock,
) -> None:
    desk, bus = LaneDesk(), Published()
    desk.script("a", asyncio.Event())
    async with lanes_over(desk, clock=clock, bus=bus) as lanes:
        give(lanes, entry("a"), stop("b"))
        lanes.set_off()
        assert desk.calls == ["place b", "place a"]
        await turns()
        assert accepted(ClientOrderId("b")) in bus.events
