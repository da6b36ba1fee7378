"""Every order of ours, live or lately ended, by its name; and the trades that were counted."""

from collections.abc import Iterator
from typing import Final

from noctule.domain.order import ClientOrderId
from noctule.domain.values import Symbol
from noctule.orders.ticket import Ticket

__all__ = ["Blotter"]

ENDED_MAX: Final = 2_000  # ended orders remembered, the oldest forgotten first
TRADES_MAX: Final = 20_000  # trade ids remembered


class Blotter:
    """Knows an order from the moment it is reserved, which is before it is sent."""

    def __init__(self, *, ended_max: int = ENDED_MAX, trades_max: int = TRADES_MAX) -> None:
        self._ended_max = ended_max
        self._trades_max = trades_max
        self._tickets: dict[ClientOrderId, Ticket] = {}  # live ones, and at most _ended_max others
        self._trades: dict[tuple[Symbol, int], None] = {}

    def __len__(self) -> int:
        return len(self._tickets)

    def reserve(self, ticket: Ticket) -> None:
        """Enter an order before anything is sent; a name is used once."""
        assert ticket.name not in self._tickets, f"{ticket.name} is reserved already"
        self._tickets[ticket.name] = ticket
        self._forget()

    def find(self, name: ClientOrderId) -> Ticket | None:
        """Return an order by its name; None if it is not ours, or long over."""
        return self._tickets.get(name)

    def live(self) -> Iterator[Ticket]:
        """Return every order that may trade, now or later."""
        return (ticket for ticket in self._tickets.values() if ticket.may_trade)

    def count(self, symbol: Symbol, trade_id: int) -> bool:
        """Count a trade; False if it was counted before."""
        key = (symbol, trade_id)
        if key in self._trades:
            return False
        self._trades[key] = None
        if len(self._trades) > self._trades_max:
            del self._trades[next(iter(self._trades))]
        return True

    def _forget(self) -> None:
        """Let the oldest ended orders go; a live one is never forgotten."""
        if len(self._tickets) <= self._ended_max:
            return
        ended = [name for name, ticket in self._tickets.items() if not ticket.may_trade]
        for name in ended[: len(ended) - self._ended_max // 2]:
            del self._tickets[name]
