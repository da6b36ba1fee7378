"""How lanes come to rest: what has not left is taken back, and what hangs is not forgotten."""

import asyncio
from collections.abc import Callable

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.domain.errors import BudgetExhausted, OutcomeUnknown
from noctule.domain.events.desk import CancelFailed, LookFailed, QuestionFailed
from noctule.domain.events.order import OrderAccepted, OrderOutcomeUnknown, OrderSubmitted
from noctule.domain.order import OrderKind
from noctule.engine.lanes import Lanes, LaneSettings
from tests.builders import BTCUSDT
from tests.fakes.bus import Published
from tests.fakes.lane_desk import LaneDesk, lanes_over, turns
from tests.fakes.lane_orders import ETHUSDT, A, B, C, entry, give, held_back, stop


def cancel_a(lanes: Lanes) -> None:
    lanes.cancel(BTCUSDT, A, OrderKind.MARKET, trace="t")


async def test_entries_that_have_not_left_can_be_taken_back(clock: VirtualClock) -> None:
    bus, desk = Published(), LaneDesk()
    desk.script("a", asyncio.Event())
    async with lanes_over(desk, clock=clock, bus=bus) as lanes:
        give(lanes, entry("a"), entry("b"))
        await turns()
        assert lanes.drop_entries(ETHUSDT) == ()
        assert lanes.drop_entries() == (B,)
        await turns()
        assert bus.events[1:] == [held_back(B, "it was taken back before it left", retry_ms=0)]
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
            held_back(B, "it was cancelled before it left", retry_ms=0),
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
        assert held_back(C, "too many entries wait already", retry_ms=0) in bus.events
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
        held_back(C, "the lanes are closed", retry_ms=0),
        held_back(B, "the lanes are closed", retry_ms=0),
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
    assert bus.events[-1] == held_back(C, "the lanes are closed", retry_ms=0)


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


async def test_a_countdown_that_failed_leaves_nothing_to_do(clock: VirtualClock) -> None:
    bus, desk = Published(), LaneDesk()
    desk.script(BTCUSDT, OutcomeUnknown("reset"))
    async with lanes_over(desk, clock=clock, bus=bus) as lanes:
        lanes.count_down(BTCUSDT, 30_000, trace="t")
        assert await lanes.flush(1)
        assert lanes.name == "lanes"
    assert bus.events == []


async def test_an_order_that_is_on_its_way_is_not_asked_for(clock: VirtualClock) -> None:
    bus, desk = Published(), LaneDesk()
    desk.script("a", BudgetExhausted("orders", retry_after_ms=100))
    async with lanes_over(desk, clock=clock, bus=bus) as lanes:
        give(lanes, entry("a"))
        await turns()
        lanes.ask(BTCUSDT, A, OrderKind.MARKET, trace="t")
        await turns()
        assert bus.events[1:] == [
            QuestionFailed(
                at_ms=0,
                trace="t",
                symbol=BTCUSDT,
                client_order_id=A,
                cause="it is on its way",
                retry_after_ms=500,
            )
        ]
        assert await lanes.flush(101)
        lanes.ask(BTCUSDT, A, OrderKind.MARKET, trace="t")
        await turns()
    assert desk.calls == ["place a", "place a", "query a"]


@pytest.mark.parametrize("takes_back", [Lanes.drop_entries, cancel_a])
async def test_an_entry_under_way_that_nobody_wants_any_more_does_not_come_back_to_wait(
    clock: VirtualClock, takes_back: Callable[[Lanes], object]
) -> None:
    bus, desk, hangs = Published(), LaneDesk(), asyncio.Event()
    desk.script("a", hangs)
    async with lanes_over(desk, clock=clock, bus=bus) as lanes:
        give(lanes, entry("a"))
        await turns()
        takes_back(lanes)
        desk.failure = BudgetExhausted("orders", retry_after_ms=100)
        hangs.set()
        assert await lanes.flush(1)
    assert held_back(A, "orders", retry_ms=100) in bus.events
    assert desk.calls.count("place a") == 1


@pytest.mark.parametrize("waited", range(6))
async def test_an_order_given_while_the_lanes_end_has_an_outcome_whenever_they_are_let_set_off(
    waited: int, clock: VirtualClock
) -> None:
    bus, desk = Published(), LaneDesk()
    desk.script("a", asyncio.Event())
    lanes = Lanes(
        executor=desk, venue=desk, clock=clock, publish=bus.publish, settings=LaneSettings()
    )
    running = asyncio.get_running_loop().create_task(lanes.run())
    await turns()
    running.cancel()
    give(lanes, entry("a"))
    await turns(waited)
    lanes.set_off()
    await asyncio.wait([running])
    await lanes.stop()
    assert lanes.is_idle
    last = bus.events[-1]
    if desk.calls:
        assert isinstance(last, OrderOutcomeUnknown)
    else:
        assert last == held_back(A, "the lanes are closed", retry_ms=0)
