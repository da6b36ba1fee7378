"""The [control] section: where the running daemon listens to its owner's shell."""

from pathlib import Path

from pydantic import BaseModel, field_validator

__all__ = ["ControlSettings"]

_PATH_BYTES_MAX = 100  # Linux gives a socket 107, some systems 103


class ControlSettings(BaseModel, frozen=True, extra="forbid"):
    """Path of the Unix socket behind status, pause, flatten and their like; None: there is none."""

    socket: Path | None = Path("logs/state/control.sock")

    @field_validator("socket")
    @classmethod
    def _fits_into_a_socket_address(cls, socket: Path | None) -> Path | None:
        length = len(bytes(socket or Path()))
        if length > _PATH_BYTES_MAX:
            most = f"a socket's path has at most {_PATH_BYTES_MAX}"
            raise ValueError(f"is {length} bytes long, {most}, name a shorter one")
        return socket
