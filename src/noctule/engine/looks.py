"""Looks at a symbol under way, whether their answers are still true, and whom else they show."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from noctule.domain.position import Position
from noctule.domain.report import OrderReport, SymbolLook
from noctule.domain.values import Side, Symbol

__all__ = ["Looks", "ends_position"]

_NAMES_TOLD = 3
_LAG_MS: Final = 1_000  # after a trade the venue may answer so long as if it had not been
_LAGS_MAX: Final = 2  # in a row; the next answer is believed, whatever it is


class Looks:
    """An answer counts only if nothing was told of the symbol since somebody asked.

    That is decided by the order in which we hear, not by clocks: the answer may be from before or
    after what came meanwhile, and no time stamp of ours could say which.
    """

    def __init__(self) -> None:
        self._heard: Counter[Symbol] = Counter()  # as many as there are symbols in the account
        self._asked: dict[Symbol, int] = {}  # how much had been heard then
        self._lags: Counter[Symbol] = Counter()  # answers in a row that were not believed
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

    def lags(self, look: SymbolLook, ours: Position) -> bool:
        """Tell whether an answer may be from before our last trade, and is to be asked for again.

        Else a stop could be taken out because the venue had not seen yet what it is for.
        """
        if not _may_lag(look, ours) or self._lags[look.symbol] >= _LAGS_MAX:
            self._lags.pop(look.symbol, None)
            return False
        self._lags[look.symbol] += 1
        return True

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


def _may_lag(look: SymbolLook, ours: Position) -> bool:
    """Tell whether an answer contradicts a trade that it may not contain."""
    if look.signed_quantity == ours.signed_quantity:
        return False
    if look.position_ms:
        return look.position_ms < ours.updated_ms
    return look.at_ms - ours.updated_ms < _LAG_MS
