"""What a recovery is going to do, symbol by symbol, in words for people and for the desk."""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from noctule.domain.order import ClientOrderId, Order, OrderKind
from noctule.domain.values import Price, Symbol
from noctule.orders.plan import BracketPlan

__all__ = [
    "Action",
    "Adoption",
    "PlanItem",
    "RecoveryCounts",
    "RecoveryPlan",
    "Sweep",
    "SymbolPlan",
]


class Action(StrEnum):
    """What is done about one thing that was found."""

    ADOPT = "adopt"  # ours, and as it should be: it is led from here on
    PROTECT = "protect"  # ours, and nothing would end it: a stop is placed
    RE_ARM = "re-arm"  # ours, and its target is missing: one is placed
    CANCEL = "cancel"  # an order of ours that nobody needs
    IGNORE = "ignore"  # not ours, or over: told, never touched


class PlanItem(Struct, frozen=True, kw_only=True):
    """One thing found, what is done about it, and why."""

    symbol: Symbol
    action: Action
    what: str
    reason: str
    is_discrepancy: bool = False  # what we remembered, or sent, says otherwise


class Adoption(Struct, frozen=True, kw_only=True):
    """A position or orders of ours for a bracket to lead; on a flat symbol it sweeps and ends."""

    symbol: Symbol
    plan: BracketPlan
    orders: tuple[Order, ...]  # ours, that rest or may
    ended: tuple[Order, ...] = ()  # ours of the same candle: their names are used up
    signed_quantity: Decimal  # as the venue told it
    entry_price: Price | None  # None when flat
    foreign_stops: int  # orders of others that would end the position
    told_ms: int  # market time of the position's last change, by the venue


class Sweep(Struct, frozen=True, kw_only=True):
    """An order of ours to take out where no bracket can do it."""

    symbol: Symbol
    client_order_id: ClientOrderId
    kind: OrderKind


class SymbolPlan(Struct, frozen=True, kw_only=True):
    """All that concerns one symbol."""

    symbol: Symbol
    items: tuple[PlanItem, ...] = ()
    adoption: Adoption | None = None
    sweeps: tuple[Sweep, ...] = ()
    foreign: str | None = None  # what of it is not ours, and so keeps us from entering there


class RecoveryCounts(Struct, frozen=True, kw_only=True):
    """What `Reconciled` tells."""

    adopted: int  # positions
    protected: int  # of them, those that had no stop
    swept: int  # orders
    discrepancies: int


class RecoveryPlan(Struct, frozen=True, kw_only=True):
    """The whole of it, the most urgent symbol first."""

    symbols: tuple[SymbolPlan, ...] = ()
    strangers: tuple[ClientOrderId, ...] = ()  # with our tag, not from us: another bot

    @property
    def items(self) -> tuple[PlanItem, ...]:
        """Return all that was found."""
        return tuple(item for each in self.symbols for item in each.items)

    @property
    def deeds(self) -> tuple[PlanItem, ...]:
        """Return what changes something at the venue."""
        quiet = (Action.ADOPT, Action.IGNORE)
        return tuple(item for item in self.items if item.action not in quiet)

    @property
    def adoptions(self) -> tuple[Adoption, ...]:
        """Return what brackets take over."""
        return tuple(each.adoption for each in self.symbols if each.adoption is not None)

    @property
    def counts(self) -> RecoveryCounts:
        """Return it in numbers."""
        return RecoveryCounts(
            adopted=sum(bool(each.signed_quantity) for each in self.adoptions),
            protected=_number(self.items, Action.PROTECT),
            swept=_number(self.items, Action.CANCEL),
            discrepancies=sum(item.is_discrepancy for item in self.items),
        )


def _number(items: Iterable[PlanItem], action: Action) -> int:
    return sum(item.action is action for item in items)
