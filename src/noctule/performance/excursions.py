"""How far trades went against their holder and for him before they closed: MAE and MFE."""

from msgspec import Struct

__all__ = ["Excursions", "Middle"]


class Middle(Struct, frozen=True, kw_only=True):
    """Where the middle of some figures lies."""

    count: int
    mean: float | None
    median: float | None


class Excursions(Struct, frozen=True, kw_only=True):
    """The farthest way against a group of trades, and for it; none is below zero."""

    adverse_share: Middle  # MAE, as a share of the entry price
    adverse_r: Middle  # in units of what was risked; of trades with a stop
    favourable_share: Middle  # MFE
    favourable_r: Middle
