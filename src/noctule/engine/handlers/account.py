"""The order queue's work on the account itself: is it told of, and does the venue take our key."""

from collections.abc import Callable

from noctule.domain.events.order import (
    AccessRefused,
    AccessRestored,
    AccountFeedLost,
    AccountFeedRestored,
    AccountSnapshotTaken,
)
from noctule.domain.signals import Reason
from noctule.telemetry.logs import get_log

__all__ = ["AccountHandler"]

_log = get_log(__name__)
_ACCESS = "access"
_ACCOUNT = "account"


class AccountHandler:
    """Halts entries while the account cannot be seen or used; what guards positions goes on."""

    def __init__(self, *, halt: Callable[[Reason], None], resume: Callable[[str], None]) -> None:
        self._halt = halt
        self._resume = resume  # takes the check whose reason is gone

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
        self._halt(Reason(check=_ACCOUNT, text=f"the private stream is lost: {event.reason}"))

    def on_account_feed_restored(self, event: AccountFeedRestored) -> None:
        """Go on, for what was missed has been told."""
        _log.info("account feed restored", missed=event.missed)
        self._resume(_ACCOUNT)

    def on_access_refused(self, event: AccessRefused) -> None:
        """Open nothing with a key that is refused, and say it loudly: only the owner can help."""
        _log.error("key refused", code=event.code, text=event.message)
        self._halt(Reason(check=_ACCESS, text=f"the key is refused: {event.code} {event.message}"))

    def on_access_restored(self, _event: AccessRestored) -> None:
        """Go on."""
        _log.info("key taken again")
        self._resume(_ACCESS)
