"""Leaving in order: signals ask, steps have deadlines, and the second signal forces."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from types import FrameType
from typing import Final

from msgspec import Struct

from noctule.domain.errors import ShutdownOverrun
from noctule.engine.outcome import outcome_of, within
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = [
    "DEADLINES_MS",
    "MARGIN_MS",
    "RECOVERY_GRACE_MS",
    "ShutdownStep",
    "StepOutcome",
    "StepResult",
    "StopRequest",
    "run_steps",
    "signals_caught",
]

# The order in which the bot leaves. The systemd unit's TimeoutStopSec is their sum, the grace
# of a start and the margin.
DEADLINES_MS: Final[Mapping[str, int]] = {
    "entries off": 1_000,
    "collector stop": 5_000,
    "drain data": 5_000,
    "drain signal": 5_000,
    "drain order": 5_000,
    "outbox flush": 5_000,
    "policy": 15_000,  # cancel entries, keep or flatten, drain again what that caused
    "journal": 5_000,
    "close adapters": 5_000,
}
RECOVERY_GRACE_MS: Final = 10_000  # a start that is still guarding what was left may go on so long
MARGIN_MS: Final = 9_000  # interpreter exit, and a disk that takes its time

_STOPPING: Final = (signal.SIGINT, signal.SIGTERM)

_log = get_log(__name__)


class StepOutcome(StrEnum):
    """How a step ended; the next one follows in any case."""

    DONE = "done"
    OVERRUN = "overrun"
    FAILED = "failed"


class ShutdownStep(Struct, frozen=True, kw_only=True):
    """One thing to do on the way out."""

    name: str
    act: Callable[[], Awaitable[None]]


class StepResult(Struct, frozen=True, kw_only=True):
    """What became of a step."""

    name: str
    outcome: StepOutcome
    took_ms: int


class StopRequest:
    """Somebody asked the bot to stop; the first one to ask is remembered."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        self._patience: asyncio.Timeout | None = None
        self._grace_ms = 0  # of the work that goes on
        self.cause: str | None = None

    def ask(self, cause: str) -> None:
        """Ask for a graceful stop; asking again changes nothing."""
        if self.cause is None:
            self.cause = cause
        self._asked.set()
        patience, self._patience = self._patience, None  # it runs out only once
        if patience is not None:
            patience.reschedule(asyncio.get_running_loop().time() + self._grace_ms / 1_000)

    async def unless_asked(self, work: Callable[[], Awaitable[None]], *, grace_ms: int = 0) -> bool:
        """Do some work, but leave it when somebody asks, after the grace; tell if it was done."""
        if self._asked.is_set():
            return False
        self._patience, self._grace_ms = asyncio.timeout(None), grace_ms
        patience = self._patience
        try:
            async with patience:
                await work()
        except TimeoutError:
            if not patience.expired():
                raise  # the work's own
            return False
        finally:
            self._patience = None
        return True

    async def wait(self) -> str:
        """Return the cause once somebody has asked."""
        await self._asked.wait()
        assert self.cause is not None
        return self.cause


async def run_steps(
    steps: Sequence[ShutdownStep], *, clock: Clock, total_ms: int
) -> tuple[StepResult, ...]:
    """Take every step, each within its own deadline and all within the total."""
    ends_ms = clock.elapsed_ms() + total_ms
    results = []
    for step in steps:
        left_ms = max(0, ends_ms - clock.elapsed_ms())
        results.append(await _take(step, clock, min(DEADLINES_MS[step.name], left_ms)))
    return tuple(results)


async def _take(step: ShutdownStep, clock: Clock, deadline_ms: int) -> StepResult:
    began_ms = clock.elapsed_ms()
    failure = await outcome_of(_act(step, deadline_ms))
    outcome = StepOutcome.DONE
    if isinstance(failure, ShutdownOverrun):
        outcome = StepOutcome.OVERRUN
        _log.warning("shutdown step overran", step=step.name, deadline_ms=deadline_ms)
    elif failure is not None:
        outcome = StepOutcome.FAILED
        _log.exception("shutdown step failed", failure, step=step.name)
    return StepResult(name=step.name, outcome=outcome, took_ms=clock.elapsed_ms() - began_ms)


async def _act(step: ShutdownStep, deadline_ms: int) -> None:
    try:
        await within(deadline_ms, step.act())
    except TimeoutError as exc:
        raise ShutdownOverrun(f"{step.name} took longer than {deadline_ms} ms") from exc


@contextmanager
def signals_caught(
    request: StopRequest, *, reload: Callable[[], None], force: Callable[[], None]
) -> Iterator[None]:
    """Let the first SIGINT or SIGTERM ask, the second force, and SIGHUP reload.

    The handlers are Python's own, not the loop's: they run even while a handler or a shutdown
    step blocks the loop, which is exactly when somebody presses Ctrl-C a second time. The loop
    must wake for a signal that comes just as it begins to wait: uvloop does, asyncio's does not.
    """
    loop = asyncio.get_running_loop()
    seen = 0

    def on_stop(number: int, _frame: FrameType | None) -> None:
        nonlocal seen
        seen += 1
        if seen > 1:
            force()
        loop.call_soon_threadsafe(request.ask, signal.Signals(number).name)

    def on_hangup(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(reload)

    before = {number: signal.signal(number, on_stop) for number in _STOPPING}
    before[signal.SIGHUP] = signal.signal(signal.SIGHUP, on_hangup)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
