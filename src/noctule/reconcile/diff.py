"""Our book of a symbol beside the venue's: what of the one the other does not know.

Two answers are two instants, and a book may change while a question is under way. Hence a
difference counts only once it is seen a second time, by a question asked later.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from noctule.domain.ids import belongs_to_account
from noctule.domain.order import ClientOrderId
from noctule.domain.position import AccountSnapshot
from noctule.domain.report import SymbolLook
from noctule.domain.values import Symbol, plain_text

__all__ = ["Belief", "Difference", "DifferenceKind", "confirmed", "differences", "looks_of"]


class Belief(Struct, frozen=True, kw_only=True):
    """What the desk believes of one symbol."""

    signed_quantity: Decimal = Decimal(0)
    told: Decimal | None = None  # what the account stream told last, if that is something else
    resting: frozenset[ClientOrderId] = frozenset()  # orders that the venue should tell of
    live: frozenset[ClientOrderId] = frozenset()  # these, and those that it may tell of


class DifferenceKind(StrEnum):
    """Which part of the two books differs."""

    POSITION = "position"
    MISSING = "missing"  # an order of ours does not rest there
    UNEXPECTED = "unexpected"  # an order with our mark rests there, and is not in our book


class Difference(Struct, frozen=True, kw_only=True):
    """One difference, in words."""

    symbol: Symbol
    kind: DifferenceKind
    client_order_id: ClientOrderId | None  # of the order; None where the position differs
    text: str

    @property
    def identity(self) -> tuple[Symbol, DifferenceKind, ClientOrderId | None]:
        """Return what two sights of the same difference share."""
        return (self.symbol, self.kind, self.client_order_id)


def differences(belief: Belief, look: SymbolLook, account: str) -> Iterator[Difference]:
    """Yield what differs in one symbol."""
    if belief.signed_quantity != look.signed_quantity:
        ours, theirs = plain_text(belief.signed_quantity), plain_text(look.signed_quantity)
        text = f"the exchange holds {theirs} for us, and we believe in {ours}"
        yield _difference(look, DifferenceKind.POSITION, None, text)
    elif belief.told is not None and belief.told != look.signed_quantity:
        theirs, before = plain_text(look.signed_quantity), plain_text(belief.told)
        text = f"the exchange holds {theirs} for us, and told of {before} last"
        yield _difference(look, DifferenceKind.POSITION, None, text)
    told = {each.client_order_id for each in look.orders}
    for name in sorted(belief.resting - told):
        text = f"{name} should rest, and is not told of"
        yield _difference(look, DifferenceKind.MISSING, name, text)
    for name in sorted(told - belief.live):
        if belongs_to_account(name, account):
            text = f"{name} rests, and is not in our book"
            yield _difference(look, DifferenceKind.UNEXPECTED, name, text)


def confirmed(before: Iterable[Difference], now: Iterable[Difference]) -> tuple[Difference, ...]:
    """Return those of now that were there before."""
    known = {each.identity for each in before}
    return tuple(each for each in now if each.identity in known)


def looks_of(snapshot: AccountSnapshot, symbols: Iterable[Symbol]) -> Iterator[SymbolLook]:
    """Yield a snapshot symbol by symbol: these, and all that it tells of."""
    held = {each.symbol: each for each in snapshot.positions}
    told = held.keys() | {each.symbol for each in snapshot.orders}
    for symbol in sorted(told | {*symbols}):
        position = held.get(symbol)
        yield SymbolLook(
            symbol=symbol,
            signed_quantity=Decimal(0) if position is None else position.signed_quantity,
            entry_price=None if position is None else position.entry_price,
            orders=tuple(each for each in snapshot.orders if each.symbol == symbol),
            at_ms=snapshot.at_ms,
            position_ms=0 if position is None else position.updated_ms,
        )


def _difference(
    look: SymbolLook, kind: DifferenceKind, name: ClientOrderId | None, text: str
) -> Difference:
    return Difference(symbol=look.symbol, kind=kind, client_order_id=name, text=text)
