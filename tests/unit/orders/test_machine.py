"""What each fact makes of an order's state, and that nothing ends twice."""

import pytest

from noctule.domain.order import OrderState
from noctule.orders.machine import OrderFact, next_state

S, F = OrderState, OrderFact


@pytest.mark.parametrize(
    ("state", "fact", "after"),
    [
        (S.RESERVED, F.SENT, S.SENDING),
        (S.SENDING, F.ACCEPTED, S.OPEN),
        (S.SENDING, F.REFUSED, S.REJECTED),
        (S.SENDING, F.HELD_BACK, S.REJECTED),
        (S.SENDING, F.DOUBTED, S.UNKNOWN),
        (S.UNKNOWN, F.ACCEPTED, S.OPEN),
        (S.UNKNOWN, F.ABSENT, S.REJECTED),
        (S.OPEN, F.TRADED, S.PARTIALLY_FILLED),
        (S.PARTIALLY_FILLED, F.COMPLETED, S.FILLED),
        (S.OPEN, F.CANCEL_SENT, S.CANCELING),
        (S.CANCELING, F.KEPT, S.OPEN),
        (S.CANCELING, F.CANCELED, S.CANCELED),
        (S.CANCELING, F.COMPLETED, S.FILLED),
        (S.PARTIALLY_FILLED, F.EXPIRED, S.EXPIRED),
    ],
)
def test_an_order_goes_from_state_to_state(
    state: OrderState, fact: OrderFact, after: OrderState
) -> None:
    assert next_state(state, fact) is after


@pytest.mark.parametrize("fact", [F.ACCEPTED, F.TRADED, F.COMPLETED])
def test_an_order_that_was_given_up_lives_again_when_it_is_told_of(fact: OrderFact) -> None:
    assert next_state(S.REJECTED, fact) is not S.REJECTED


@pytest.mark.parametrize("state", [S.FILLED, S.CANCELED, S.EXPIRED])
@pytest.mark.parametrize("fact", list(OrderFact))
def test_what_ended_at_the_venue_does_not_begin_again(state: OrderState, fact: OrderFact) -> None:
    assert next_state(state, fact) is state


def test_an_acknowledgement_after_the_fill_changes_nothing() -> None:
    assert next_state(S.PARTIALLY_FILLED, F.ACCEPTED) is S.PARTIALLY_FILLED


def test_a_doubt_about_an_order_that_the_stream_told_of_changes_nothing() -> None:
    assert next_state(S.OPEN, F.DOUBTED) is S.OPEN
