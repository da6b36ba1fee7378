"""What the desk asks and makes of a position travels on the order queue."""

import msgspec
import pytest

from noctule.domain.events import desk
from noctule.domain.events.base import Event, Overflow, QueueName
from tests.fakes import desk_events
from tests.fakes.desk_events import REPORT, reported

EVENTS: tuple[Event, ...] = (
    desk_events.HELD_BACK,
    reported(REPORT),
    reported(None),
    desk_events.NO_ANSWER,
    desk_events.CANCEL_ACCEPTED,
    desk_events.CANCEL_FAILED,
    desk_events.EXIT_REQUESTED,
    desk_events.MOVE_REQUESTED,
    desk_events.ENTRY_REFUSED,
    desk_events.PROTECTED,
    desk_events.MOVED,
    desk_events.CLOSED,
)


@pytest.mark.parametrize("name", desk.__all__)
def test_all_of_them_go_by_the_order_queue_and_none_is_ever_replaced(name: str) -> None:
    kind = getattr(desk, name)
    assert (kind.queue, kind.overflow) == (QueueName.ORDER, Overflow.WAIT)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_is_the_same_after_being_written_and_read(event: Event) -> None:
    assert msgspec.json.decode(msgspec.json.encode(event), type=type(event)) == event
