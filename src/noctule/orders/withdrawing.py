"""How an order is taken out: once, and again only when that failed."""

from collections.abc import Iterator

from noctule.domain.order import OrderState
from noctule.orders.state import BracketState, Scene
from noctule.orders.steps import Cancel, Step
from noctule.orders.ticket import Ticket

__all__ = ["cancel"]


def cancel(state: BracketState, ticket: Ticket, scene: Scene) -> Iterator[Step]:
    """Take an order out, once; one that may not exist is taken out all the same."""
    if ticket.is_cancel_sent or ticket.state in (OrderState.RESERVED, OrderState.SENDING):
        return
    if ticket.is_gone:  # it is asked for: there was none to take out
        return
    if scene.now_ms < ticket.no_cancel_before_ms:
        state.alarm(ticket.no_cancel_before_ms)
        return
    ticket.send_cancel()
    ticket.ask_at(scene.now_ms + state.patience.life_ms // 2)
    yield Cancel(client_order_id=ticket.name, kind=ticket.service)
