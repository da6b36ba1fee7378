"""The [control] section: where the running daemon listens to its owner's shell."""

from pathlib import Path

from pydantic import BaseModel

__all__ = ["ControlSettings"]


class ControlSettings(BaseModel, frozen=True, extra="forbid"):
    """Path of the Unix socket behind status, pause, flatten and their like."""

    socket: Path = Path("logs/state/control.sock")
