"""Whether it is worth knocking: after several outages in a row, only now and then."""

from typing import Final

from msgspec import Struct

from noctule.adapters.binance.rest.calls import Lane
from noctule.domain.errors import VenueUnreachable

__all__ = ["Breaker", "BreakerSettings", "ExchangeDown"]

_DOUBLINGS_MAX: Final = 30


class BreakerSettings(Struct, frozen=True, kw_only=True):
    """When the breaker opens, and how often somebody may knock while it is open."""

    outages_max: int = 5
    first_pause_ms: int = 1_000
    pause_ms_max: int = 30_000


class ExchangeDown(VenueUnreachable):
    """Nothing was sent: the exchange was down a moment ago, and it is not yet time to try."""


class Breaker:
    """Closed until too many outages in a row; then one probe a pause, each pause twice as long.

    Whatever guards a position passes always, and is a probe like any other.
    """

    def __init__(self, settings: BreakerSettings | None = None) -> None:
        self._settings = settings or BreakerSettings()
        self._outages = 0
        self._probe_ms = 0  # when the next probe may pass

    @property
    def is_open(self) -> bool:
        """Tell whether the exchange is taken to be down."""
        return self._outages >= self._settings.outages_max

    def admit(self, lane: Lane, now_ms: int) -> None:
        """Let a request pass, or raise that the exchange is down."""
        if not self.is_open or lane.protects:
            return
        if now_ms < self._probe_ms:
            left_ms = self._probe_ms - now_ms
            raise ExchangeDown(f"{self._outages} outages in a row, next try in {left_ms} ms")
        self._probe_ms = now_ms + self._pause_ms()

    def outage(self, now_ms: int) -> None:
        """Take note that there was no sensible answer."""
        self._outages += 1
        if self.is_open:
            self._probe_ms = now_ms + self._pause_ms()

    def sign_of_life(self) -> None:
        """Take note that there was one, be it a no."""
        self._outages = 0

    def _pause_ms(self) -> int:
        doublings = min(self._outages - self._settings.outages_max, _DOUBLINGS_MAX)
        return min(self._settings.first_pause_ms << doublings, self._settings.pause_ms_max)
