"""The cells of the matrix: at which step something goes wrong, and what that is."""

import asyncio
import os
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final, TypeVar

from msgspec import Struct

from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.adapters.sim.limits import Throttled
from noctule.adapters.sim.messages import Response, refusal
from noctule.adapters.sim.terms import Terms
from noctule.app.storm.exchange import Asked
from tests.fakes.hands_exchange import Trap
from tests.fakes.hands_home import ORDER_TIMEOUT_MS
from tests.fakes.hands_rig import Rig

__all__ = [
    "REQUEST_FAULTS",
    "SHORT_BANS",
    "Step",
    "Wrong",
    "at_step",
    "by_hand",
    "outage_at_step",
    "refused",
    "request_fault",
    "slice_of",
]


T = TypeVar("T")

_IS_WHOLE: Final = os.environ.get("HANDS") == "all"


def slice_of(cells: Sequence[T], count: int) -> Sequence[T]:
    """Return the first so many, as every push takes them; all with HANDS=all in the environment."""
    return cells if _IS_WHOLE else cells[:count]


class Step(StrEnum):
    """The requests that a round trip is made of."""

    ENTRY = "entry"
    STOP = "stop"
    TARGET = "target"
    MOVE = "move"  # the first new stop of a move
    RETIRE = "retire"  # the old stop of a move is cancelled
    EXIT = "exit"
    SWEEP = "sweep"  # what stands in the way of an exit is cancelled
    SIBLING = "sibling"  # the stop with a size that a target left behind is cancelled

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the settings without which no such request is made."""
        is_regular = self is Step.SWEEP  # a conditional target is in nobody's way
        return ("risk.take_profit_order=limit",) if is_regular else ()


def _is_conditional(asked: Asked, family: str) -> bool:
    is_placement = asked.method == "POST" and asked.path == "/fapi/v1/algoOrder"
    return is_placement and asked.sent.get("type", "").startswith(family)


def _is_entry(asked: Asked) -> bool:
    is_placement = asked.method == "POST" and asked.path == "/fapi/v1/order"
    return is_placement and asked.sent.get("reduceOnly") != "true"


def _is_exit(asked: Asked) -> bool:
    is_placement = asked.method == "POST" and asked.path == "/fapi/v1/order"
    return is_placement and asked.sent.get("reduceOnly") == "true"


def _is_target(asked: Asked) -> bool:
    is_limit = _is_exit(asked) and asked.sent.get("type") == "LIMIT"
    return is_limit or _is_conditional(asked, "TAKE_PROFIT")


def _is_cancel(asked: Asked) -> bool:
    return asked.method == "DELETE" and "rder" in asked.path


_MATCHES: Final[dict[Step, Callable[[Asked], bool]]] = {
    Step.ENTRY: _is_entry,
    Step.STOP: lambda asked: _is_conditional(asked, "STOP"),
    Step.TARGET: _is_target,
    Step.MOVE: lambda asked: _is_conditional(asked, "STOP"),
    Step.RETIRE: _is_cancel,
    Step.EXIT: lambda asked: _is_exit(asked) and asked.sent.get("type") == "MARKET",
    Step.SWEEP: _is_cancel,
    Step.SIBLING: _is_cancel,
}


class Wrong(Struct, frozen=True, kw_only=True):
    """One thing that goes wrong with a request."""

    name: str
    fault: Fault | None = None
    answer: Callable[[], Response] | None = None  # instead of a fault
    times: int = 1
    is_outage: bool = False  # the exchange answers no order requests for a while


def at_step(rig: Rig, step: Step, wrong: Wrong, *, skip: int = 0) -> Trap:
    """Let it go wrong with the next request of this step, or with one after it."""
    matches = _but_the_first(skip, _MATCHES[step])
    if wrong.fault is not None:
        return rig.exchange.trap_fault(matches, wrong.fault, times=wrong.times)
    assert wrong.answer is not None, f"{wrong.name} does nothing"
    return rig.exchange.trap(matches, wrong.answer, times=wrong.times)


def _but_the_first(skip: int, matches: Callable[[Asked], bool]) -> Callable[[Asked], bool]:
    passed = 0

    def matched(asked: Asked) -> bool:
        nonlocal passed
        if not matches(asked):
            return False
        passed += 1
        return passed > skip

    return matched


def outage_at_step(rig: Rig, step: Step, kind: FaultKind, *, for_s: float) -> Trap:
    """Let the exchange take no orders for so long, from this step's request on."""

    def spring() -> None:
        rig.exchange.arm(kind, "POST /fapi/v1/*rder", times=None)
        rig.exchange.arm(kind, "DELETE /fapi/v1/*rder", times=None)
        rig.watch.begin_outage(for_ms=1_000 * for_s)
        asyncio.get_running_loop().call_later(for_s, rig.exchange.disarm)

    return rig.exchange.trap(_MATCHES[step], spring)


def by_hand(rig: Rig, step: Step, act: Callable[[], object]) -> Trap:
    """Let the owner do something just before the exchange hears the request of this step."""

    def spring() -> None:
        act()

    return rig.exchange.trap(_MATCHES[step], spring)


def refused(
    code: int, msg: str = "refused by the test", *, status: int = 400, times: int = 1
) -> Wrong:
    """Return a refusal with a code of our own."""
    fault = Fault(kind=FaultKind.REFUSED, code=code, msg=msg, status=status)
    return Wrong(name=f"refused{code}", fault=fault, times=times)


def request_fault(kind: FaultKind) -> Wrong:
    """Return one of the exchange's own faults."""
    return Wrong(name=kind.value, fault=Fault(kind=kind, delay_ms=ORDER_TIMEOUT_MS // 2))


def _too_many() -> Response:
    return refusal(Throttled(-1003, "Too many requests.", status=429, retry_after_ms=1_000))


SHORT_BANS: Final = Terms(ban_ms=500, ban_ms_max=500)
_UNCLEAR: Final = "Internal error; unable to reach the backend."
# Every request may meet these, whatever it wants.
REQUEST_FAULTS: Final = (
    *map(
        request_fault,
        (
            FaultKind.LOST_BEFORE,
            FaultKind.LOST_AFTER,
            FaultKind.RESET_BEFORE,
            FaultKind.RESET_AFTER,
            FaultKind.LATE_ANSWER,
            FaultKind.UNKNOWN_BEFORE,
            FaultKind.UNKNOWN_AFTER,
            FaultKind.UNAVAILABLE,
            FaultKind.INTERNAL,
            FaultKind.OVERLOADED,
            FaultKind.TIMED_OUT,
            FaultKind.BAD_GATEWAY,
            FaultKind.GARBAGE_ANSWER,
            FaultKind.TRUNCATED_ANSWER,
            FaultKind.BANNED,
        ),
    ),
    Wrong(
        name="very_late_answer",
        fault=Fault(kind=FaultKind.LATE_ANSWER, delay_ms=2 * ORDER_TIMEOUT_MS),
    ),
    Wrong(name="too_many", answer=_too_many),
    refused(-1001, _UNCLEAR, status=503),
    refused(-1007, "Timeout waiting for response from backend server.", status=408),
    refused(-1021, "Timestamp for this request is outside of the recvWindow."),
)
