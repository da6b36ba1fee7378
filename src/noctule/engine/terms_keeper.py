"""Terms stay true while others may change them: what is told at once, what was missed by asking."""

import asyncio
from collections.abc import Sequence
from typing import Final

from noctule.domain.errors import VenueError
from noctule.domain.events.order import AccountFeedRestored, LeverageChanged
from noctule.domain.values import Symbol
from noctule.engine.contracts import Contracts
from noctule.ports.clock import Clock
from noctule.ports.setup import Setup
from noctule.telemetry.logs import get_log

__all__ = ["TermsKeeper"]

_log = get_log(__name__)
_RETRY_MS: Final = 2_000


class TermsKeeper:
    """Hears of changed leverage, and reads all terms again when that may not have been told."""

    def __init__(
        self, *, contracts: Contracts, setup: Setup, symbols: Sequence[Symbol], clock: Clock
    ) -> None:
        self._contracts = contracts
        self._setup = setup
        self._symbols = symbols
        self._clock = clock
        self._doubted = asyncio.Event()

    def on_leverage_changed(self, event: LeverageChanged) -> None:
        """Size by the new leverage from now on; tell the owner unless it was our own doing."""
        terms = self._contracts.terms(event.symbol)
        if terms is not None and terms.leverage != event.leverage:
            before, now = terms.leverage, event.leverage
            _log.warning("leverage changed", symbol=event.symbol, before=before, now=now)
        self._contracts.hear_leverage(event.symbol, event.leverage)

    def on_account_feed_restored(self, _event: AccountFeedRestored) -> None:
        """Enter nothing by terms that may have changed while nobody told us."""
        self._contracts.doubt_terms()
        self._doubted.set()

    async def keep(self) -> None:
        """Read the terms again after each doubt, until cancelled."""
        while True:
            await self._doubted.wait()
            self._doubted.clear()
            try:
                await self._contracts.read_terms(self._setup, self._symbols)
            except VenueError as exc:
                _log.warning("terms not read", cause=str(exc))
                self._doubted.set()
                await self._clock.sleep_ms(_RETRY_MS)
