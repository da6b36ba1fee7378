"""What a handler returns, carried to its end as the bus would."""

from collections.abc import Coroutine

__all__ = ["carried"]


async def carried(work: Coroutine[object, None, None] | None) -> None:
    """Wait for a handler's work, if it has any."""
    if work is not None:
        await work
