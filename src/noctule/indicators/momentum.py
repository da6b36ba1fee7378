"""How fast a price moves, and how one-sidedly."""

from collections import deque
from math import fsum
from typing import ClassVar, Final

from msgspec import Struct
from typing_extensions import override

from noctule.indicators.averages import Ema
from noctule.indicators.base import Indicator, whole_at_least

__all__ = ["Cci", "Macd", "MacdValue", "Roc", "Rsi"]

CCI_SCALE: Final = 0.015  # Lambert's: with it, three values of four are within ±100


class Rsi(Indicator[float]):
    """Wilder's relative strength index: what the gains are of all moves, in percent.

    It is known once there are so many moves, one number more. Without any it is 0, as TA-Lib has
    it: ask for volatility, too, before you call that oversold.
    """

    __slots__ = ("_before", "_gain", "_length", "_loss", "_moves")

    def __init__(self, length: int = 14) -> None:
        super().__init__(length)
        whole_at_least(2, length=length)
        self._length = length
        self._moves = -1  # the first number is none
        self._before = 0.0
        self._gain = self._loss = 0.0  # sums while warming up, then averages

    @property
    @override
    def warmup(self) -> int:
        return self._length + 1

    @override
    def update(self, number: float) -> float | None:
        """Take the next number."""
        move = number - self._before
        self._before = number
        if self.value is None:
            return self._begin(move)
        length, older = self._length, self._length - 1
        if move > 0:
            self._gain = gain = (self._gain * older + move) / length
            self._loss = loss = self._loss * older / length
        else:
            self._gain = gain = self._gain * older / length
            self._loss = loss = (self._loss * older - move) / length
        if move:  # else both fade alike, and the index stays to the last digit
            both = gain + loss
            self.value = 100 * (gain / both) if both else 0.0
        return self.value

    def _begin(self, move: float) -> float | None:
        """Sum the first moves, and make means of them when there are enough."""
        self._moves += 1
        if self._moves > 0:
            self._gain += max(0.0, move)
            self._loss += max(0.0, -move)
        if self._moves == self._length:
            self._gain /= self._length
            self._loss /= self._length
            both = self._gain + self._loss
            self.value = 100 * (self._gain / both) if both else 0.0
        return self.value


class MacdValue(Struct, frozen=True, gc=False):
    """How far the fast average is above the slow one, that smoothed, and their difference."""

    line: float
    signal: float
    histogram: float


class Macd(Indicator[MacdValue]):
    """The distance between a fast and a slow `Ema`, and an `Ema` of that, its signal.

    It is known once the signal is: after `slow` numbers there is a first distance, and it takes
    `signal` of those. Both averages begin with the same number, for which the fast one leaves out
    the first ones.
    """

    __slots__ = ("_fast", "_signal", "_slow", "_unread")

    shape: ClassVar[type[Struct] | None] = MacdValue

    def __init__(self, fast: int = 12, slow: int = 26, signal: int = 9) -> None:
        super().__init__(fast, slow, signal)
        whole_at_least(1, fast=fast, signal=signal)
        whole_at_least(fast + 1, slow=slow)
        self._fast = Ema(fast)
        self._slow = Ema(slow)
        self._signal = Ema(signal)
        self._unread = slow - fast

    @property
    @override
    def warmup(self) -> int:
        return self._slow.warmup + self._signal.warmup - 1

    @override
    def update(self, number: float) -> MacdValue | None:
        """Take the next number."""
        slow = self._slow.update(number)
        if self._unread:
            self._unread -= 1
            return None
        fast = self._fast.update(number)
        if fast is None or slow is None:
            return None
        line = fast - slow
        signal = self._signal.update(line)
        if signal is not None:
            self.value = MacdValue(line, signal, line - signal)
        return self.value


class Roc(Indicator[float]):
    """How much a number is above the one so many before it, in percent of that.

    It is known once there is one so many before. From a zero, it is 0, as TA-Lib has it.
    """

    __slots__ = ("_length", "_past")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        whole_at_least(1, length=length)
        self._length = length
        self._past: deque[float] = deque(maxlen=length)

    @property
    @override
    def warmup(self) -> int:
        return self._length + 1

    @override
    def update(self, number: float) -> float | None:
        """Take the next number."""
        past = self._past
        if len(past) == self._length:
            before = past[0]
            self.value = (number / before - 1) * 100 if before else 0.0
        past.append(number)
        return self.value


class Cci(Indicator[float]):
    """How far the typical price is from its mean, in 0.015 mean deviations.

    It is known once there are so many candles; where nothing deviates it is 0. The deviations are
    from a mean that moves, so each candle's are added up anew: its work grows with the length.
    """

    __slots__ = ("_length", "_lost", "_sums")

    inputs: ClassVar[tuple[str, ...]] = ("high", "low", "close")

    def __init__(self, length: int = 20) -> None:
        super().__init__(length)
        whole_at_least(2, length=length)
        self._length = length
        self._sums: deque[float] = deque(maxlen=length)  # of high, low and close
        self._lost: deque[float] = deque(maxlen=length)  # what rounding took from each

    @property
    @override
    def warmup(self) -> int:
        return self._length

    @override
    def update(self, high: float, low: float, close: float) -> float | None:
        """Take the next candle."""
        total = high + low + close
        lost = fsum((high, low, close, -total))
        self._sums.append(total)
        self._lost.append(lost)
        if len(self._sums) == self._length:
            # Three times each typical price, from the latest one on: prices are so much greater
            # than what they differ by that a mean of theirs has too few digits for it.
            each = zip(self._sums, self._lost, strict=True)
            offsets = [(before - total) + (rest - lost) for before, rest in each]
            mean = fsum(offsets) / self._length
            deviation = fsum([abs(offset - mean) for offset in offsets]) / self._length
            self.value = -mean / (CCI_SCALE * deviation) if deviation else 0.0
        return self.value
