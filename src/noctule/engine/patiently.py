"""Asking the venue again and again, within a bound: what must be known is not given up at once."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from msgspec import Struct

from noctule.domain.errors import BudgetExhausted, OutcomeUnknown, Severity, VenueError
from noctule.engine.outcome import within
from noctule.ports.clock import Clock

__all__ = ["Persistence", "patiently"]

T = TypeVar("T")


class Persistence(Struct, frozen=True, kw_only=True):
    """How long to go on asking; real times."""

    span_ms: int
    pause_ms: int = 100  # after the first failure; doubles …
    pause_ms_max: int = 2_000  # … up to here


async def patiently(
    ask: Callable[[], Awaitable[T]],
    *,
    clock: Clock,
    persistence: Persistence,
    on_retry: Callable[[VenueError, int], None] = lambda _failure, _wait_ms: None,
) -> T:
    """Return the answer, or raise the failure after which there was no time for another try.

    A question that hangs is dropped when its time is over.
    """
    until_ms = clock.elapsed_ms() + persistence.span_ms
    pause_ms = persistence.pause_ms
    while True:
        try:
            return await within(until_ms - clock.elapsed_ms(), ask())
        except TimeoutError as exc:
            raise OutcomeUnknown(f"no answer within {persistence.span_ms} ms") from exc
        except VenueError as exc:
            wait_ms = max(pause_ms, _told_to_wait_ms(exc))
            if exc.severity is Severity.FATAL or clock.elapsed_ms() + wait_ms > until_ms:
                raise
            on_retry(exc, wait_ms)
        await clock.sleep_ms(wait_ms)
        pause_ms = min(2 * pause_ms, persistence.pause_ms_max)


def _told_to_wait_ms(failure: VenueError) -> int:
    return failure.retry_after_ms if isinstance(failure, BudgetExhausted) else 0
