"""The last 24 hours of one symbol, kept up to date minute by minute."""

from collections import deque
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from noctule.adapters.sim.intervals import DAY_MS, MINUTE_MS
from noctule.adapters.sim.klines import Kline
from noctule.adapters.sim.market_updates import Ticker
from noctule.adapters.sim.model import ZERO

__all__ = ["Day"]

_MINUTES_MAX: Final = DAY_MS // MINUTE_MS - 1  # the running minute is the last of them


class Day:
    """Add a closed minute in constant time; sums are exact because they are Decimals."""

    def __init__(self) -> None:
        self._minutes: deque[Kline] = deque(maxlen=_MINUTES_MAX)
        self._volume = ZERO
        self._quote_volume = ZERO
        self._count = 0
        self._highs = _Extremes(lambda kline: kline.high)
        self._lows = _Extremes(lambda kline: -kline.low)

    def add(self, minute: Kline) -> None:
        """Take a closed minute; the one that is a day old leaves."""
        if len(self._minutes) == _MINUTES_MAX:
            self._weigh(self._minutes[0], -1)
        self._minutes.append(minute)
        self._weigh(minute, +1)
        self._highs.add(minute, since_ms=self._minutes[0].open_ms)
        self._lows.add(minute, since_ms=self._minutes[0].open_ms)

    def ticker(self, running: Kline, *, last_qty: Decimal) -> Ticker:
        """Return the figures of the day that ends with the running minute."""
        first = self._minutes[0] if self._minutes else running
        firsts = (each.first_id for each in (*self._minutes, running) if each.first_id >= 0)
        return Ticker(
            open_ms=first.open_ms,
            close_ms=running.close_ms,
            open=first.open,
            high=max(self._highs.extreme(running), running.high),
            low=min(-self._lows.extreme(running), running.low),
            last=running.close,
            last_qty=last_qty,
            volume=self._volume + running.volume,
            quote_volume=self._quote_volume + running.quote_volume,
            first_id=next(firsts, -1),
            last_id=max(running.last_id, self._minutes[-1].last_id if self._minutes else -1),
            count=self._count + running.count,
        )

    def _weigh(self, minute: Kline, sign: int) -> None:
        self._volume += sign * minute.volume
        self._quote_volume += sign * minute.quote_volume
        self._count += sign * minute.count


class _Extremes:
    """The greatest value of a moving window: each minute enters once and leaves once."""

    def __init__(self, value: Callable[[Kline], Decimal]) -> None:
        self._value = value
        self._falling: deque[Kline] = deque(maxlen=_MINUTES_MAX)

    def add(self, minute: Kline, *, since_ms: int) -> None:
        while self._falling and self._value(self._falling[-1]) <= self._value(minute):
            self._falling.pop()
        self._falling.append(minute)
        while self._falling[0].open_ms < since_ms:
            self._falling.popleft()

    def extreme(self, otherwise: Kline) -> Decimal:
        return self._value(self._falling[0] if self._falling else otherwise)
