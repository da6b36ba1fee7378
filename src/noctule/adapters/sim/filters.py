"""The contract's filters, each with the code it refuses with.

Order of checks: precision, sign, bounds, grid – of the quantity, then of the price – then the
distance from the mark, then what the order is worth.
"""

from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import Final

from noctule.adapters.sim.model import OrderType, Rules, Side
from noctule.adapters.sim.refusals import refuse

__all__ = [
    "check_limit_price",
    "check_notional",
    "check_quantity",
    "check_stop_distance",
    "check_take_bound",
    "check_trigger_price",
    "farthest_take",
    "trades_at_market",
]

# An enum's members are slow to look up.
_LIMIT: Final = OrderType.LIMIT
_STOP: Final = OrderType.STOP
_TAKE_PROFIT: Final = OrderType.TAKE_PROFIT


def trades_at_market(kind: OrderType) -> bool:
    """Tell whether MARKET_LOT_SIZE governs this kind of order, and it has no price."""
    return kind not in (_LIMIT, _STOP, _TAKE_PROFIT)


def check_quantity(rules: Rules, kind: OrderType, qty: Decimal) -> None:
    """Hold a quantity against LOT_SIZE or MARKET_LOT_SIZE."""
    if trades_at_market(kind):
        least, most, step = rules.market_min_qty, rules.market_max_qty, rules.market_step
    else:
        least, most, step = rules.min_qty, rules.max_qty, rules.step
    if qty <= 0:
        raise refuse(-4003)
    if _is_finer(qty, rules.quantity_precision):
        raise refuse(-1111)
    if qty < least:
        raise refuse(-4004)
    if qty > most:
        raise refuse(-4005)
    if (qty - least) % step:
        raise refuse(-4023)


def check_limit_price(rules: Rules, side: Side, price: Decimal, mark: Decimal) -> None:
    """Hold a price against PRICE_FILTER and PERCENT_PRICE."""
    if price <= 0:
        raise refuse(-4001)
    if _is_finer(price, rules.price_precision):
        raise refuse(-1111)
    if price < rules.min_price:
        raise refuse(-4013)
    if price > rules.max_price:
        raise refuse(-4002)
    _check_tick(rules, price)
    _check_distance(rules, side, price, mark, codes=(-4016, -4024))


def check_trigger_price(rules: Rules, price: Decimal) -> None:
    """Hold a trigger or activation price against PRICE_FILTER."""
    if price <= 0:
        raise refuse(-4006)
    if _is_finer(price, rules.price_precision):
        raise refuse(-1111)
    if price < rules.min_price:
        raise refuse(-4013)
    if price > rules.max_price:
        raise refuse(-4007)
    _check_tick(rules, price)


def check_stop_distance(rules: Rules, side: Side, price: Decimal, trigger: Decimal) -> None:
    """Hold a conditional limit price against its trigger: that is where the mark will be."""
    if price <= 0:
        raise refuse(-4001)
    if _is_finer(price, rules.price_precision):
        raise refuse(-1111)
    _check_tick(rules, price)
    _check_distance(rules, side, price, trigger, codes=(-4183, -4184))


def check_notional(rules: Rules, worth: Decimal) -> None:
    """Hold what an order is worth against MIN_NOTIONAL."""
    if worth < rules.min_notional:
        raise refuse(-4164, least=rules.min_notional)


def check_take_bound(rules: Rules, side: Side, best: Decimal, mark: Decimal) -> None:
    """Refuse a market order when even the best price is too far from the mark."""
    if (best - farthest_take(rules, side, mark)) * side.sign > 0:
        raise refuse(-4131)


def farthest_take(rules: Rules, side: Side, mark: Decimal) -> Decimal:
    """Return the worst price a market order may trade at."""
    return mark * (1 + side.sign * rules.market_take_bound)


def _check_tick(rules: Rules, price: Decimal) -> None:
    if (price - rules.min_price) % rules.tick:
        raise refuse(-4014)


def _check_distance(
    rules: Rules, side: Side, price: Decimal, mark: Decimal, *, codes: tuple[int, int]
) -> None:
    """Refuse a buy that is too dear and a sell that is too cheap; the other way all is free."""
    too_high, too_low = codes
    if side is Side.BUY and price > (highest := mark * rules.multiplier_up):
        raise refuse(too_high, bound=highest.quantize(_grid(rules), ROUND_DOWN))
    if side is Side.SELL and price < (lowest := mark * rules.multiplier_down):
        raise refuse(too_low, bound=lowest.quantize(_grid(rules), ROUND_UP))


def _grid(rules: Rules) -> Decimal:
    return Decimal(1).scaleb(-rules.price_precision)


def _is_finer(value: Decimal, places: int) -> bool:
    """Tell whether a number has more decimals than that; zeros at the end do not count."""
    shifted = value.scaleb(places)
    return shifted != shifted.to_integral_value()
