"""The account's worth over time: how far it fell, for how long, and what each day ended with."""

from msgspec import Struct

__all__ = ["Drawdown", "Month", "Stretch"]


class Stretch(Struct, frozen=True, kw_only=True):
    """A time from one instant to another."""

    from_ms: int
    to_ms: int
    lasted_ms: int
    is_over: bool  # False: the run ended before it did


class Drawdown(Struct, frozen=True, kw_only=True):
    """The fall from a peak that took the largest share of it."""

    amount: float
    share: float  # of the peak
    from_ms: int  # at the peak
    to_ms: int  # at the deepest point
    recovered_ms: int | None  # when the peak was reached again; None: never
    lasted_ms: int  # from peak to recovery, or to the end of the run


class Month(Struct, frozen=True, kw_only=True):
    """A calendar month, UTC."""

    year: int
    month: int
    profit: float
    share: float | None  # of the equity that it began with; None: there was none
