"""What the desk wants leaves in the next turn, whatever hangs, and each outcome is told once."""

import asyncio
from decimal import Decimal

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.domain.errors import (
    BudgetExhausted,
    OutcomeUnknown,
    VenueRefused,
    VenueUnreachable,
)
from noctule.domain.events.desk import (
    CancelAccepted,
    CancelFailed,
    LookFailed,
    OrderHeldBack,
    OrderReported,
    QuestionFailed,
    SymbolReported,
)
from noctule.domain.events.order import (
    OrderAccepted,
    OrderOutcomeUnknown,
    OrderRejected,
    OrderSubmitted,
)
from noctule.domain.order import ClientOrderId, Leg, OrderKind, OrderRequest
from noctule.domain.values import Symbol
from noctule.engine.lanes import Lanes, LaneSettings
from tests.builders import BTCUSDT, order_request
from tests.fakes.bus import Published
from tests.fakes.lane_desk import LaneDesk, flat_look, lanes_over, turns

ETHUSDT = Symbol("ETHUSDT")
A, B, C = ClientOrderId("a"), ClientOrderId("b"), ClientOrderId("c")
NOW = {"at_ms": 0, "trace": "t"}


def entry(name: str, symbol: Symbol = BTCUSDT) -> OrderRequest:
    return order_request(client_order_id=ClientOrderId(name), symbol=symbol)


def close(name: str, symbol: Symbol = BTCUSDT) -> OrderRequest:
    return order_request(
        client_order_id=ClientOrderId(name), symbol=symbol, leg=Leg.CLOSE, reduces_only=True
    )


def stop(name: str, symbol: Symbol = BTCUSDT) -> OrderRequest:
    return order_request(
        OrderKind.STOP_MARKET,
        client_order_id=ClientOrderId(name),
        symbol=symbol,
        leg=Leg.STOP,
        quantity=None,
        trigger_price="59000.00",
    )


def give(lanes: Lanes, *requests: OrderRequest, weight: int = 1) -> None:
    for request in requests:
        lanes.place(request, trace="t", weight=Decimal(weight))


def submitted(name: ClientOrderId, symbol: Symbol = BTCUSDT) -> OrderSubmitted:
    return OrderSubmitted(at_ms=0, trace="t", symbol=symbol, client_order_id=name)


def held_back(name: ClientOrderId, cause: str, *, at_ms: int = 0, retry_ms: int) -> OrderHeldBack:
    return OrderHeldBack(
        at_ms=at_ms,
        trace="t",
        symbol=BTCUSDT,
        client_order_id=name,
        cause=cause,
        retry_after_ms=retry_ms,
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

    accepted = OrderAccepted(
        at_ms=0, trace="t", symbol=BTCUSDT, client_order_id=A, venue_order_id="7"
    )
    assert bus.events == [submitted(A), accepted]


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


async def test_cancels_questions_and_looks_are_answered(clock: VirtualClock) -> None:
    bus, desk = Published(), LaneDesk()
    async with lanes_over(desk, clock=clock, bus=bus) as lanes:
        lanes.cancel(BTCUSDT, A, OrderKind.MARKET, trace="t")
        lanes.ask(BTCUSDT, B, OrderKind.MARKET, trace="t")
        lanes.look(BTCUSDT, trace="t")
        lanes.count_down(BTCUSDT, 30_000, trace="t")
        assert await lanes.flush(1_000)

    assert desk.calls == ["cancel a", "count down 30000 BTCUSDT", "query b", "look BTCUSDT"]
    assert bus.events == [
        CancelAccepted(at_ms=0, trace="t", symbol=BTCUSDT, client_order_id=A),
        OrderReported(at_ms=0, trace="t", symbol=BTCUSDT, client_order_id=B, report=None),
        SymbolReported(at_ms=0, trace="t", look=flat_look(BTCUSDT)),
    ]


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


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (VenueUnreachable("no route"), held_back(A, "no route", retry_ms=500)),
        (
            VenueRefused("no", code=-2021),
            OrderRejected(
                at_ms=0, trace="t", symbol=BTCUSDT, client_order_id=A, code=-2021, message="no"
            ),
        ),
        (
            OutcomeUnknown("reset"),
            OrderOutcomeUnknown(
                at_ms=0, trace="t", symbol=BTCUSDT, client_order_id=A, cause="reset"
            ),
        ),
    ],
)
async def test_an_entry_that_fails_otherwise_is_never_sent_again(
    clock: VirtualClock, failure: Exception, told: object
) -> None:
    bus, desk = Published(), LaneDesk()
    desk.script("a", failure)
    async with lanes_over(desk, clock=clock, bus=bus) as lanes:
        give(lanes, entry("a"))
        assert await lanes.flush(60_000)
    assert bus.events == [submitted(A), told]
    assert desk.calls == ["place a"]


async def test_an_order_that_nobody_answers_is_unknown_after_a_while(clock: VirtualClock) -> None:
    bus, desk = Published(), LaneDesk()
    desk.script("a", asyncio.Event())
    async with lanes_over(desk, clock=clock, bus=bus) as lanes:
        give(lanes, entry("a"))
        assert not await lanes.flush(29_999)
        assert await lanes.flush(2)
    assert bus.events[-1] == OrderOutcomeUnknown(
        at_ms=30_000, trace="t", symbol=BTCUSDT, client_order_id=A, cause="nobody answered"
    )


