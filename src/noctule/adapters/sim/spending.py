"""Whether an account can afford an order: leverage first, then margin."""

from decimal import Decimal
from typing import Final

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.book import Book
from noctule.adapters.sim.floor import Floor
from noctule.adapters.sim.margin import bound_by, notional_max
from noctule.adapters.sim.model import ZERO, Order, Side
from noctule.adapters.sim.open_orders import reduces, worth_of
from noctule.adapters.sim.refusals import refuse
from noctule.adapters.sim.statement import available, leverage_of

__all__ = ["check_spending"]

# An enum's members are slow to look up.
_BUY: Final = Side.BUY
_SELL: Final = Side.SELL

# UNCONFIRMED: the price Binance assumes for a market buy is the ask and a little more.
_MARKET_HEADROOM: Final = Decimal("1.0005")


def check_spending(
    floor: Floor, account: Account, order: Order, *, instead_of: Order | None = None
) -> None:
    """Refuse an order that would make a position too large, or bind more than is available.

    It binds the initial margin of what the leg could become, less what the leg binds already, and
    the loss it would start with.
    """
    if reduces(order):
        return
    book = floor.books[order.symbol]
    mark = book.mark
    leg = account.position(order.symbol, order.position_side)
    worth = account.open_orders.worth(leg.symbol, leg.side, mark)
    before = bound_by(leg.amount, mark, worth)
    price = _assumed_price(order, floor, book)
    if instead_of is not None:
        others = account.open_orders.of(leg.symbol, leg.side)
        rest = [other for other in others if other is not instead_of and not reduces(other)]
        worth = worth_of(rest, mark)
    signed_qty = order.side.sign * order.left
    after = bound_by(leg.amount, mark, worth, extra=signed_qty * price)
    if after.notional <= before.notional:
        return
    leverage = leverage_of(account, book)
    if after.notional > notional_max(book.rules, leverage):
        raise refuse(-2027)
    loss = max(ZERO, (price - mark) * signed_qty)
    needed = (after.notional - before.notional) / leverage + loss
    if needed > available(account, floor.books):
        raise refuse(-2019)


def _assumed_price(order: Order, floor: Floor, book: Book) -> Decimal:
    """Return what the order is expected to trade at, to be on the safe side."""
    if order.side is _BUY:
        return order.price or floor.best(book, _BUY) * _MARKET_HEADROOM
    return max(order.price or book.mark, floor.best(book, _SELL))
