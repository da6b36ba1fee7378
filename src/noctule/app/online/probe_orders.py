"""One order of every type that the bot uses: the smallest there is, and far from the market."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from msgspec import Struct

from noctule.domain.instrument import Instrument
from noctule.domain.order import (
    ClientOrderId,
    Leg,
    OrderKind,
    OrderRequest,
    OrderState,
    TimeInForce,
)
from noctule.domain.values import Price, Rounding, Side

__all__ = ["Trial", "closing_stop", "market_order", "trials"]

# How far from the mark: what is allowed there, less a fifth, for the mark moves meanwhile.
_DISTANCE_MAX: Final = Decimal("0.2")
_SHARE_OF_BOUND: Final = Decimal("0.8")
_CALLBACK: Final = Decimal("0.1")  # a trailing stop fires when the price has turned by so much

Name = Callable[[Leg], ClientOrderId]


class Trial(Struct, frozen=True, kw_only=True):
    """An order to place, and how it is expected to stand right after."""

    label: str
    request: OrderRequest
    state: OrderState = OrderState.OPEN


def trials(instrument: Instrument, mark_price: Price, name: Name) -> tuple[Trial, ...]:
    """Return what is placed, all of it buys; `name` gives each an id of its own."""
    low, high = _low(instrument, mark_price), _high(instrument, mark_price)

    def limit(time_in_force: TimeInForce) -> OrderRequest:
        return OrderRequest(
            client_order_id=name(Leg.ENTRY),
            symbol=instrument.symbol,
            side=Side.BUY,
            kind=OrderKind.LIMIT,
            leg=Leg.ENTRY,
            quantity=instrument.smallest_quantity(low, OrderKind.LIMIT),
            price=low,
            time_in_force=time_in_force,
        )

    def conditional(kind: OrderKind, trigger_price: Price | None) -> OrderRequest:
        # At the lower of the prices: there it takes the most to be worth enough.
        quantity = instrument.smallest_quantity(low, kind)
        return OrderRequest(
            client_order_id=name(Leg.STOP),
            symbol=instrument.symbol,
            side=Side.BUY,
            kind=kind,
            leg=Leg.STOP,
            quantity=quantity,
            price=None if kind.trades_at_market else trigger_price,
            trigger_price=trigger_price,
            callback_share=_CALLBACK if kind is OrderKind.TRAILING_STOP_MARKET else None,
        )

    resting = {
        "LIMIT": limit(TimeInForce.GTC),
        "LIMIT, maker only": limit(TimeInForce.GTX),
        "STOP": conditional(OrderKind.STOP, high),
        "STOP_MARKET": conditional(OrderKind.STOP_MARKET, high),
        "TAKE_PROFIT": conditional(OrderKind.TAKE_PROFIT, low),
        "TAKE_PROFIT_MARKET": conditional(OrderKind.TAKE_PROFIT_MARKET, low),
        "TRAILING_STOP_MARKET": conditional(OrderKind.TRAILING_STOP_MARKET, None),
    }
    at_once = Trial(
        label="LIMIT, at once or never", request=limit(TimeInForce.IOC), state=OrderState.EXPIRED
    )
    return (*(Trial(label=label, request=each) for label, each in resting.items()), at_once)


def market_order(instrument: Instrument, mark_price: Price, name: Name) -> OrderRequest:
    """Return what is only tried in the exchange's own rehearsal: it would trade."""
    low = _low(instrument, mark_price)
    return OrderRequest(
        client_order_id=name(Leg.ENTRY),
        symbol=instrument.symbol,
        side=Side.BUY,
        kind=OrderKind.MARKET,
        leg=Leg.ENTRY,
        quantity=instrument.smallest_quantity(low, OrderKind.MARKET),
    )


def closing_stop(instrument: Instrument, mark_price: Price, name: Name) -> OrderRequest:
    """Return the stop that protects a position, which there is none of."""
    return OrderRequest(
        client_order_id=name(Leg.STOP),
        symbol=instrument.symbol,
        side=Side.SELL,
        kind=OrderKind.STOP_MARKET,
        leg=Leg.STOP,
        quantity=None,
        trigger_price=_low(instrument, mark_price),
    )


def _low(instrument: Instrument, mark_price: Price) -> Price:
    share = _distance(1 - instrument.price_multiplier_down)
    return instrument.quantize_price(Price(mark_price * (1 - share)), Rounding.UP)


def _high(instrument: Instrument, mark_price: Price) -> Price:
    share = _distance(instrument.price_multiplier_up - 1)
    return instrument.quantize_price(Price(mark_price * (1 + share)), Rounding.DOWN)


def _distance(bound: Decimal) -> Decimal:
    return min(_DISTANCE_MAX, bound * _SHARE_OF_BOUND)
