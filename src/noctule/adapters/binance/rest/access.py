"""Whether the exchange takes our key, told once when it stops and once when it starts again."""

from typing import Protocol

from noctule.domain.errors import CredentialsRefused, VenueRefused

__all__ = ["Access", "AccessListener"]


class AccessListener(Protocol):
    """Who is told that the key stopped or started to work."""

    def on_access_refused(self, code: int, message: str) -> None:
        """Hear that the exchange refuses a key which it took before."""
        ...

    def on_access_restored(self) -> None:
        """Hear that it takes the key again."""
        ...


class Access:
    """A key that never worked is a fatal mistake; one that did is a state to live through.

    What was refused to an order is given back only by what needs leave to trade as well: a key
    that lost that may still ask.
    """

    def __init__(self, listener: AccessListener | None = None) -> None:
        self.listener = listener
        self._worked = False
        self._is_refused = False
        self._may_trade = True  # as far as we know

    @property
    def is_refused(self) -> bool:
        """Tell whether the key is refused at the moment."""
        return self._is_refused

    def granted(self, *, trades: bool) -> None:
        """Take note that the exchange took the key."""
        self._worked = True
        self._may_trade = self._may_trade or trades
        if not self._is_refused or not self._may_trade:
            return
        self._is_refused = False
        if self.listener is not None:
            self.listener.on_access_restored()

    def refused(self, failure: CredentialsRefused, *, trades: bool) -> VenueRefused:
        """Take note that it did not, and return what to raise: fatal only for a key never taken."""
        if not self._worked:
            return failure
        was_refused, self._is_refused = self._is_refused, True
        self._may_trade = self._may_trade and not trades
        if not was_refused and self.listener is not None:
            self.listener.on_access_refused(failure.code, failure.message)
        return VenueRefused(failure.message, code=failure.code)
