"""The base class of an event is its queue: there is no name to mistype."""

from enum import IntEnum, StrEnum
from typing import ClassVar

from msgspec import Struct

__all__ = ["DataEvent", "Event", "OrderEvent", "Overflow", "QueueName", "SignalEvent"]


class QueueName(IntEnum):
    """The three queues, in the only direction events move."""

    DATA = 0
    SIGNAL = 1
    ORDER = 2

    @property
    def label(self) -> str:
        """Return the name as logs and metrics show it."""
        return self.name.lower()


class Overflow(StrEnum):
    """What a full queue does with one more event of a class."""

    WAIT = "wait"  # the publisher waits for room
    REPLACE = "replace"  # the newer takes the place of an older one of the same slot


class Event(Struct, frozen=True, kw_only=True, tag=True):
    """A fact: when it became true in market time, and the thread it belongs to."""

    queue: ClassVar[QueueName]
    overflow: ClassVar[Overflow] = Overflow.WAIT

    at_ms: int
    trace: str

    @property
    def slot(self) -> tuple[str, ...]:
        """Return what a newer event of the same class must share with this one to replace it."""
        return ()


class DataEvent(Event, frozen=True, kw_only=True):
    """Something about the market."""

    queue: ClassVar[QueueName] = QueueName.DATA


class SignalEvent(Event, frozen=True, kw_only=True):
    """An opinion, or a verdict on one."""

    queue: ClassVar[QueueName] = QueueName.SIGNAL


class OrderEvent(Event, frozen=True, kw_only=True):
    """Something about orders, the account, or the desk itself."""

    queue: ClassVar[QueueName] = QueueName.ORDER
