"""A bracket's steps in short words, so that a test reads like a log."""

from noctule.domain.ids import parse_client_order_id
from noctule.domain.order import ClientOrderId
from noctule.orders.steps import Ask, Cancel, CountDown, Look, Send, Step
from tests.builders import START_MS

__all__ = ["words"]


def words(step: Step) -> str:
    """Say a step shortly."""
    match step:
        case Send():
            return _order_words(step)
        case Cancel(client_order_id=name):
            return f"cancel {_short(name)}"
        case Ask(client_order_id=name):
            return f"ask {_short(name)}"
        case Look():
            return "look"
        case CountDown(timeout_ms=timeout_ms):
            return f"count down {timeout_ms}"


def _order_words(step: Send) -> str:
    request = step.request
    text = f"{_short(request.client_order_id)} {request.side} {request.kind}"
    text += f" {'all' if request.quantity is None else request.quantity}"
    where = request.trigger_price or request.price
    text += f" at {where}" if where is not None else ""
    text += f" {request.time_in_force}" if request.time_in_force is not None else ""
    text += " reduce-only" if request.reduces_only else ""
    return text + (f" under {step.countdown_ms}" if step.countdown_ms is not None else "")


def _short(name: ClientOrderId) -> str:
    key = parse_client_order_id(name)
    assert key is not None, f"{name} is not ours"
    later = "" if key.close_ms == START_MS - 1 else "'"
    return f"{key.leg.value}{'0123456789abcdefghijklmnopqrstuvwxyz'[key.attempt]}{later}"
