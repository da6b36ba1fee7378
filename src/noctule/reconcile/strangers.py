"""Orders with our mark that we did not send: another bot trades with the same key."""

from collections.abc import Callable, Iterable

from noctule.domain.ids import belongs_to_account
from noctule.domain.order import ClientOrderId
from noctule.domain.report import OrderReport

__all__ = ["strangers_among"]


def strangers_among(
    reports: Iterable[OrderReport],
    account: str,
    *,
    knows: Callable[[ClientOrderId], bool],
    since_ms: int,
) -> frozenset[ClientOrderId]:
    """Return the names that we never derived, of orders from a time when nobody else might send.

    What a dead process sent may arrive a few seconds after we began: `since_ms` is later than
    that, and not longer ago than the desk remembers its own.
    """
    return frozenset(
        each.client_order_id
        for each in reports
        if each.updated_ms >= since_ms
        and belongs_to_account(each.client_order_id, account)
        and not knows(each.client_order_id)
    )
