"""What was paid on average, each candle counting by its volume."""

from typing import ClassVar, Final

from typing_extensions import override

from noctule.indicators.base import Indicator, whole_at_least
from noctule.indicators.window import Window

__all__ = ["DAY_MS", "HOUR_MS", "SessionVwap", "Vwap"]

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS


class Vwap(Indicator[float]):
    """The mean of the latest candles' typical prices, weighted by volume.

    It is known once there are so many candles. When none of them traded, it is the last typical
    price.
    """

    __slots__ = ("_length", "_paid", "_volume")

    inputs: ClassVar[tuple[str, ...]] = ("high", "low", "close", "volume")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self._length = length
        self._paid = Window(length)
        self._volume = Window(length)

    @property
    @override
    def warmup(self) -> int:
        return self._length

    @override
    def update(self, high: float, low: float, close: float, volume: float) -> float | None:
        """Take the next candle."""
        typical = (high + low + close) / 3
        self._volume.push(volume)
        if self._paid.push(typical * volume):
            total = self._volume.total
            self.value = self._paid.total / total if total else typical
        return self.value


class SessionVwap(Indicator[float]):
    """The mean of the session's typical prices so far, weighted by volume.

    A session is a day that begins at a full hour UTC. There is a value from the first candle on,
    but it stands for a whole session only after the next beginning. As long as nothing was traded,
    it is the last typical price.
    """

    __slots__ = ("_paid", "_session", "_start_ms", "_volume")

    inputs: ClassVar[tuple[str, ...]] = ("high", "low", "close", "volume", "open_ms")

    def __init__(self, start_hour: int = 0) -> None:
        super().__init__(start_hour)
        whole_at_least(0, start_hour=start_hour)
        if start_hour > 23:
            raise ValueError(f"start_hour is {start_hour}, the most is 23")
        self._start_ms = start_hour * HOUR_MS
        self._session: int | None = None
        self._paid = self._volume = 0.0

    @property
    @override
    def warmup(self) -> int:
        return 1

    @override
    def update(
        self, high: float, low: float, close: float, volume: float, open_ms: int
    ) -> float | None:
        """Take the next candle."""
        session = (open_ms - self._start_ms) // DAY_MS
        if session != self._session:
            self._session = session
            self._paid = self._volume = 0.0
        typical = (high + low + close) / 3
        self._paid += typical * volume
        self._volume += volume
        self.value = self._paid / self._volume if self._volume else typical
        return self.value
