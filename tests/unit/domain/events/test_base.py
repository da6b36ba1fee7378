"""The base class of an event is its queue."""

import pytest

from noctule.domain.events.base import DataEvent, OrderEvent, Overflow, QueueName, SignalEvent
from noctule.domain.events.data import FeedLost
from noctule.domain.values import Symbol
from tests.builders import START_MS


def test_events_move_from_data_over_signal_to_order() -> None:
    assert [queue.label for queue in sorted(QueueName)] == ["data", "signal", "order"]


def test_each_base_class_has_a_queue() -> None:
    assert {base: base.queue for base in (DataEvent, SignalEvent, OrderEvent)} == {
        DataEvent: QueueName.DATA,
        SignalEvent: QueueName.SIGNAL,
        OrderEvent: QueueName.ORDER,
    }


def test_an_event_waits_for_room_and_replaces_nothing_unless_it_says_so() -> None:
    event = FeedLost(at_ms=START_MS, trace="t", symbol=Symbol("BTCUSDT"), reason="silent")
    assert event.overflow is Overflow.WAIT
    assert event.slot == ()


def test_a_fact_cannot_be_changed() -> None:
    event = FeedLost(at_ms=START_MS, trace="t", symbol=Symbol("BTCUSDT"), reason="silent")
    with pytest.raises(AttributeError, match="immutable"):
        event.at_ms = 0  # type: ignore[misc]  # the mistake this test is about
