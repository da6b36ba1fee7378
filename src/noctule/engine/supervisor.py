"""The owner of every task: starts components, restarts what crashes, tells when it is over."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from enum import StrEnum
from random import Random

from msgspec import Struct

from noctule.domain.errors import VenueUnreachable
from noctule.engine.lifecycle import Component, ComponentState, Lifecycle
from noctule.engine.outcome import is_fatal, outcome_of, within
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["GiveUp", "RestartPolicy", "Supervisor"]

_log = get_log(__name__)


class GiveUp(StrEnum):
    """What follows when a component has failed too often in a row."""

    LEAVE = "leave"  # it stays failed, the others go on
    ESCALATE = "escalate"  # the bot stops


class RestartPolicy(Struct, frozen=True, kw_only=True):
    """How patient the supervisor is with one component."""

    attempts_max: int = 10  # failures in a row
    backoff_first_ms: int = 500
    backoff_max_ms: int = 30_000
    steady_ms: int = 60_000  # a run this long forgets earlier failures
    start_timeout_ms: int = 30_000
    stop_timeout_ms: int = 5_000
    give_up: GiveUp = GiveUp.LEAVE

    def backoff_ms(self, failures: int, jitter: Random) -> int:
        """Return how long to wait after this many failures in a row: doubling, half random."""
        full_ms = min(self.backoff_first_ms << min(failures - 1, 20), self.backoff_max_ms)
        return full_ms // 2 + jitter.randrange(full_ms // 2 + 1)


class _Ward:
    """One component in the supervisor's care."""

    def __init__(
        self, component: Component, policy: RestartPolicy, on_move: Callable[[], None]
    ) -> None:
        self.component = component
        self.policy = policy
        self.lifecycle = Lifecycle(component.name, on_move)
        self.failures = 0  # in a row
        self.task: asyncio.Task[None] | None = None
        self.is_leaving = False  # told to stop: whatever it makes of that, it is not brought back
        self.lock = asyncio.Lock()  # held while stopping, which nothing else may cut into


