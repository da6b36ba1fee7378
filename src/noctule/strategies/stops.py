"""Where a stop belongs: behind the price, always on the losing side of it."""

from noctule.domain.signals import Direction

__all__ = ["is_stop", "stop_behind"]


def is_stop(stop: float, close: float, direction: Direction) -> bool:
    """Tell whether a price can be the stop of an entry at this close."""
    if direction is Direction.LONG:
        return 0 < stop < close
    return close < stop < float("inf")


def stop_behind(close: float, distance: float, direction: Direction) -> float | None:
    """Return the stop so far behind this close; None where that would be none.

    A distance can take a long's stop below nothing, or be lost in the rounding of the price.
    """
    stop = close - distance if direction is Direction.LONG else close + distance
    return stop if is_stop(stop, close, direction) else None
