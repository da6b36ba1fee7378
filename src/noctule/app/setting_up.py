"""An account we can trade on: judged at once, its symbols set when what is held is guarded."""

from collections.abc import Awaitable, Sequence
from typing import Final, TypeVar

from noctule.config.settings import Settings
from noctule.domain.errors import ConfigError, Severity, VenueError, VenueUnreachable
from noctule.domain.values import Symbol
from noctule.engine.outcome import within
from noctule.ports.setup import Setup
from noctule.telemetry.logs import get_log

__all__ = ["SettingUp"]

T = TypeVar("T")

_log = get_log(__name__)
_REQUESTS_MAX: Final = 6  # one after the other: settings are read, two are set, and read again


class SettingUp:
    """Refuses an account that does not fit, and sets leverage and margin type of every symbol.

    A position that a dead process left waits for neither: whether the account fits is asked once
    before it is guarded, for in hedge mode nothing could guard it, and all else after that.
    """

    def __init__(self, setup: Setup, settings: Settings) -> None:
        self._setup = setup
        self._trading = settings.trading
        self._timeout_ms = settings.api.timeout_ms  # of one request
        self._is_fit = False  # or nobody said so yet

    async def judge(self) -> None:
        """Raise ConfigError for an account that does not fit; without an answer ask later."""
        try:
            await self._refuse_unfit()
        except VenueError as exc:
            if exc.severity is Severity.FATAL:
                raise
            _log.warning("account not judged", cause=str(exc))

    async def apply(self, symbols: Sequence[Symbol]) -> None:
        """Set all symbols at once, and tell what cannot be set now."""
        if not self._is_fit:
            await self._refuse_unfit()
        work = self._setup.apply(
            symbols, leverage=self._trading.leverage, margin_type=self._trading.margin_type
        )
        what, limit_ms = "the leverage of the symbols", self._timeout_ms * _REQUESTS_MAX
        for report in await _told(work, what, limit_ms):
            for reason in report.deferred:
                _log.warning("setting kept", symbol=report.symbol, reason=reason)

    async def _refuse_unfit(self) -> None:
        problems = await _told(self._setup.unfit(), "the account's modes", self._timeout_ms)
        if problems:
            raise ConfigError(problems)
        self._is_fit = True


async def _told(work: Awaitable[T], what: str, limit_ms: int) -> T:
    """Wait for an answer, each of its requests as long as the exchange is given for one."""
    try:
        return await within(limit_ms, work)
    except TimeoutError as exc:
        raise VenueUnreachable(f"{what}: no answer within {limit_ms} ms") from exc
