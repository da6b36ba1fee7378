"""Time, as the program is allowed to know it."""

from typing import Protocol

__all__ = ["Clock"]


class Clock(Protocol):
    """Two times: the market's, which may run fast, and the real one, which cannot.

    Candles, events, signed timestamps, cool-downs and ids use market time. Time-outs,
    heartbeats, staleness, back-off and deadlines use elapsed time.
    """

    def now_ms(self) -> int:
        """Return market time: milliseconds UTC."""
        ...

    def elapsed_ms(self) -> int:
        """Return real milliseconds since an arbitrary start; never goes back."""
        ...

    async def sleep_until_ms(self, market_ms: int) -> None:
        """Return once market time has reached this instant; at once if it has."""
        ...

    async def sleep_ms(self, real_ms: int) -> None:
        """Return after this many real milliseconds."""
        ...
