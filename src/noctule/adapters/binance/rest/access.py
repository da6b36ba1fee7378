"""Whether the exchange takes our key, told once when it stops and once when it starts again."""

from typing import Protocol

from noctule.adapters.binance.rest.calls import Safety
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

    What was refused to an order is given back only by an order: a key that lost its permission
    to trade may still ask.
    """

    def __init__(self, listener: AccessListener | None = None) -> None:
        self.listener = listener
        self._worked = False
        self._refused: Safety | None = None  # the kind of call that was

    @property
    def is_refused(self) -> bool:
        """Tell whether the key is refused at the moment."""
        return self._refused is not None

    def granted(self, safety: Safety) -> None:
        """Take note that the exchange took the key."""
        self._worked = True
        if self._refused is None or (self._refused is Safety.ONCE and safety is not Safety.ONCE):
            return
        self._refused = None
        if self.listener is not None:
            self.listener.on_access_restored()

    def refused(self, failure: CredentialsRefused, safety: Safety) -> VenueRefused:
        """Take note that it did not, and return what to raise: fatal only for a key never taken."""
        if not self._worked:
            return failure
        was_refused = self.is_refused
        if self._refused is not Safety.ONCE:
            self._refused = safety
        if not was_refused and self.listener is not None:
            self.listener.on_access_refused(failure.code, failure.message)
        return VenueRefused(failure.message, code=failure.code)
