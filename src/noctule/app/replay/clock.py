"""The time of a recorded run: what the record in hand was heard at, and no other."""

__all__ = ["RecordedClock"]


class RecordedClock:
    """Implements the Clock port; nobody sleeps by it, for a replay waits for nothing."""

    def __init__(self) -> None:
        self._now_ms = self._elapsed_ms = 0

    def show(self, *, now_ms: int, elapsed_ms: int) -> None:
        """Be at another moment of the run."""
        self._now_ms, self._elapsed_ms = now_ms, elapsed_ms

    def now_ms(self) -> int:
        """Return market time as it was."""
        return self._now_ms

    def elapsed_ms(self) -> int:
        """Return real time as it was."""
        return self._elapsed_ms

    async def sleep_until_ms(self, market_ms: int) -> None:
        """Refuse: whoever waits is not replayed."""
        raise AssertionError(f"somebody waits until {market_ms} in a replay")

    async def sleep_ms(self, real_ms: int) -> None:
        """Refuse: whoever waits is not replayed."""
        raise AssertionError(f"somebody waits for {real_ms} ms in a replay")
