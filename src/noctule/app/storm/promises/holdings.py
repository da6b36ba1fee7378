"""What is held by the trades of the exchange, and whether the bot has to answer for it."""

from decimal import Decimal
from typing import Final

from noctule.adapters.sim.bookings import Trade
from noctule.adapters.sim.events import AccountUpdated, AlgoUpdated, OrderUpdated, UserEvent
from noctule.domain.ids import parse_client_order_id
from noctule.domain.order import Leg

__all__ = ["OURS", "Holdings", "is_entry", "symbol_of"]

OURS: Final = "noc-"
_NOTHING: Final = Decimal(0)


class Holdings:
    """Follows each symbol's position from trade to trade."""

    def __init__(self) -> None:
        self._held: dict[str, Decimal] = {}
        self._ours: dict[str, bool] = {}

    def told(self, event: UserEvent) -> None:
        """Hear an event of the account."""
        if isinstance(event, OrderUpdated) and event.trade is not None:
            self._trade(event.trade)

    def held(self, symbol: str) -> Decimal:
        """Return what is held, signed."""
        return self._held.get(symbol, _NOTHING)

    def is_ours(self, symbol: str) -> bool:
        """Tell whether something is held that an entry of the bot has opened or made larger."""
        return self._ours.get(symbol, False)

    def _trade(self, trade: Trade) -> None:
        symbol, before = trade.symbol, self.held(trade.symbol)
        after = before + trade.qty * trade.side.sign
        self._held[symbol] = after
        if before * after <= 0:  # it begins, ends, or turns round
            self._ours[symbol] = bool(after) and trade.client_id.startswith(OURS)
        elif abs(after) > abs(before) and is_entry(trade.client_id):
            self._ours[symbol] = True


def is_entry(name: str) -> bool:
    """Tell whether an order is one that opens a position of the bot."""
    key = parse_client_order_id(name)
    return key is not None and key.leg is Leg.ENTRY


def symbol_of(event: UserEvent) -> str | None:
    """Return the symbol on which something changed, if it is one."""
    if isinstance(event, OrderUpdated):
        return event.order.symbol
    if isinstance(event, AlgoUpdated):
        return event.algo.symbol
    if isinstance(event, AccountUpdated) and event.positions:
        return event.positions[0].position.symbol
    return None
