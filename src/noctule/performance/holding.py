"""What buying and holding would have made meanwhile: whom a strategy has to beat."""

from msgspec import Struct

__all__ = ["Holding"]


class Holding(Struct, frozen=True, kw_only=True):
    """Bought once and never sold, without leverage or costs; None where nothing can be told."""

    from_ms: int
    days: float
    return_share: float | None
    drawdown_share: float | None  # the deepest, at candle closes
    cagr: float | None
    sharpe: float | None
