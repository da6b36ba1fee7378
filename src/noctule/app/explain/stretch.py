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

    No more than `lead` of the candles before are kept, and none before a hole.
    """
    kept = deque[Candle](maxlen=lead + 1 + after)
    first, last, later, is_cut = None, None, -1, False  # later: candles after the one in question
    for candle in candles:
        first = candle if first is None else first
        if last is not None and candle.open_ms != last.close_ms + 1:
            if later >= 0:
                break
            kept.clear()
            is_cut = True
        kept.append(candle)
        last = candle
        if later >= 0 or (at_ms is not None and candle.open_ms <= at_ms <= candle.close_ms):
            later += 1
        if later == after or (at_ms is not None and candle.open_ms > at_ms and later < 0):
            break
    if first is None or last is None:
        raise ConfigError(["--data: not one candle is there"])
    if at_ms is not None and later < 0:
        raise ConfigError([f"--at: {minute_text(at_ms)} UTC is {_where(first, last, at_ms)}"])
    at = None if at_ms is None else len(kept) - 1 - later
    return Stretch(candles=tuple(kept), at=at, is_cut=is_cut)


def _where(first: Candle, last: Candle, at_ms: int) -> str:
    """Say why no candle holds this instant."""
    if first.open_ms <= at_ms <= last.close_ms:
        return "in a hole of the data: name a time before or after it"
    begin, end = minute_text(first.open_ms), minute_text(last.close_ms + 1)
    if at_ms < first.open_ms:
        return f"before the data, which begin {begin} UTC"
    return f"after the data, which reach from {begin} to {end} UTC"
