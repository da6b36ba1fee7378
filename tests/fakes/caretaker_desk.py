"""A caretaker between a scripted venue and a real book, and what it keeps entries off for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from noctule.domain.position import AccountSnapshot, Balance
from noctule.domain.values import quote
from noctule.engine.account_check import AccountCheck
from noctule.engine.caretaker import Caretaker
from noctule.engine.halts import Halts
from noctule.positions.account_book import AccountBook
from tests.builders import START_MS
from tests.fakes.recovery_scene import RecoveryScene, RecoveryVenue
from tests.reconcile_builders import ACCOUNT

__all__ = ["CaretakerDesk", "watching"]


class CaretakerDesk:
    """The scene is the recovery's; 10000 USDT are in the account."""

    def __init__(self, venue: RecoveryVenue | None = None) -> None:
        self.venue = venue or RecoveryVenue()
        self.scene = RecoveryScene(self.venue)
        self.clock = self.scene.clock
        self.halts = Halts()
        self.book = AccountBook("USDT")
        self.caretaker = Caretaker(
            recovery=self.scene.recovery,
            check=AccountCheck(
                venue=self.venue,
                clock=self.clock,
                recovery=self.scene.recovery,
                successor=self.scene.desk,
                doubter=self.scene.desk,
                publish=self.scene.publish,
                account=ACCOUNT,
            ),
            book=self.book,
            venue=self.venue,
            halts=self.halts,
            clock=self.clock,
        )

    def tell_account(self, wallet: str = "10000") -> None:
        """Let the account be told."""
        balance = Balance(asset="USDT", wallet=quote(wallet), available=quote(wallet))
        now_ms = self.clock.now_ms()
        self.book.take(AccountSnapshot(at_ms=now_ms, balances=(balance,), positions=()))

    @property
    def reasons(self) -> dict[str, str]:
        """Return which checks keep entries off, and why."""
        return {each.check: each.text for each in self.halts.reasons(START_MS)}


@asynccontextmanager
async def watching(desk: CaretakerDesk) -> AsyncIterator[None]:
    """Let the caretaker keep watch for the length of the block."""
    watch = asyncio.get_running_loop().create_task(desk.caretaker.keep_watch())
    try:
        yield
    finally:
        assert not watch.done(), watch.exception()
        watch.cancel()
        await asyncio.wait([watch])
