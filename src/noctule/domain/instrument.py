"""What one contract allows: its filters, and the exact rounding that keeps orders inside them."""

from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from noctule.domain.order import OrderKind
from noctule.domain.values import (
    Price,
    Quantity,
    Quote,
    Rounding,
    Side,
    Symbol,
    observed,
    round_to_step,
)

__all__ = ["Instrument", "InstrumentStatus", "LeverageBracket", "LotRule", "TradingTerms"]


class InstrumentStatus(StrEnum):
    """Whether a contract may be traded; every state but TRADING means no."""

    TRADING = "TRADING"
    NOT_TRADING = "NOT_TRADING"


class LotRule(Struct, frozen=True, kw_only=True):
    """Bounds and step of a quantity."""

    quantity_min: Quantity
    quantity_max: Quantity
    step: Quantity

    def floor(self, quantity: Quantity) -> Quantity:
        """Return the largest allowed quantity that is not above this one; zero if none is."""
        capped = min(quantity, self.quantity_max)
        floored = Quantity(round_to_step(capped, self.step, Rounding.DOWN))
        return floored if floored >= self.quantity_min else Quantity(Decimal(0))


class LeverageBracket(Struct, frozen=True, kw_only=True):
    """One tier of position notional, with the leverage and margin it allows."""

    bracket: int
    notional_floor: Quote
    notional_cap: Quote
    leverage_max: int
    maintenance_share: Decimal
    maintenance_amount: Quote  # subtracted, so that the margin is continuous over the tiers


class TradingTerms(Struct, frozen=True, kw_only=True):
    """What a contract costs this account, and how far its leverage goes."""

    leverage: int  # as it is set now
    is_isolated: bool
    maker_fee: Decimal  # shares of the notional
    taker_fee: Decimal
    brackets: tuple[LeverageBracket, ...]  # smallest notional first; never empty


class Instrument(Struct, frozen=True, kw_only=True):
    """One contract's rules, as the venue's exchangeInfo states them."""

    symbol: Symbol
    status: InstrumentStatus
    base_asset: str
    quote_asset: str
    margin_asset: str
    tick: Price
    price_min: Price
    price_max: Price
    lot: LotRule
    market_lot: LotRule
    notional_min: Quote
    price_multiplier_up: Decimal  # a buy may not be dearer than mark × this
    price_multiplier_down: Decimal  # a sell may not be cheaper than mark × this
    market_take_bound: Decimal  # furthest share from the mark a market order may reach
    trigger_protect: Decimal  # furthest gap of mark and last at which a protected stop fires
    liquidation_fee: Decimal
    orders_max: int

    def lot_of(self, kind: OrderKind) -> LotRule:
        """Return the lot rule that governs this kind of order."""
        return self.market_lot if kind.trades_at_market else self.lot

    def quantize_quantity(self, quantity: Quantity, kind: OrderKind) -> Quantity:
        """Round a quantity down to what this kind of order may carry; zero if it is too small."""
        assert quantity >= 0, f"quantity is {quantity}"
        return self.lot_of(kind).floor(quantity)

    def quantize_price(self, price: Price | float, rounding: Rounding = Rounding.NEAREST) -> Price:
        """Put a price on the tick grid, inside the contract's bounds; a float is an observation."""
        exact = observed(price) if isinstance(price, float) else price
        bounded = min(max(exact, self.price_min), self._highest_price())
        offset = round_to_step(bounded - self.price_min, self.tick, rounding)
        return Price(self.price_min + offset)

    def worst_price(self, side: Side, mark_price: Price) -> Price:
        """Return the furthest price the venue lets this side ask for."""
        if side is Side.BUY:
            return self.quantize_price(Price(mark_price * self.price_multiplier_up), Rounding.DOWN)
        return self.quantize_price(Price(mark_price * self.price_multiplier_down), Rounding.UP)

    def meets_notional(self, quantity: Quantity, price: Price, *, reduces_only: bool) -> bool:
        """Tell whether an order is worth enough; one that only reduces always is."""
        return reduces_only or quantity * price >= self.notional_min

    def smallest_quantity(self, price: Price, kind: OrderKind) -> Quantity:
        """Return the least quantity that both the lot rule and the minimum notional accept.

        Where even the largest lot is worth too little, the answer lies above it.
        """
        assert price > 0, f"price is {price}"
        lot = self.lot_of(kind)
        least = max(lot.quantity_min, self.notional_min / price)
        return Quantity(round_to_step(least, lot.step, Rounding.UP))

    def _highest_price(self) -> Price:
        """Return the last tick that is not above the upper bound."""
        return _last_tick(self.price_min, self.price_max, self.tick)


@lru_cache(maxsize=1_000)  # contracts
def _last_tick(price_min: Price, price_max: Price, tick: Price) -> Price:
    span = round_to_step(price_max - price_min, tick, Rounding.DOWN)
    return Price(price_min + span)
