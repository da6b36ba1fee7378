"""A candle as a file tells it, before it is turned into ticks."""

from decimal import Decimal

from msgspec import Struct

__all__ = ["Candle"]


class Candle(Struct, frozen=True, kw_only=True):
    """One bar of one symbol."""

    symbol: str
    open_ms: int
    close_ms: int  # the bar's last millisecond
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    quote_volume: Decimal
    count: int
    taker_buy_volume: Decimal
    taker_buy_quote: Decimal

    @property
    def is_idle(self) -> bool:
        """Tell whether nobody traded, so that the prices only repeat the last close."""
        return not self.volume and not self.count

    def flaw(self) -> str | None:
        """Say what makes this bar impossible."""
        return self._price_flaw() or self._volume_flaw()

    def _price_flaw(self) -> str | None:
        if not 0 < self.low <= min(self.open, self.close):
            return f"low {self.low} is not the lowest of {self.open} {self.high} {self.close}"
        if not max(self.open, self.close) <= self.high < Decimal("Infinity"):
            return f"high {self.high} is not the highest of {self.open} {self.low} {self.close}"
        return None

    def _volume_flaw(self) -> str | None:
        if not 0 <= self.taker_buy_volume <= self.volume < Decimal("Infinity"):
            return f"takers bought {self.taker_buy_volume} of a volume of {self.volume}"
        if not 0 <= self.taker_buy_quote <= self.quote_volume < Decimal("Infinity"):
            return f"takers paid {self.taker_buy_quote} of a quote volume of {self.quote_volume}"
        if self.count < 0:
            return f"count is {self.count}"
        return None
