"""Which conditional order an order of the venue's comes from: it fired, and became another one."""

from typing import TypeVar

from msgspec import Struct

from noctule.domain.order import ClientOrderId
from noctule.domain.report import OrderReport
from noctule.domain.values import Symbol

__all__ = ["AlgoChildren", "Parent"]

_Key = TypeVar("_Key")


class Parent(Struct):
    """A conditional order, as its child must know it."""

    algo_id: str
    client_order_id: ClientOrderId
    is_triggered: bool = False  # and that was told


class AlgoChildren:
    """Joins children to parents: by the id the venue tells, else by the client id they share.

    That they share it is only partly known (facts 2.5), and the child's fill may come before the
    event that tells its id, so a child without a parent is not yet a stranger.
    """

    def __init__(self, *, kept_max: int) -> None:
        self._kept_max = kept_max
        self._parents: dict[str, Parent] = {}  # by algo id
        self._by_client_id: dict[ClientOrderId, Parent] = {}
        self._by_child: dict[tuple[Symbol, str], Parent] = {}

    def note(self, algo: OrderReport) -> Parent:
        """Remember a conditional order, and its child once there is one."""
        parent = self._parents.get(algo.venue_order_id)
        if parent is None:
            parent = Parent(algo.venue_order_id, algo.client_order_id)
            self._parents[parent.algo_id] = parent
            self._by_client_id[parent.client_order_id] = parent
        if algo.child_order_id is not None:
            self._by_child[algo.symbol, algo.child_order_id] = parent
        self._forget(self._parents)
        self._forget(self._by_client_id)
        self._forget(self._by_child)
        return parent

    def parent_of(self, order: OrderReport) -> Parent | None:
        """Return the conditional order that became this one, as far as anybody told."""
        by_id = self._by_child.get((order.symbol, order.venue_order_id))
        if by_id is not None or not order.kind.is_conditional:
            return by_id
        return self._by_client_id.get(order.client_order_id)

    def _forget(self, kept: dict[_Key, Parent]) -> None:
        if len(kept) > self._kept_max:
            del kept[next(iter(kept))]
