"""How a backtest's market meets orders, beyond what its candles tell."""

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

__all__ = ["Ambiguity", "MarketTerms"]


class Ambiguity(StrEnum):
    """Which extreme of a candle came first, for that is not in it."""

    WORST = "worst"  # the one that hurts what is held
    BEST = "best"  # the one that helps it
    OHLC = "ohlc"  # the one nearer to the open

    def is_high_first(
        self, opened: float, high: float, low: float, close: float, *, is_long: bool
    ) -> bool:
        """Tell whether a candle rises first while this is held."""
        if self is not Ambiguity.OHLC:
            return is_long is (self is Ambiguity.BEST)
        up, down = high - opened, opened - low
        return up < down if up != down else close < opened


class MarketTerms(Struct, frozen=True, kw_only=True):
    """What a backtest assumes of the exchange; the defaults are the simulated exchange's own."""

    ambiguity: Ambiguity = Ambiguity.WORST
    spread_ticks: int = 1
    slippage: Decimal = Decimal(0)  # of a market order's price, as a share, against it
    latency_ms: int = 0  # from a decision to the exchange, where it meets what stands then
    taker_fee: Decimal | None = None  # None: the contract's own
    maker_fee: Decimal | None = None
