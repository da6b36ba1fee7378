"""How much of the time, and of the account, was in the market."""

from msgspec import Struct

__all__ = ["Exposure"]


class Exposure(Struct, frozen=True, kw_only=True):
    """What was held, in time and in size; None where nothing can be told."""

    time_share: float | None  # of the run during which any position was open
    mean_share: float | None  # notional by equity, of all candles, those without a position too
    max_share: float | None  # the largest at any candle's close
