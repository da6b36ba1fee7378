"""The market's past in the exchange's own text: for files that keep every digit (facts 2.1)."""

from decimal import Decimal
from typing import Final

from msgspec import Struct
from msgspec.json import Decoder

from noctule.adapters.binance.rest.calls import Call, Pool, Safety
from noctule.adapters.binance.wire.row import NamedSymbol, Row
from noctule.domain.market import Candle
from noctule.domain.values import Symbol, Timeframe

__all__ = ["FUNDINGS", "FUNDINGS_MAX", "KLINE_TEXTS", "MARK_KLINE_TEXTS", "KlineText", "SettledRow"]

FUNDINGS_MAX: Final = 1_000  # rows in one answer


class KlineText(Struct, frozen=True, array_like=True, gc=False):
    """One row of GET klines or markPriceKlines as it was written."""

    open_ms: int
    open: str
    high: str
    low: str
    close: str
    volume: str
    close_ms: int
    quote_volume: str
    trades: int
    taker_buy_volume: str
    taker_buy_quote: str

    def flaw(self, symbol: Symbol, timeframe: Timeframe) -> str | None:
        """Say what makes it no candle."""
        try:
            return self._candle(symbol, timeframe).flaw() or _flaw(float(self.taker_buy_quote))
        except ValueError:
            return f"a text that is no number: {self.line()[:200]}"

    def line(self) -> str:
        """Write it as a line of the archive's."""
        return ",".join(str(getattr(self, name)) for name in self.__struct_fields__)

    def _candle(self, symbol: Symbol, timeframe: Timeframe) -> Candle:
        return Candle(
            symbol=symbol,
            timeframe=timeframe,
            open_ms=self.open_ms,
            close_ms=self.close_ms,
            open=float(self.open),
            high=float(self.high),
            low=float(self.low),
            close=float(self.close),
            volume=float(self.volume),
            quote_volume=float(self.quote_volume),
            trades=self.trades,
            taker_buy_volume=float(self.taker_buy_volume),
        )


class SettledRow(Row, frozen=True, rename="camel"):
    """One row of GET fundingRate: what was settled, and when."""

    symbol: NamedSymbol
    funding_time: int
    funding_rate: str

    def flaw(self) -> str | None:
        """Say what makes it no funding."""
        try:
            rate = Decimal(self.funding_rate)
        except ArithmeticError:
            return f"a rate that is no number: {self.funding_rate[:40]!r}"
        return None if rate.is_finite() and -1 < rate < 1 else f"a rate of {rate}"


KLINE_TEXTS: Final = Call(
    name="GET klines", safety=Safety.REPEATABLE, decoder=Decoder(list[KlineText])
)
MARK_KLINE_TEXTS: Final = Call(
    name="GET markPriceKlines", safety=Safety.REPEATABLE, decoder=Decoder(list[KlineText])
)
FUNDINGS: Final = Call(
    name="GET fundingRate",
    safety=Safety.REPEATABLE,
    decoder=Decoder(list[SettledRow]),
    pool=Pool.FUNDING,
)


def _flaw(taker_buy_quote: float) -> str | None:
    is_possible = 0 <= taker_buy_quote < float("inf")
    return None if is_possible else f"{taker_buy_quote} paid by takers"
