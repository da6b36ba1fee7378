"""What is held by our fills, beside what the venue says is held.

What the account stream tells comes in order, so its word replaces what it said before. What
somebody asked for himself carries the time before the question, and undoes nothing that the
stream has told since. A fill that a told position holds already (it is not later than the venue's
own stamp of that position) is not added again. Should clocks deceive us, `difference` shows it.
"""

from collections.abc import Iterable, Set
from decimal import Decimal

from noctule.domain.position import Fill, Position
from noctule.domain.report import SymbolLook
from noctule.domain.values import Symbol
from noctule.positions.ledger import Applied, apply

__all__ = ["PositionBook"]


class PositionBook:
    """Keeps two positions a symbol, ours and the venue's, and no history."""

    def __init__(self) -> None:
        self._ours: dict[Symbol, Position] = {}
        self._reported: dict[Symbol, Position] = {}
        self._held_until_ms: dict[Symbol, int] = {}  # fills until then are in what was told
        self._asked_ms = 0  # the same for a symbol of which nothing was told

    def take(
        self,
        positions: Iterable[Position],
        *,
        asked_ms: int | None,
        besides: Set[Symbol] = frozenset(),
    ) -> None:
        """Replace what is believed; the time before the question is None if the stream told it.

        Of the symbols that are left out, everything stays as it was.
        """
        told = {each.symbol: each for each in positions}
        for symbol in besides:
            self._held_until_ms[symbol] = self.begun_ms(symbol)
        self._asked_ms = asked_ms or 0
        for symbol in (told.keys() | self.symbols) - besides:
            position = told.get(symbol, Position(symbol=symbol, updated_ms=self._asked_ms))
            if asked_ms is None or _is_news(position, self.reported(symbol), asked_ms):
                self._reported[symbol] = position
            if asked_ms is None or _is_news(position, self.position(symbol), asked_ms):
                self._begin(position)

    def hear_fill(self, fill: Fill) -> Applied | None:
        """Add a fill of the account, ours or not, each once; None if it was told in a position."""
        if fill.at_ms <= self.begun_ms(fill.symbol):
            return None
        applied = apply(self.position(fill.symbol), fill)
        self._ours[fill.symbol] = applied.position
        return applied

    def hear_report(self, position: Position) -> None:
        """Take the stream's word for a position."""
        self._reported[position.symbol] = position

    def hear_look(self, look: SymbolLook) -> None:
        """Take the answer of somebody who asked for one symbol."""
        position = Position(
            symbol=look.symbol,
            signed_quantity=look.signed_quantity,
            entry_price=look.entry_price,
            updated_ms=look.at_ms,
        )
        if _is_news(position, self.reported(look.symbol), look.at_ms):
            self._reported[look.symbol] = position

    def adopt(self, symbol: Symbol) -> Position:
        """Believe the venue's last word on a symbol instead of our fills."""
        self._begin(self.reported(symbol))
        return self.position(symbol)

    @property
    def symbols(self) -> frozenset[Symbol]:
        """Return every symbol of which something was told."""
        return frozenset(self._ours.keys() | self._reported.keys())

    def position(self, symbol: Symbol) -> Position:
        """Return what is held by our fills since the snapshot."""
        return self._ours.get(symbol) or Position(symbol=symbol)

    def begun_ms(self, symbol: Symbol) -> int:
        """Return the time up to which fills are in what was told, not added one by one."""
        return self._held_until_ms.get(symbol, self._asked_ms)

    def reported(self, symbol: Symbol) -> Position:
        """Return the venue's last word, with its time."""
        return self._reported.get(symbol) or Position(symbol=symbol)

    def difference(self, symbol: Symbol) -> Decimal:
        """Return how much more we believe to hold than the venue said; zero when both agree."""
        return self.position(symbol).signed_quantity - self.reported(symbol).signed_quantity

    def held_by_report(self) -> dict[Symbol, Position]:
        """Return all that is held by the venue's word."""
        return {symbol: each for symbol, each in self._reported.items() if not each.is_flat}

    def _begin(self, position: Position) -> None:
        """Begin a symbol's own account from what was told; what is flat may have no stamp."""
        self._ours[position.symbol] = position
        self._held_until_ms[position.symbol] = position.updated_ms


def _is_news(position: Position, known: Position, asked_ms: int) -> bool:
    """Tell whether an answer is not older than what is known."""
    return known.updated_ms <= max(asked_ms, position.updated_ms)