async def test_entries_that_have_not_left_can_be_taken_back(clock: VirtualClock) -> None:
    bus, desk = Published(), LaneDesk()
    desk.script("a", asyncio.Event())
    async with lanes_over(desk, clock=clock, bus=bus) as lanes:
        give(lanes, entry("a"), entry("b"))
        await turns()
        assert lanes.drop_entries(ETHUSDT) == ()
        assert lanes.drop_entries() == (B,)
        await turns()
        assert bus.events[1:] == [held_back(B, "it was taken back before it left", retry_ms=500)]
    assert desk.calls == ["place a"]


async def test_cancelling_an_entry_that_has_not_left_takes_it_back(clock: VirtualClock) -> None:
    bus, desk = Published(), LaneDesk()
    desk.script("a", asyncio.Event())
    async with lanes_over(desk, clock=clock, bus=bus) as lanes:
        give(lanes, entry("a"), entry("b"))
        await turns()
        lanes.cancel(BTCUSDT, B, OrderKind.MARKET, trace="t")
        await turns()
        assert bus.events[1:] == [
            held_back(B, "it was cancelled before it left", retry_ms=500),
            CancelFailed(
                at_ms=0,
                trace="t",
                symbol=BTCUSDT,
                client_order_id=B,
                is_gone=True,
                cause="0: it had not left",
                retry_after_ms=500,
            ),
        ]
    assert desk.calls == ["place a"]


async def test_an_entry_that_finds_no_room_is_held_back(clock: VirtualClock) -> None:
    bus, desk = Published(), LaneDesk()
    desk.script("a", asyncio.Event())
    async with lanes_over(
        desk, clock=clock, bus=bus, settings=LaneSettings(entries_max=2)
    ) as lanes:
        assert lanes.room() == 2
        give(lanes, entry("a"), entry("b"))
        assert lanes.room() == 0
        give(lanes, entry("c"), stop("s"))
        await turns()
        assert held_back(C, "too many entries wait already", retry_ms=500) in bus.events
    assert desk.calls == ["place s", "place a"]


async def test_what_hangs_when_the_lanes_are_stopped_is_unknown(clock: VirtualClock) -> None:
    bus, desk = Published(), LaneDesk()
    for name in ("a", "b", "c", BTCUSDT):
        desk.script(name, asyncio.Event())
    async with lanes_over(desk, clock=clock, bus=bus) as lanes:
        give(lanes, entry("a"))
        lanes.cancel(BTCUSDT, B, OrderKind.MARKET, trace="t")
        lanes.ask(BTCUSDT, C, OrderKind.MARKET, trace="t")
        lanes.look(BTCUSDT, trace="t")
        await turns()
        bus.events.clear()
    assert {type(event) for event in bus.events} == {
        OrderOutcomeUnknown,
        CancelFailed,
        QuestionFailed,
        LookFailed,
    }
    assert lanes.is_idle


async def test_what_has_not_left_when_the_lanes_are_stopped_is_held_back(
    clock: VirtualClock,
) -> None:
    bus, desk = Published(), LaneDesk()
    settings = LaneSettings(in_flight_max=1, reserved=0)
    desk.script("a", asyncio.Event())
    async with lanes_over(desk, clock=clock, bus=bus, settings=settings) as lanes:
        give(lanes, entry("a"))
        await turns()
        give(lanes, entry("b"), stop("c"))
        bus.events.clear()
    assert bus.events[1:] == [
        held_back(C, "the lanes are closed", retry_ms=500),
        held_back(B, "the lanes are closed", retry_ms=500),
    ]


async def test_a_bug_of_ours_ends_the_lanes_and_makes_what_hangs_unknown(
    clock: VirtualClock,
) -> None:
    bus, desk = Published(), LaneDesk()
    desk.script("a", asyncio.Event())
    desk.script("b", AssertionError("a bug"))
    lanes = Lanes(
        executor=desk, venue=desk, clock=clock, publish=bus.publish, settings=LaneSettings()
    )
    give(lanes, entry("a"), stop("b"))
    with pytest.raises(ExceptionGroup) as caught:
        await lanes.run()
    give(lanes, stop("c"))  # which is kept for a later run
    assert caught.group_contains(AssertionError)
    await lanes.stop()
    unknown = [event for event in bus.events if isinstance(event, OrderOutcomeUnknown)]
    assert {event.client_order_id for event in unknown} == {A, B}
    assert bus.events[-1] == held_back(C, "the lanes are closed", retry_ms=500)


async def test_an_outcome_that_finds_no_room_on_the_bus_is_told_at_the_stop(
    clock: VirtualClock,
) -> None:
    told: list[object] = []
    has_room = asyncio.Event()

    async def publish(event: object) -> None:
        await has_room.wait()
        told.append(event)

    lanes = Lanes(
        executor=LaneDesk(), venue=LaneDesk(), clock=clock, publish=publish, settings=LaneSettings()
    )
    running = asyncio.get_running_loop().create_task(lanes.run())
    give(lanes, entry("a"))
    await turns()
    running.cancel()
    await asyncio.wait([running])
    has_room.set()
    await lanes.stop()
    assert [type(event) for event in told] == [OrderSubmitted, OrderAccepted]
