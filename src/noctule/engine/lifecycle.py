"""What a component is, which states it has, and which steps between them are legal."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final, Protocol

__all__ = ["TRANSITIONS", "Component", "ComponentState", "IllegalTransition", "Lifecycle"]


class ComponentState(StrEnum):
    """Seven words, no booleans; health, systemd and the dashboard show the same ones."""

    NEW = "new"
    STARTING = "starting"
    RUNNING = "running"
    DEGRADED = "degraded"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"


_NEW, _STARTING, _RUNNING, _DEGRADED, _STOPPING, _STOPPED, _FAILED = ComponentState

TRANSITIONS: Final[Mapping[ComponentState, frozenset[ComponentState]]] = {
    _NEW: frozenset({_STARTING, _STOPPED, _FAILED}),
    _STARTING: frozenset({_RUNNING, _STOPPING, _FAILED}),
    _RUNNING: frozenset({_DEGRADED, _STOPPING, _FAILED}),
    _DEGRADED: frozenset({_RUNNING, _STOPPING, _FAILED}),
    _STOPPING: frozenset({_STOPPED, _FAILED}),
    _STOPPED: frozenset({_STARTING, _FAILED}),
    _FAILED: frozenset({_STARTING, _STOPPING, _STOPPED}),
}


class IllegalTransition(AssertionError):
    """A component was told to do what its state does not allow: a bug of ours."""


class Component(Protocol):
    """A part of the bot that can be started, watched, restarted and stopped on its own."""

    @property
    def name(self) -> str:
        """Return the name that logs, health and commands use."""
        ...

    async def start(self) -> None:
        """Connect; raise if that is not possible now."""
        ...

    async def sync_state(self) -> None:
        """Learn what is true in the world, before the first event is handled."""
        ...

    async def run(self) -> None:
        """Work until cancelled; returning means the work is done, raising that it failed."""
        ...

    async def stop(self) -> None:
        """Let go of the world; called once after `run`, however it ended."""
        ...


class Lifecycle:
    """One component's state; moves only along the table, and says that it moved."""

    def __init__(self, name: str, on_move: Callable[[], None] = lambda: None) -> None:
        self.name = name
        self.state = ComponentState.NEW
        self._on_move = on_move

    def move(self, state: ComponentState) -> None:
        """Take one legal step."""
        if state not in TRANSITIONS[self.state]:
            raise IllegalTransition(f"{self.name} cannot go from {self.state} to {state}")
        self.state = state
        self._on_move()

    @property
    def is_up(self) -> bool:
        """Tell whether the component does its work, if with a limp."""
        return self.state in (ComponentState.RUNNING, ComponentState.DEGRADED)
