"""Auto-deleveraging: what a bankrupt account could not pay is taken from one that has won.

Binance picks the winner by profit and leverage; here whoever runs the exchange picks.
"""

from decimal import Decimal

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.fills import Slice
from noctule.adapters.sim.floor import Floor
from noctule.adapters.sim.forced import DELEVERAGING, forced_order
from noctule.adapters.sim.matching import Matcher
from noctule.adapters.sim.model import Order, Position

__all__ = ["Deleverager"]


class Deleverager:
    """Takes positions at a price that is not the market's."""

    def __init__(self, floor: Floor, matcher: Matcher) -> None:
        self._floor = floor
        self._matcher = matcher

    def take(
        self, account: Account, leg: Position, *, qty: Decimal | None, price: Decimal | None
    ) -> Order:
        """Take so much of a position, all unless it is said, at the mark unless it is said.

        Its open orders are cancelled first, and no fee is due.
        """
        assert leg.amount, f"{leg.symbol}/{leg.side} is flat"
        for order in account.orders_on(leg.symbol):
            self._matcher.cancel(account, order)
        price = price or self._floor.books[leg.symbol].mark
        taken = min(qty or abs(leg.amount), abs(leg.amount))
        order = forced_order(self._floor, leg, prefix=DELEVERAGING, qty=taken, price=price)
        self._matcher.close_forced(account, order, Slice(price, taken))
        return order
