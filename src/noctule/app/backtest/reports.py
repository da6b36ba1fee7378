"""Orders, positions and balances of the simulated exchange, in the words the bot is told them."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from noctule.adapters.binance.wire.orders import algo_state, order_state
from noctule.adapters.sim import model
from noctule.adapters.sim.statement import Margins
from noctule.adapters.sim.wire_numbers import (
    AMOUNT_PLACES,
    MEAN_PLACES,
    average_places,
    rounded,
)
from noctule.domain.order import ClientOrderId, OrderKind
from noctule.domain.position import Balance, Position
from noctule.domain.report import OrderReport
from noctule.domain.values import Price, Quantity, Quote, Side, Symbol

__all__ = ["algo_report", "balance_of", "money", "order_report", "position_of", "side_of"]

_ZERO: Final = model.ZERO
_WIDE: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)
_AMOUNT: Final = Decimal(1).scaleb(-AMOUNT_PLACES)
_MEAN: Final = Decimal(1).scaleb(-MEAN_PLACES)
_BUYS: Final = model.Side.BUY  # an enum's members are slow to look up
_BUY: Final = Side.BUY
_SELL: Final = Side.SELL
_KINDS: Final = {
    theirs: OrderKind[theirs.name]
    for theirs in model.OrderType
    if theirs.name in OrderKind.__members__
}


def order_report(order: model.Order, rules: model.Rules) -> OrderReport:
    """Tell a regular order; the child of a conditional one is told as what it was before."""
    return OrderReport(
        client_order_id=ClientOrderId(order.client_id),
        venue_order_id=str(order.order_id),
        symbol=Symbol(order.symbol),
        side=side_of(order.side),
        kind=_kind(order.orig_type, order.price),
        state=order_state(order.status),
        quantity=Quantity(order.qty),
        filled=Quantity(order.executed),
        price=_price(order.price),
        average_price=_mean(order.average_price, rules),
        reduces_only=order.reduce_only,
        updated_ms=order.update_ms,
    )


def algo_report(algo: model.AlgoOrder, rules: model.Rules, *, filled: Decimal) -> OrderReport:
    """Tell a conditional order; what its child filled is told where it is asked for alone."""
    wanted = None if algo.close_position else Quantity(algo.qty)
    child_id = algo.actual_order_id
    return OrderReport(
        client_order_id=ClientOrderId(algo.client_algo_id),
        venue_order_id=str(algo.algo_id),
        symbol=Symbol(algo.symbol),
        side=side_of(algo.side),
        kind=_kind(algo.type, algo.price),
        state=algo_state(algo.status, filled=filled, wanted=wanted),
        quantity=wanted,
        filled=Quantity(filled),
        price=_price(algo.price),
        trigger_price=_price(algo.trigger_price),
        average_price=_mean(algo.actual_price, rules),
        reduces_only=algo.reduce_only,
        child_order_id=None if child_id is None else str(child_id),
        updated_ms=algo.update_ms,
    )


def position_of(leg: model.Position, at_ms: int) -> Position:
    """Tell what is held net; a flat position has no entry price."""
    amount = leg.amount
    return Position(
        symbol=Symbol(leg.symbol),
        signed_quantity=amount or _ZERO,
        entry_price=Price(_entry(leg.entry_price)) if amount else None,
        updated_ms=at_ms,
    )


def balance_of(asset: str, margins: Margins) -> Balance:
    """Tell the purse as somebody is told it who asks."""
    return Balance(
        asset=asset,
        wallet=Quote(money(margins.wallet)),
        available=Quote(money(margins.available)),
    )


def side_of(side: model.Side) -> Side:
    """Return our word for a side."""
    return _BUY if side is _BUYS else _SELL


def money(amount: Decimal) -> Decimal:
    """Round an amount of the margin asset to the places it is told with."""
    return amount.quantize(_AMOUNT, context=_WIDE)


def _kind(theirs: model.OrderType, price: Decimal) -> OrderKind:
    """Return the kind; a forced order's own word says less than its price."""
    kind = _KINDS.get(theirs)
    if kind is None:
        return OrderKind.LIMIT if price else OrderKind.MARKET
    return kind


def _price(number: Decimal) -> Price | None:
    return Price(number) if number else None


def _mean(price: Decimal, rules: model.Rules) -> Price | None:
    return Price(rounded(price, average_places(rules))) if price else None


def _entry(price: Decimal) -> Decimal:
    """Return an entry price with the places it is told with, as it is if it has no more."""
    told = price.quantize(_MEAN, context=_WIDE)
    return price if told == price else told
