"""Orders with our mark that we did not send: another bot trades with the same key."""

from collections.abc import Callable, Iterable
from typing import Final

from noctule.domain.ids import belongs_to_account
from noctule.domain.order import ClientOrderId
from noctule.domain.report import OrderReport

__all__ = ["Strangers"]

_LEFT_MAX: Final = 2_000  # names of a dead process remembered, the oldest forgotten first


class Strangers:
    """Tells another bot's orders from those that a dead process of ours left behind.

    What was there before nobody else might send is not another bot's, whatever becomes of it
    later: to take it out dates it anew.
    """

    def __init__(self, account: str, *, knows: Callable[[ClientOrderId], bool]) -> None:
        self._account = account
        self._knows = knows
        self._left: dict[ClientOrderId, None] = {}

    def among(self, reports: Iterable[OrderReport], *, since_ms: int) -> frozenset[ClientOrderId]:
        """Return names that we never derived, of orders from when nobody else might send.

        What a dead process sent may arrive a few seconds after we began: `since_ms` is later than
        that, and not longer ago than the desk remembers its own.
        """
        unknown = [each for each in reports if self._is_unknown(each.client_order_id)]
        for each in unknown:
            if each.updated_ms < since_ms:
                self._remember(each.client_order_id)
        return frozenset(each.client_order_id for each in unknown) - self._left.keys()

    def _is_unknown(self, name: ClientOrderId) -> bool:
        return belongs_to_account(name, self._account) and not self._knows(name)

    def _remember(self, name: ClientOrderId) -> None:
        self._left[name] = None
        if len(self._left) > _LEFT_MAX:
            del self._left[next(iter(self._left))]
