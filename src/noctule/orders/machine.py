"""The life of an order as one table: what a fact makes of a state."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from noctule.domain.order import OrderState

__all__ = ["OrderFact", "next_state"]

_S = OrderState


class OrderFact(StrEnum):
    """What can become known of an order of ours."""

    SENT = "sent"  # bytes leave
    HELD_BACK = "held_back"  # nothing was executed: no way, or no budget
    DOUBTED = "doubted"  # nobody knows whether it was executed
    ABSENT = "absent"  # doubted, and the venue knew of none until it could not come any more
    ACCEPTED = "accepted"
    REFUSED = "refused"  # at once, or when it was triggered
    TRADED = "traded"  # in part
    COMPLETED = "completed"
    CANCEL_SENT = "cancel_sent"
    KEPT = "kept"  # it rests still, although it was to be cancelled
    CANCELED = "canceled"
    EXPIRED = "expired"


_UNBORN: Final = (_S.RESERVED, _S.SENDING, _S.UNKNOWN)
_ALIVE: Final = (_S.OPEN, _S.PARTIALLY_FILLED, _S.CANCELING)

# What is not here changes nothing: a word that came late, twice, or out of order. An order that
# was given up as REJECTED and is told of after all lives again, for the venue is the truth.
_TABLE: Final[Mapping[tuple[OrderState, OrderFact], OrderState]] = {
    (_S.RESERVED, OrderFact.SENT): _S.SENDING,
    **{(state, OrderFact.HELD_BACK): _S.REJECTED for state in (_S.RESERVED, _S.SENDING)},
    **{(state, OrderFact.DOUBTED): _S.UNKNOWN for state in (_S.RESERVED, _S.SENDING)},
    **{(state, OrderFact.ABSENT): _S.REJECTED for state in (_S.SENDING, _S.UNKNOWN)},
    **{(state, OrderFact.ACCEPTED): _S.OPEN for state in (*_UNBORN, _S.REJECTED)},
    **{(state, OrderFact.REFUSED): _S.REJECTED for state in (*_UNBORN, *_ALIVE)},
    **{
        (state, OrderFact.TRADED): _S.PARTIALLY_FILLED
        for state in (*_UNBORN, _S.OPEN, _S.PARTIALLY_FILLED, _S.REJECTED)
    },
    **{(state, OrderFact.COMPLETED): _S.FILLED for state in (*_UNBORN, *_ALIVE, _S.REJECTED)},
    **{(state, OrderFact.CANCEL_SENT): _S.CANCELING for state in (_S.OPEN, _S.PARTIALLY_FILLED)},
    (_S.CANCELING, OrderFact.KEPT): _S.OPEN,
    **{(state, OrderFact.CANCELED): _S.CANCELED for state in (*_UNBORN, *_ALIVE)},
    **{(state, OrderFact.EXPIRED): _S.EXPIRED for state in (*_UNBORN, *_ALIVE)},
}


def next_state(state: OrderState, fact: OrderFact) -> OrderState:
    """Return what a fact makes of a state: the same one where it says nothing new."""
    return _TABLE.get((state, fact), state)
