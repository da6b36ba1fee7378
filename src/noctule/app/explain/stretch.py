"""Which candles matter: those that lead to the one in question, and a few of what came after."""

from collections import deque
from collections.abc import Iterable

from msgspec import Struct

from noctule.adapters.report.axes import minute_text
from noctule.domain.errors import ConfigError
from noctule.domain.market import Candle

__all__ = ["Stretch", "stretch_of"]


class Stretch(Struct, frozen=True, kw_only=True):
    """Candles that follow one another, and which of them is in question; None: nobody said."""

    candles: tuple[Candle, ...]
    at: int | None
    is_cut: bool  # a hole lies before it: what was earlier does not count


def stretch_of(candles: Iterable[Candle], *, at_ms: int | None, lead: int, after: int) -> Stretch:
    """Read up to the candle that holds the instant, and a few more; to the end if none is named.

    No more than `lead` of the candles before it are kept, and none before a hole.
    """
    reader = _Reader(at_ms, kept_max=lead + 1 + after)
    for candle in candles:
        if not reader.takes(candle) or reader.later == after:
            break
    if reader.last is None:
        raise ConfigError(["--data: not one candle is there"])
    kept = tuple(reader.kept)
    if at_ms is None:
        return Stretch(candles=kept, at=None, is_cut=reader.is_cut)
    if reader.later < 0:
        raise ConfigError([f"--at: {minute_text(at_ms)} UTC is {reader.why_not(at_ms)}"])
    at = len(kept) - 1 - reader.later
    begin = max(0, at - lead)
    return Stretch(candles=kept[begin:], at=at - begin, is_cut=reader.is_cut)


class _Reader:
    """Keeps the latest candles without a hole, and counts those after the one in question."""

    def __init__(self, at_ms: int | None, *, kept_max: int) -> None:
        self.kept: deque[Candle] = deque(maxlen=kept_max)
        self.begin_ms = 0  # of the data
        self.last: Candle | None = None
        self.later = -1  # the one in question has not come yet
        self.is_cut = False
        self._at_ms = at_ms

    def takes(self, candle: Candle) -> bool:
        """Take the next candle, unless it cannot matter any more."""
        if self.last is None:
            self.begin_ms = candle.open_ms
        elif candle.open_ms != self.last.close_ms + 1:
            if self.later >= 0:
                return False
            self.kept.clear()
            self.is_cut = True
        self.kept.append(candle)
        self.last = candle
        if self._at_ms is None:
            return True
        if self.later >= 0 or candle.open_ms <= self._at_ms <= candle.close_ms:
            self.later += 1
        return self.later >= 0 or candle.open_ms < self._at_ms

    def why_not(self, at_ms: int) -> str:
        """Say why no candle holds the instant."""
        assert self.last is not None, "there were candles"
        if self.begin_ms <= at_ms <= self.last.close_ms:
            return "in a hole of the data: name a time before or after it"
        begin, end = minute_text(self.begin_ms), minute_text(self.last.close_ms + 1)
        if at_ms < self.begin_ms:
            return f"before the data, which begin {begin} UTC"
        return f"after the data, which reach from {begin} to {end} UTC"
