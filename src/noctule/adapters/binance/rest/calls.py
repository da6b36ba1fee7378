"""What an endpoint is to us: how safe it is to repeat, what it costs, and what it answers."""

from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.json import Decoder

__all__ = ["Call", "Lane", "Pool", "Safety"]

T = TypeVar("T")


class Safety(StrEnum):
    """Whether a call may be sent again when nobody knows what became of it."""

    REPEATABLE = "repeatable"  # it asks, or saying it twice is saying it once
    ONCE = "once"  # it trades: saying it twice may be two orders


class Lane(StrEnum):
    """Who asks; the last of every budget is kept for those further down."""

    READ = "read"
    AUDIT = "audit"  # whether our books are right
    ENTRY = "entry"
    GUARD = "guard"  # stops, closes, cancels, and the queries that settle a doubt

    @property
    def protects(self) -> bool:
        """Tell whether it is for what we hold, and goes on where others have to stop."""
        return self in (Lane.AUDIT, Lane.GUARD)


class Pool(StrEnum):
    """Which budget a call's weight comes from."""

    WEIGHT = "weight"
    FUNDING = "funding"  # fundingRate and fundingInfo share one of their own (facts 2.1)


class Call(Struct, Generic[T], frozen=True, kw_only=True):
    """One endpoint; the constants of it stand beside the structs that they decode."""

    name: str  # as it is logged: "POST order"
    safety: Safety
    decoder: Decoder[T]  # unreadable answers are unknown outcomes
    weight: int = 1  # where it depends on the parameters, `run` is told
    orders: int = 0  # what it takes from the account's order counts
    trades: bool = False  # only a key that may trade may do it
    pool: Pool = Pool.WEIGHT
