"""Where the desk writes down what it must not forget."""

from typing import Protocol

from noctule.domain.memory import DeskMemory

__all__ = ["Memory"]


class Memory(Protocol):
    """One small record, kept over restarts; losing it costs comfort, never safety."""

    def recall(self) -> DeskMemory | None:
        """Return what was saved last; None when there is nothing."""
        ...

    def save(self, memory: DeskMemory) -> None:
        """Write it soon, behind our back; the latest wins."""
        ...

    def close(self, timeout_ms: int) -> bool:
        """Write the latest and let go; tell whether that was possible in time."""
        ...
