"""The key to the private stream: opened, kept alive, opened again, and never deleted."""

from collections.abc import Callable
from typing import Final

from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.wire.account import EXTEND_LISTEN_KEY, OPEN_LISTEN_KEY
from noctule.domain.errors import BudgetExhausted, VenueError, VenueRefused
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["ListenKey"]

_UNKNOWN: Final = -1125

_log = get_log(__name__)


class ListenKey:
    """One per account, whoever opens it; deleting it would silence them all (facts 8)."""

    def __init__(
        self, rest: BinanceRest, *, clock: Clock, settings: AccountSettings, stream_url: str
    ) -> None:
        self._rest = rest
        self._clock = clock
        self._settings = settings
        self._stream_url = stream_url
        self._key = ""

    def is_ours(self, listen_key: str) -> bool:
        """Tell whether this is the key we listen on; an unnamed one is taken for it."""
        return listen_key in ("", self._key)

    async def url(self) -> str:
        """Open the key, or be told the living one, and return where it is listened on."""
        client = self._rest.client
        answer = await self._rest.run(OPEN_LISTEN_KEY, client.new_listen_key, lane=Lane.GUARD)
        self._key = answer.listen_key
        return f"{self._stream_url}/private/ws/{self._key}"

    async def keep_alive(self, renew: Callable[[str], None]) -> None:
        """Extend the key again and again, until cancelled; renew the stream when it is gone."""
        wait_ms = self._settings.keep_alive_ms
        while True:
            await self._clock.sleep_ms(wait_ms)
            wait_ms = await self._extend(renew)

    async def _extend(self, renew: Callable[[str], None]) -> int:
        """Extend once, and return how long that lasts."""
        client, settings = self._rest.client, self._settings
        try:
            answer = await self._rest.run(
                EXTEND_LISTEN_KEY, client.renew_listen_key, lane=Lane.GUARD
            )
        except VenueRefused as exc:
            if exc.code == _UNKNOWN:
                renew("the listen key is unknown")
                return settings.keep_alive_ms
            return self._told_no(exc)
        except VenueError as exc:
            return self._told_no(exc)
        if not self.is_ours(answer.listen_key):
            renew("the account has another listen key")
        return settings.keep_alive_ms

    def _told_no(self, exc: VenueError) -> int:
        _log.warning("listen key not extended", cause=str(exc))
        retry_ms = self._settings.keep_alive_retry_ms
        return max(retry_ms, exc.retry_after_ms) if isinstance(exc, BudgetExhausted) else retry_ms
