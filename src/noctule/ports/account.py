"""Where the account tells of itself."""

from collections.abc import AsyncIterator
from typing import Protocol

from noctule.domain.events.base import OrderEvent

__all__ = ["AccountStream"]


class AccountStream(Protocol):
    """What the venue does with our orders and money, from one snapshot on.

    Stopped and started again, it tells what was missed and not the same story anew.
    """

    async def start(self) -> None:
        """Connect, and take the snapshot."""
        ...

    def events(self) -> AsyncIterator[OrderEvent]:
        """Yield the snapshot, then every change of it: each fill exactly once, whoever told it."""
        ...

    async def stop(self) -> None:
        """Disconnect; `events` ends."""
        ...
