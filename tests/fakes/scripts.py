"""Events that carry the script of what their handler does, and Hypothesis's supply of them."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from hypothesis import strategies as st
from msgspec import Struct, structs

from noctule.domain.events.base import DataEvent, OrderEvent, SignalEvent

__all__ = [
    "Act",
    "DataScript",
    "OrderScript",
    "Script",
    "SignalScript",
    "data_scripts",
    "family",
    "named",
    "order_scripts",
]


class Act(Struct, frozen=True, kw_only=True):
    """One thing a handler does: wait some turns, then publish, or have the executor do so."""

    pauses: int
    event: "Script"
    asks_executor: bool


class DataScript(DataEvent, frozen=True, kw_only=True):
    """What the handler of an event on the data queue does."""

    label: str
    acts: tuple[Act, ...]
    fails: bool


class SignalScript(SignalEvent, frozen=True, kw_only=True):
    """What the handler of an event on the signal queue does."""

    label: str
    acts: tuple[Act, ...]
    fails: bool


class OrderScript(OrderEvent, frozen=True, kw_only=True):
    """What the handler of an event on the order queue does."""

    label: str
    acts: tuple[Act, ...]
    fails: bool


Script: TypeAlias = DataScript | SignalScript | OrderScript
Supply: TypeAlias = st.SearchStrategy[Script]

_never = st.just(value=False)


def data_scripts(depth: int = 2, *, asks: st.SearchStrategy[bool] = _never) -> Supply:
    """Supply events for the data queue, with follow-ups and with all that they send down."""
    below = _signal_scripts(asks=asks)
    causes = data_scripts(depth - 1, asks=asks) | below if depth else below
    return _events(DataScript, _acts(causes, _never))


def _signal_scripts(depth: int = 1, *, asks: st.SearchStrategy[bool]) -> Supply:
    below = order_scripts(1, asks=asks)
    causes = _signal_scripts(depth - 1, asks=asks) | below if depth else below
    return _events(SignalScript, _acts(causes, _never))


def order_scripts(depth: int = 2, *, asks: st.SearchStrategy[bool] = _never) -> Supply:
    """Supply events for the order queue, with follow-ups and requests to the executor."""
    if not depth:
        return _events(OrderScript, st.just(()))
    return _events(OrderScript, _acts(order_scripts(depth - 1, asks=asks), asks))


def named(roots: Sequence[Script], prefix: str = "") -> list[Script]:
    """Give every event of these families a label of its own."""
    return [_named(root, f"{prefix}{number}") for number, root in enumerate(roots)]


def family(events: Iterable[Script]) -> list[Script]:
    """Return these events with all that they will ever cause."""
    found: list[Script] = []
    for event in events:
        found += [event, *family(act.event for act in event.acts)]
    return found


def _acts(events: Supply, asks: st.SearchStrategy[bool]) -> st.SearchStrategy[tuple[Act, ...]]:
    act = st.builds(Act, pauses=st.integers(0, 3), event=events, asks_executor=asks)
    return st.lists(act, max_size=2).map(tuple)


def _events(kind: type[Script], acts: st.SearchStrategy[tuple[Act, ...]]) -> Supply:
    blank = st.just("")
    return st.builds(
        kind, at_ms=st.just(0), trace=blank, label=blank, acts=acts, fails=st.booleans()
    )


def _named(event: Script, label: str) -> Script:
    acts = (
        structs.replace(act, event=_named(act.event, f"{label}.{number}"))
        for number, act in enumerate(event.acts)
    )
    return structs.replace(event, label=label, trace=label, acts=tuple(acts))
