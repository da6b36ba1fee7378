"""Every event there is, found by itself: it can be recorded, read back, and never changed."""

import operator
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum
from functools import reduce
from importlib import import_module
from pkgutil import iter_modules
from types import NoneType
from typing import Any, get_args, get_origin

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from noctule.domain import events
from noctule.domain.events.base import DataEvent, Event, OrderEvent, QueueName, SignalEvent
from noctule.domain.order import OrderKind, OrderRequest
from noctule.domain.position import Position
from tests.builders import order_request, position

BASES = {
    DataEvent: QueueName.DATA,
    SignalEvent: QueueName.SIGNAL,
    OrderEvent: QueueName.ORDER,
}
IRREGULAR_PASTS = {"Found", "Held", "Lost", "Made", "Paid", "Taken"}
STATES_NOT_DEEDS = {"OrderOutcomeUnknown"}  # what became of the request is what nobody knows


def facts() -> list[type[Event]]:
    """Import every module of events and list the classes that can happen."""
    for module in iter_modules(events.__path__, f"{events.__name__}."):
        import_module(module.name)
    return [event for event in descendants(Event) if event not in BASES]


def descendants(event: type[Event]) -> Iterator[type[Event]]:
    """Walk our own subclasses; tests may define more of them."""
    for child in event.__subclasses__():
        if child.__module__.startswith("noctule."):
            yield child
            yield from descendants(child)


FACTS = facts()
DECODER: msgspec.json.Decoder[Event] = msgspec.json.Decoder(reduce(operator.or_, FACTS))
on_every_event = pytest.mark.parametrize("event", FACTS, ids=lambda event: event.__name__)

# Scalars as JSON can carry them, and the values that refuse to be built from just anything.
SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    NoneType: st.none(),
    bool: st.booleans(),
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: st.text(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    Position: st.sampled_from([position(), position("0.5", "60000.1"), position("-3", "59000")]),
    OrderRequest: st.sampled_from(
        [
            order_request(OrderKind.LIMIT, quantity="0.0100", price="60000.10"),
            order_request(OrderKind.STOP_MARKET, quantity=None, trigger_price="59000"),
            order_request(OrderKind.TRAILING_STOP_MARKET, callback_share="0.010"),
        ]
    ),
}


def anything(kind: Any) -> st.SearchStrategy[Any]:
    """Draw any value of a field's type; a kind of field we have not met fails loudly."""
    kind = getattr(kind, "__supertype__", kind)
    if kind in SIMPLE:
        return SIMPLE[kind]
    if get_origin(kind) is tuple:
        return st.lists(anything(get_args(kind)[0]), max_size=3).map(tuple)
    if get_origin(kind) in (dict, Mapping):
        return st.dictionaries(*map(anything, get_args(kind)), max_size=3)
    if get_args(kind):
        return st.one_of(*map(anything, get_args(kind)))
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    assert issubclass(kind, Struct), f"{kind} is no kind of field that an event may have"
    return st.builds(kind, **{one.name: anything(one.type) for one in msgspec.structs.fields(kind)})


def structs_of(kind: Any) -> Iterator[type[Struct]]:
    """Walk a type and everything inside it for our own structs."""
    for part in get_args(kind):
        yield from structs_of(part)
    if isinstance(kind, type) and issubclass(kind, Struct):
        yield kind
        for field in msgspec.structs.fields(kind):
            yield from structs_of(field.type)


@given(event=st.one_of(*map(anything, FACTS)))
def test_one_decoder_reads_every_event_back_as_it_was(event: Event) -> None:
    line = msgspec.json.encode(event)
    read = DECODER.decode(line)
    assert type(read) is type(event)
    assert read == event
    assert msgspec.json.encode(read) == line


@on_every_event
def test_an_event_is_recorded_under_its_own_name(event: type[Event]) -> None:
    assert event.__struct_config__.tag == event.__name__


@on_every_event
def test_an_event_sits_on_the_queue_of_its_one_base_class(event: type[Event]) -> None:
    queues = [queue for base, queue in BASES.items() if base in event.__mro__]
    assert queues == [event.queue]


@on_every_event
def test_an_event_and_all_that_it_holds_is_frozen(event: type[Event]) -> None:
    assert [one.__name__ for one in structs_of(event) if not one.__struct_config__.frozen] == []


@on_every_event
def test_an_event_is_named_in_the_past_tense(event: type[Event]) -> None:
    last_word = re.findall(r"[A-Z][a-z]+", event.__name__.removesuffix("Back"))[-1]
    is_past = last_word.endswith("ed") or last_word in IRREGULAR_PASTS
    assert is_past or event.__name__ in STATES_NOT_DEEDS


def test_events_were_found_on_every_queue() -> None:
    assert {event.queue for event in FACTS} == set(QueueName)
