"""What other assets are worth in the one that money is counted in: fees may be paid in them."""

import asyncio
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from noctule.domain.errors import FeedError, VenueError
from noctule.domain.events.order import AccountSnapshotTaken, AccountUpdated
from noctule.domain.position import Balance
from noctule.domain.values import Symbol, observed
from noctule.engine.deeds import RateTold, TellDeed, tell_nobody
from noctule.ports.collector import Collector
from noctule.telemetry.logs import get_log

__all__ = ["Rates"]

_log = get_log(__name__)
_EVERY_MS: Final = 30_000
_ASSETS_MAX: Final = 20  # asked for; who owns more of them pays fees in one


class Rates:
    """Follows the index price of every other asset that the account owns."""

    def __init__(self, collector: Collector, *, quote_asset: str) -> None:
        self.on_deed: TellDeed = tell_nobody
        self._collector = collector
        self._quote_asset = quote_asset
        self._owned: set[str] = set()  # as many as the venue has assets
        self._rates: dict[str, Decimal] = {}  # of what is owned, and was
        self._untold: set[str] = set()  # whose rate could not be told the last time
        self._is_news = asyncio.Event()

    def rate_of(self, asset: str) -> Decimal | None:
        """Return the latest rate, half a minute old at most while it can be told; None at first."""
        return self._rates.get(asset)

    def on_account_snapshot_taken(self, event: AccountSnapshotTaken) -> None:
        """Know what is owned; what is not told is not."""
        self._owned.clear()
        self._hear(event.snapshot.balances)

    def on_account_updated(self, event: AccountUpdated) -> None:
        """Know what is owned now, and what is not any more."""
        self._hear(event.balances)

    async def keep(self) -> None:
        """Ask for each of them at once and every half minute, until cancelled."""
        while True:
            for asset in sorted(self._owned)[:_ASSETS_MAX]:
                await self._ask(asset)
            await self._wait()

    def _hear(self, balances: Iterable[Balance]) -> None:
        told = [each for each in balances if each.asset != self._quote_asset]
        owned = {each.asset for each in told if each.wallet > 0}
        self._owned -= {each.asset for each in told} - owned
        self._owned |= owned
        if owned - self._rates.keys() - self._untold:
            self._is_news.set()

    async def _ask(self, asset: str) -> None:
        try:
            price = await self._collector.index_price(Symbol(f"{asset}{self._quote_asset}"))
        except (VenueError, FeedError) as exc:
            if asset not in self._untold:  # else it is no news: some have no contract at all
                _log.warning("rate not told", asset=asset, cause=str(exc))
            self._untold.add(asset)
            return
        self._untold.discard(asset)
        self.hear(asset, observed(price))
        self.on_deed(RateTold(asset=asset, rate=self._rates[asset]))

    def hear(self, asset: str, rate: Decimal) -> None:
        """Know what an asset is worth from here on."""
        self._rates[asset] = rate

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(_EVERY_MS / 1000):
                await self._is_news.wait()
        except TimeoutError:
            pass
        self._is_news.clear()