class Supervisor:
    """Owns the one TaskGroup; use as an async context manager around the bot's whole life."""

    def __init__(
        self,
        *,
        clock: Clock,
        jitter: Random,
        on_fatal: Callable[[str], None],
        on_move: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = clock
        self._jitter = jitter
        self._on_fatal = on_fatal
        self._on_move = on_move
        self._group = asyncio.TaskGroup()
        self._wards: dict[str, _Ward] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.fatal: Exception | None = None

    async def __aenter__(self) -> "Supervisor":
        await self._group.__aenter__()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        for ward in self._wards.values():
            ward.is_leaving = True
        for task in self._tasks:
            task.cancel()
        await self._group.__aexit__(None, None, None)

    def add(self, component: Component, policy: RestartPolicy) -> None:
        """Take a component into care; it is started by `start_all`."""
        assert component.name not in self._wards, f"two components are called {component.name}"
        self._wards[component.name] = _Ward(component, policy, self._on_move)

    async def start_all(self, *names: str) -> None:
        """Start the components of these names, or all that are new, then sync every one of them.

        None of them runs before all know the world.
        """
        wards = [
            ward
            for name, ward in self._wards.items()
            if ward.lifecycle.state is ComponentState.NEW and (not names or name in names)
        ]
        for ward in wards:
            ward.lifecycle.move(ComponentState.STARTING)
            await _in_time(ward, ward.component.start(), "start")
        for ward in wards:
            await _in_time(ward, ward.component.sync_state(), "learn the state of the world")
        for ward in wards:
            ward.lifecycle.move(ComponentState.RUNNING)
            ward.task = self._task(f"component:{ward.component.name}", self._care_for(ward))

    async def bring_up(self, name: str) -> None:
        """Start one component that is new, trying again as its policy allows, and let it run."""
        ward = self._wards[name]
        if await self._bring_up(ward):
            ward.task = self._task(f"component:{name}", self._care_for(ward))

    async def restart(self, name: str) -> None:
        """Stop one component and start it anew, leaving all others alone."""
        ward = self._wards[name]
        async with ward.lock:
            await self._stop(ward)
            ward.is_leaving = False
            ward.failures = 0
            ward.task = self._task(f"component:{name}", self._bring_up_and_care_for(ward))
        _log.info("component restarts", component_name=name)

    async def stop(self, name: str) -> None:
        """Stop one component for good; doing it twice is harmless."""
        ward = self._wards[name]
        async with ward.lock:
            await self._stop(ward)

    def spawn(self, name: str, work: Coroutine[object, object, None]) -> Callable[[], object]:
        """Run a task for a component and return the way to cancel it.

        If it fails that is logged; if it fails by a bug of ours the bot stops.
        """
        task = self._task(name, self._run_loose(name, work))
        task.add_done_callback(lambda _task: work.close())  # it may have been cancelled unbegun
        return task.cancel

    def spawn_vital(self, name: str, work: Coroutine[object, object, None]) -> None:
        """Run a task that the bot cannot go on without: if it fails, in any way, the bot stops."""
        self._task(name, self._run_vital(name, work))  # type: ignore[unused-awaitable]  # the group waits

    def degrade(self, name: str, reason: str) -> None:
        """Mark a running component as limping."""
        self._wards[name].lifecycle.move(ComponentState.DEGRADED)
        _log.warning("component degraded", component_name=name, reason=reason)

    def recover(self, name: str) -> None:
        """Mark a limping component as well again."""
        self._wards[name].lifecycle.move(ComponentState.RUNNING)
        _log.info("component recovered", component_name=name)

    def states(self) -> Mapping[str, ComponentState]:
        """Return every component's state."""
        return {name: ward.lifecycle.state for name, ward in self._wards.items()}

    async def _care_for(self, ward: _Ward) -> None:
        """Let a running component run, and bring it back each time it fails."""
        while True:
            began_ms = self._clock.elapsed_ms()
            failure = await self._outcome(ward, ward.component.run())
            if failure is None:
                async with ward.lock:
                    await self._put_down(ward, ComponentState.STOPPED)
                return
            if self._clock.elapsed_ms() - began_ms >= ward.policy.steady_ms:
                ward.failures = 0
            if not await self._survives(ward, failure):
                return
            if not await self._bring_up(ward):
                return

    async def _bring_up_and_care_for(self, ward: _Ward) -> None:
        if await self._bring_up(ward):
            await self._care_for(ward)

    async def _bring_up(self, ward: _Ward) -> bool:
        """Start a stopped or failed component, trying again as its policy allows."""
        while True:
            ward.lifecycle.move(ComponentState.STARTING)
            failure = await self._outcome(ward, self._start_and_sync(ward))
            if failure is None:
                ward.lifecycle.move(ComponentState.RUNNING)
                return True
            if not await self._survives(ward, failure):
                return False

    async def _start_and_sync(self, ward: _Ward) -> None:
        await _in_time(ward, ward.component.start(), "start")
        await _in_time(ward, ward.component.sync_state(), "learn the state of the world")

    async def _outcome(self, ward: _Ward, work: Awaitable[None]) -> Exception | None:
        """Return what a component's work raised; once it is to leave, go no further."""
        failure = await outcome_of(work)
        if not ward.is_leaving:
            return failure
        if failure is not None:
            _log.exception("failed while stopping", failure, component_name=ward.component.name)
        raise asyncio.CancelledError

    async def _survives(self, ward: _Ward, failure: Exception) -> bool:
        """Clean up after a failure and wait; False when there will be no next attempt."""
        name = ward.component.name
        ward.failures += 1
        async with ward.lock:
            await self._put_down(ward, ComponentState.FAILED)
        if is_fatal(failure):
            self.escalate(f"component {name}", failure)
            return False
        if ward.failures > ward.policy.attempts_max:
            _log.exception("component given up", failure, component_name=name)
            if ward.policy.give_up is GiveUp.ESCALATE:
                self.escalate(f"component {name}", failure)
            return False
        wait_ms = ward.policy.backoff_ms(ward.failures, self._jitter)
        _log.exception("component failed", failure, component_name=name, retry_in_ms=wait_ms)
        await self._clock.sleep_ms(wait_ms)
        return True

    async def _stop(self, ward: _Ward) -> None:
        ward.is_leaving = True
        if ward.task is not None:
            ward.task.cancel()
            await asyncio.wait({ward.task})
            ward.task = None
        match ward.lifecycle.state:
            case ComponentState.NEW | ComponentState.STOPPED:
                return
            case ComponentState.FAILED:
                ward.lifecycle.move(ComponentState.STOPPED)  # it let go of the world when it failed
            case _:
                await self._put_down(ward, ComponentState.STOPPED)

    async def _put_down(self, ward: _Ward, state: ComponentState) -> None:
        ward.lifecycle.move(ComponentState.STOPPING)
        timeout_ms = ward.policy.stop_timeout_ms
        try:
            failure = await outcome_of(within(timeout_ms, ward.component.stop()))
        finally:
            ward.lifecycle.move(state)  # also when we are cancelled: it is not stopped twice
        if failure is not None:
            _log.exception("component did not stop", failure, component_name=ward.component.name)

    async def _run_loose(self, name: str, work: Coroutine[object, object, None]) -> None:
        failure = await outcome_of(work)
        if failure is None:
            return
        _log.exception("task failed", failure, task=name)
        if is_fatal(failure):
            self.escalate(f"task {name}", failure)

    async def _run_vital(self, name: str, work: Coroutine[object, object, None]) -> None:
        failure = await outcome_of(work)
        if failure is not None:
            self.escalate(f"task {name}", failure)

    def escalate(self, who: str, failure: Exception) -> None:
        """Say that the bot cannot go on; the first such failure decides the exit code."""
        if self.fatal is None:
            self.fatal = failure
        _log.exception("fatal", failure, who=who)
        self._on_fatal(f"{who}: {failure}")

    def _task(self, name: str, work: Coroutine[object, object, None]) -> "asyncio.Task[None]":
        task = self._group.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _in_time(ward: _Ward, work: Awaitable[None], what: str) -> None:
    timeout_ms = ward.policy.start_timeout_ms
    try:
        await within(timeout_ms, work)
    except TimeoutError as exc:
        raise VenueUnreachable(
            f"{ward.component.name} did not {what} within {timeout_ms} ms"
        ) from exc
