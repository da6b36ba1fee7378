"""A key that was refused is tried again: while entries are off, nothing else might ever try it."""

from collections.abc import Callable
from typing import Final

from noctule.domain.errors import VenueError
from noctule.domain.values import Symbol
from noctule.engine.halts import Halts
from noctule.engine.handlers.account import ACCESS
from noctule.ports.clock import Clock
from noctule.ports.executor import Executor
from noctule.telemetry.logs import get_log

__all__ = ["try_key"]

_EVERY_MS: Final = 30_000

_log = get_log(__name__)


async def try_key(
    executor: Executor, *, halts: Halts, clock: Clock, idle_symbol: Callable[[], Symbol | None]
) -> None:
    """Do what needs leave to trade and changes nothing, every so often while the key is refused.

    On a symbol where nothing of ours rests there is no countdown to call off. Where every symbol
    has something of ours, its own orders try the key.
    """
    while True:
        await clock.sleep_ms(_EVERY_MS)
        symbol = idle_symbol()
        is_refused = any(each.check == ACCESS for each in halts.reasons(clock.now_ms()))
        if not is_refused or symbol is None:
            continue
        try:
            await executor.count_down(symbol, timeout_ms=0)
        except VenueError as exc:
            _log.debug("key tried in vain", cause=str(exc))
