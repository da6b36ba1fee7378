"""The last step of the start: an account we can trade on, every symbol set as we mean."""

from collections.abc import Awaitable
from typing import Final, TypeVar

from noctule.config.settings import Settings
from noctule.domain.errors import ConfigError, VenueUnreachable
from noctule.engine.outcome import within
from noctule.ports.setup import Setup
from noctule.telemetry.logs import get_log

__all__ = ["set_up_symbols"]

T = TypeVar("T")

_log = get_log(__name__)
_REQUESTS_MAX: Final = 6  # one after the other: settings are read, two are set, and read again


async def set_up_symbols(setup: Setup, settings: Settings) -> None:
    """Refuse an account that does not fit, then set leverage and margin type of every symbol.

    All symbols at once: a position that a dead process left waits for this to be over.
    """
    trading, timeout_ms = settings.trading, settings.api.timeout_ms
    problems = await _told(setup.unfit(), "the account's modes", timeout_ms)
    if problems:
        raise ConfigError(problems)
    work = setup.apply(trading.symbols, leverage=trading.leverage, margin_type=trading.margin_type)
    for report in await _told(work, "the leverage of the symbols", timeout_ms):
        for reason in report.deferred:
            _log.warning("setting kept", symbol=report.symbol, reason=reason)


async def _told(work: Awaitable[T], what: str, timeout_ms: int) -> T:
    """Wait for an answer, each of its requests as long as the exchange is given for one."""
    limit_ms = timeout_ms * _REQUESTS_MAX
    try:
        return await within(limit_ms, work)
    except TimeoutError as exc:
        raise VenueUnreachable(f"{what}: no answer within {limit_ms} ms") from exc
