"""Lanes that wait for nothing carry one errand at a time, in the order of the real ones."""

from noctule.adapters.clock import VirtualClock
from noctule.domain.errors import VenueRefused
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.order import OrderAccepted, OrderRejected, OrderSubmitted
from noctule.domain.order import OrderKind
from noctule.engine.inline_lanes import InlineLanes
from noctule.engine.lanes import LaneSettings
from tests.builders import BTCUSDT
from tests.fakes.bus import Published
from tests.fakes.lane_desk import LaneDesk
from tests.fakes.lane_orders import A, B, close, entry, give


def inline(desk: LaneDesk) -> InlineLanes:
    return InlineLanes(
        executor=desk,
        venue=desk,
        clock=VirtualClock(start_ms=0),
        publish=Published().publish,
        settings=LaneSettings(),
    )


def all_of(lanes: InlineLanes) -> list[OrderEvent]:
    heard = list[OrderEvent]()
    while lanes.carry_one(heard.append):
        pass
    return heard


def test_an_order_is_placed_and_told_without_a_loop() -> None:
    desk = LaneDesk()
    lanes = inline(desk)
    give(lanes, entry("a"))
    assert desk.calls == []
    heard = all_of(lanes)
    assert desk.calls == ["place a"]
    assert [type(each) for each in heard] == [OrderSubmitted, OrderAccepted]


def test_with_nothing_on_its_way_nothing_is_carried() -> None:
    assert inline(LaneDesk()).carry_one(lambda _event: None) is False


def test_each_errand_is_a_turn_of_its_own() -> None:
    desk = LaneDesk()
    lanes = inline(desk)
    give(lanes, entry("a"))
    give(lanes, entry("b"))
    lanes.carry_one(lambda _event: None)
    assert desk.calls == ["place a"]
    lanes.carry_one(lambda _event: None)
    assert desk.calls == ["place a", "place b"]


def test_what_was_given_has_left_and_nothing_overtakes_it() -> None:
    desk = LaneDesk()
    lanes = inline(desk)
    give(lanes, entry("a"))
    lanes.drop_entries()
    give(lanes, close("b"))
    all_of(lanes)
    assert desk.calls == ["place a", "place b"]


def test_a_refusal_is_told_as_one() -> None:
    desk = LaneDesk()
    desk.script(A, VenueRefused("no", code=-2019))
    lanes = inline(desk)
    give(lanes, entry("a"))
    heard = all_of(lanes)
    assert [type(each) for each in heard] == [OrderSubmitted, OrderRejected]


def test_a_cancel_is_carried_as_well() -> None:
    desk = LaneDesk()
    lanes = inline(desk)
    lanes.cancel(BTCUSDT, B, OrderKind.LIMIT, trace="t")
    all_of(lanes)
    assert desk.calls == ["cancel b"]
