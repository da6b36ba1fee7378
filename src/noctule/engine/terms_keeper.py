"""Terms stay true while others may change them: what is told at once, what was missed by asking."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
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
    """Has leverage set, hears of changed leverage, and reads terms when they may not be known.

    Without terms nothing is entered, so whatever fails here only waits for another try.
    """

    def __init__(
        self,
        *,
        contracts: Contracts,
        setup: Setup,
        symbols: Sequence[Symbol],
        clock: Clock,
        set_up: Callable[[], Awaitable[None]],
    ) -> None:
        self._contracts = contracts
        self._setup = setup
        self._symbols = symbols
        self._clock = clock
        self._set_up = set_up  # leverage and margin type of all of them
        self._is_set_up = False
        self._doubted = asyncio.Event()

    @property
    def is_set_up(self) -> bool:
        """Tell whether leverage and margin type were set as configured, or told to be kept."""
        return self._is_set_up

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

    async def begin(self) -> None:
        """Set up and read all terms; raise what failed, and try that again while we are kept."""
        try:
            await self._read()
        except VenueError:
            self._doubted.set()
            raise

    async def keep(self) -> None:
        """Read the terms again after each doubt, until cancelled."""
        while True:
            await self._doubted.wait()
            self._doubted.clear()
            try:
                await self._read()
            except VenueError as exc:
                _log.warning("terms not read", cause=str(exc))
                self._doubted.set()
                await self._clock.sleep_ms(_RETRY_MS)

    async def _read(self) -> None:
        if not self._is_set_up:
            await self._set_up()
            self._is_set_up = True
        await self._contracts.read_terms(self._setup, self._symbols)
