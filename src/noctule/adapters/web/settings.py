"""The [web] section: whether there is a dashboard, and at which address."""

from pydantic import BaseModel, field_validator

__all__ = ["WebSettings"]


class WebSettings(BaseModel, frozen=True, extra="forbid"):
    """Switch and address of the dashboard, health and metrics pages."""

    enabled: bool = False
    bind: str = "127.0.0.1:8321"

    @field_validator("bind")
    @classmethod
    def _is_host_and_port(cls, bind: str) -> str:
        host, _, port = bind.rpartition(":")
        if not host or not port.isdecimal() or not 1 <= int(port) <= 65_535:
            raise ValueError(f"{bind!r} is not host:port, write e.g. 127.0.0.1:8321")
        return bind
