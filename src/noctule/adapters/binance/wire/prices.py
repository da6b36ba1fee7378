"""Prices as the exchange writes them, to the last digit: for who settles money by them; facts 4."""

from decimal import Decimal
from typing import Final, TypeAlias

from msgspec import Struct, field
from msgspec.json import Decoder

from noctule.adapters.binance.rest.calls import Call, Safety
from noctule.adapters.binance.wire.market import Frame
from noctule.domain.errors import FeedMalformed

__all__ = [
    "LAST_PRICES",
    "LAST_PRICES_WEIGHT",
    "MARKS",
    "MARKS_WEIGHT",
    "PRICES",
    "BestTold",
    "LastPrice",
    "MarkRow",
    "MarkTold",
    "PriceTold",
    "TradeTold",
]


class TradeTold(Struct, frozen=True, gc=False, tag_field="e", tag="aggTrade"):
    """Trades of one taker at one price."""

    symbol: str = field(name="s")
    number: int = field(name="a")
    price: Decimal = field(name="p")
    quantity: Decimal = field(name="q")
    at_ms: int = field(name="T")
    is_buyer_maker: bool = field(name="m")

    def check(self) -> None:
        """Raise FeedMalformed for what cannot have happened."""
        _check(self.symbol, prices=(self.price,), quantities=(self.quantity,))


class BestTold(Struct, frozen=True, gc=False, tag_field="e", tag="bookTicker"):
    """The best bid and ask moved."""

    symbol: str = field(name="s")
    number: int = field(name="u")
    bid: Decimal = field(name="b")
    bid_quantity: Decimal = field(name="B")
    ask: Decimal = field(name="a")
    ask_quantity: Decimal = field(name="A")

    def check(self) -> None:
        """Raise FeedMalformed for what cannot be so."""
        quantities = (self.bid_quantity, self.ask_quantity)
        _check(self.symbol, prices=(self.bid, self.ask), quantities=quantities)


class MarkTold(Struct, frozen=True, gc=False, tag_field="e", tag="markPriceUpdate"):
    """Mark price, index and funding, every second."""

    symbol: str = field(name="s")
    number: int = field(name="E")  # its time: there is one for each
    mark: Decimal = field(name="p")
    index: Decimal = field(name="i")
    next_funding_ms: int = field(name="T")
    funding_rate: Decimal = field(name="r")

    def check(self) -> None:
        """Raise FeedMalformed for what cannot be so."""
        # Before a contract's listing its index is told as nought.
        _check(self.symbol, prices=(self.mark,), quantities=(self.index,), rate=self.funding_rate)


PriceTold: TypeAlias = TradeTold | BestTold | MarkTold


class LastPrice(Struct, frozen=True):
    """One row of GET ticker/price: at what a contract traded last."""

    symbol: str
    price: Decimal
    time: int

    def check(self) -> None:
        """Raise FeedMalformed for what cannot be so."""
        _check(self.symbol, prices=(self.price,))


class MarkRow(Struct, frozen=True, rename="camel"):
    """One row of GET premiumIndex; only a perpetual contract has a funding rate."""

    symbol: str
    mark_price: Decimal
    index_price: Decimal
    last_funding_rate: str
    next_funding_time: int
    time: int

    def told(self) -> MarkTold:
        """Return it as the stream tells it; raises FeedMalformed for what cannot be so."""
        try:
            rate = Decimal(self.last_funding_rate)
        except ArithmeticError as exc:
            raise FeedMalformed(f"{self.symbol}: rate {self.last_funding_rate[:40]!r}") from exc
        told = MarkTold(
            symbol=self.symbol,
            number=self.time,
            mark=self.mark_price,
            index=self.index_price,
            next_funding_ms=self.next_funding_time,
            funding_rate=rate,
        )
        told.check()
        return told


PRICES: Final = Decoder(Frame[PriceTold])
LAST_PRICES: Final = Call(
    name="GET ticker/price", safety=Safety.REPEATABLE, decoder=Decoder(list[LastPrice])
)
LAST_PRICES_WEIGHT: Final = 2  # of all contracts at once
MARKS: Final = Call(
    name="GET premiumIndex", safety=Safety.REPEATABLE, decoder=Decoder(list[MarkRow])
)
MARKS_WEIGHT: Final = 10  # of all contracts at once


def _check(
    symbol: str,
    *,
    prices: tuple[Decimal, ...],
    quantities: tuple[Decimal, ...] = (),
    rate: Decimal = Decimal(0),
) -> None:
    if not all(price.is_finite() and price > 0 for price in prices):
        raise FeedMalformed(f"{symbol}: so much a price as {', '.join(map(str, prices))}")
    if not all(quantity.is_finite() and quantity >= 0 for quantity in quantities):
        raise FeedMalformed(f"{symbol}: so much wanted as {', '.join(map(str, quantities))}")
    if not (rate.is_finite() and -1 < rate < 1):
        raise FeedMalformed(f"{symbol}: funding rate {rate}")
