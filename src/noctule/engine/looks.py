"""Looks at a symbol under way, whether their answers are still true, and whom else they show."""

from collections import Counter
from collections.abc import Callable, Sequence

from noctule.domain.report import OrderReport, SymbolLook
from noctule.domain.values import Side, Symbol

__all__ = ["Looks", "ends_position"]

_NAMES_TOLD = 3


class Looks:
    """An answer counts only if nothing was told of the symbol since somebody asked.

    That is decided by the order in which we hear, not by clocks: the answer may be from before or
    after what came meanwhile, and no time stamp of ours could say which.
    """

    def __init__(self) -> None:
        self._heard: Counter[Symbol] = Counter()  # as many as there are symbols in the account
        self._asked: dict[Symbol, int] = {}  # how much had been heard then
        self._strangers: dict[Symbol, str] = {}

    def note(self, symbol: Symbol) -> None:
        """Know that something was told which may change what is held."""
        self._heard[symbol] += 1

    def begin(self, symbol: Symbol) -> bool:
        """Note that a symbol is asked for; False if it is already."""
        if symbol in self._asked:
            return False
        self._asked[symbol] = self._heard[symbol]
        return True

    def end(self, symbol: Symbol) -> None:
        """Note that the question is over."""
        self._asked.pop(symbol, None)

    def is_fresh(self, symbol: Symbol) -> bool:
        """End a question; tell whether nothing was told since it began."""
        return self._asked.pop(symbol, None) == self._heard[symbol]

    def strangers_in(
        self, look: SymbolLook, *, is_ours: Callable[[str], bool]
    ) -> Sequence[OrderReport]:
        """Return the orders that are not ours, and remember that there are any."""
        strangers = [each for each in look.orders if not is_ours(each.client_order_id)]
        self.note_strangers(look.symbol, strangers)
        return strangers

    def note_strangers(self, symbol: Symbol, orders: Sequence[OrderReport]) -> None:
        """Remember whose orders rest beside ours; none any more, if there are none."""
        if not orders:
            self._strangers.pop(symbol, None)
            return
        names = [each.client_order_id or each.venue_order_id for each in orders[:_NAMES_TOLD]]
        more = "" if len(orders) <= _NAMES_TOLD else f" and {len(orders) - _NAMES_TOLD} more"
        self._strangers[symbol] = f"orders rest there that are not ours: {', '.join(names)}{more}"

    def strangers_on(self, symbol: Symbol) -> str | None:
        """Say whose orders rest there; None if only ours do."""
        return self._strangers.get(symbol)


def ends_position(report: OrderReport, entered: Side, look: SymbolLook) -> bool:
    """Tell whether a stranger's stop would end the position, so that it needs none of ours."""
    if report.side is entered or not report.kind.value.startswith(("STOP", "TRAILING")):
        return False
    held = abs(look.signed_quantity)
    return report.closes_position or (report.quantity is not None and report.quantity >= held > 0)
