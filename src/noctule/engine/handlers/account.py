"""The order queue's work on the account itself: is it told of, and does the venue take our key."""

from typing import Final

from noctule.domain.events.order import (
    AccessRefused,
    AccessRestored,
    AccountFeedLost,
    AccountFeedRestored,
    AccountSnapshotTaken,
    MarginCalled,
)
from noctule.domain.signals import Reason
from noctule.engine.caretaker import Caretaker
from noctule.engine.halts import Halts
from noctule.telemetry.logs import get_log

__all__ = ["ACCESS", "AccountHandler"]

ACCESS: Final = "access"  # the check that says no while the key is refused
_ACCOUNT: Final = "account"

_log = get_log(__name__)


class AccountHandler:
    """Halts entries while the account cannot be seen or used; what guards positions goes on."""

    def __init__(self, *, halts: Halts, caretaker: Caretaker) -> None:
        self._halts = halts
        self._caretaker = caretaker

    def on_account_snapshot_taken(self, event: AccountSnapshotTaken) -> None:
        """Tell the owner what the account holds."""
        snapshot = event.snapshot
        _log.info(
            "account told",
            balances=" ".join(f"{each.wallet:f} {each.asset}" for each in snapshot.balances),
            positions=" ".join(
                f"{each.symbol} {each.signed_quantity:f}" for each in snapshot.positions
            )
            or "none",
            orders=len(snapshot.orders),
        )

    def on_account_feed_lost(self, event: AccountFeedLost) -> None:
        """Open nothing while fills would not be heard of."""
        _log.warning("account feed lost", reason=event.reason)
        self._caretaker.note_lost_feed()
        text = f"the private stream is lost: {event.reason}"
        self._halts.observe(Reason(check=_ACCOUNT, text=text))

    def on_account_feed_restored(self, event: AccountFeedRestored) -> None:
        """Go on, for what was missed has been told."""
        _log.info("account feed restored", missed=event.missed)
        self._halts.lift(_ACCOUNT)
        self._caretaker.note_restored_feed()

    def on_access_refused(self, event: AccessRefused) -> None:
        """Open nothing with a key that is refused, and say it loudly: only the owner can help."""
        _log.error("key refused", code=event.code, text=event.message)
        text = f"the key is refused: {event.code} {event.message}"
        self._halts.observe(Reason(check=ACCESS, text=text))

    def on_access_restored(self, _event: AccessRestored) -> None:
        """Go on."""
        _log.info("key taken again")
        self._halts.lift(ACCESS)

    def on_margin_called(self, event: MarginCalled) -> None:
        """Wake somebody: a position is near its liquidation."""
        _log.error("margin called", symbols=", ".join(event.symbols))
