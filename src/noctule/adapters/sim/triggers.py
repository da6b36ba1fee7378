"""When a conditional order's price has come."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from noctule.adapters.sim.book import Book
from noctule.adapters.sim.model import AlgoOrder, OrderType, Side, WorkingType

__all__ = ["follow", "is_met_by_fall", "is_protected", "is_reached", "price_of", "threshold"]

# An enum's members are slow to look up.
_BUY: Final = Side.BUY
_SELL: Final = Side.SELL
_MARK_PRICE: Final = WorkingType.MARK_PRICE

_TARGETS: Final = (OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_MARKET)
# A trailing stop waits for its activation as a target does: the price must first go its way.
_LIKE_TARGETS: Final = (*_TARGETS, OrderType.TRAILING_STOP_MARKET)


def price_of(book: Book, algo: AlgoOrder) -> Decimal:
    """Return the price this order looks at."""
    if algo.working_type is _MARK_PRICE or book.last is None:
        return book.mark
    return book.last


def threshold(algo: AlgoOrder) -> Decimal:
    """Return the price it waits for: the trigger, or a trailing stop's activation."""
    return algo.trigger_price or algo.activate_price


def is_met_by_fall(algo: AlgoOrder) -> bool:
    """Tell whether a falling price pulls the trigger: sell stops and buy targets."""
    return (algo.side is _BUY) == (algo.type in _LIKE_TARGETS)


def is_reached(algo: AlgoOrder, price: Decimal) -> bool:
    """Tell whether its price is here."""
    return price <= threshold(algo) if is_met_by_fall(algo) else price >= threshold(algo)


def is_protected(book: Book, algo: AlgoOrder) -> bool:
    """Tell whether priceProtect holds the trigger: mark and last price are too far apart."""
    if not algo.price_protect or book.last is None:
        return False
    return abs(book.mark - book.last) > book.rules.trigger_protect * book.mark


def stop_of(algo: AlgoOrder, tick: Decimal) -> Decimal:
    """Return where an activated trailing stop stands."""
    share = algo.callback_rate / 100
    if algo.side is _SELL:
        return _to_grid(algo.extreme * (1 - share), tick, ROUND_FLOOR)
    return _to_grid(algo.extreme * (1 + share), tick, ROUND_CEILING)


def follow(algo: AlgoOrder, price: Decimal, tick: Decimal) -> Decimal | None:
    """Let an activated trailing stop follow; return its stop price once that is reached."""
    share = algo.callback_rate / 100
    if algo.side is _SELL:
        algo.extreme = max(algo.extreme, price)
        stop = _to_grid(algo.extreme * (1 - share), tick, ROUND_FLOOR)
        return stop if price <= stop else None
    algo.extreme = min(algo.extreme, price)
    stop = _to_grid(algo.extreme * (1 + share), tick, ROUND_CEILING)
    return stop if price >= stop else None


def _to_grid(price: Decimal, tick: Decimal, rounding: str) -> Decimal:
    return (price / tick).to_integral_value(rounding=rounding) * tick
