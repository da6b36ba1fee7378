"""Regular orders over REST: placing, changing and cancelling them."""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

import msgspec
from msgspec.structs import replace

from noctule.adapters.sim import wire_orders
from noctule.adapters.sim.calls import Call, Counter
from noctule.adapters.sim.model import ZERO, Order, OrderStatus, Refusal, Side
from noctule.adapters.sim.order_requests import ORDER_FIELDS, is_acknowledged_only, order_spec
from noctule.adapters.sim.parameters import JsonFields, Parameters
from noctule.adapters.sim.specs import Amendment

__all__ = [
    "cancel_all_orders",
    "cancel_batch",
    "cancel_order",
    "countdown_cancel_all",
    "modify_order",
    "place_batch",
    "place_order",
    "sent_ids",
    "test_order",
]

_BATCH_MAX: Final = 5
_CANCEL_BATCH_MAX: Final = 10
_COUNTDOWN_MAX_MS: Final = 86_400_000

T = TypeVar("T")


def place_order(counter: Counter, call: Call) -> object:
    """Place one order; ACK tells that it was accepted, RESULT what became of it."""
    return _placed(counter, call, call.parameters)


def test_order(counter: Counter, call: Call) -> object:
    """Judge an order without placing it."""
    counter.exchange.test(call.account, order_spec(call.parameters))
    return {}


def modify_order(counter: Counter, call: Call) -> object:
    """Give an open order another price and quantity."""
    parameters = call.parameters
    rules = counter.rules(parameters.symbol())
    parameters.choice("side", Side)
    order_id, client_id = sent_ids(parameters)
    parameters.one_of("priceMatch", ("NONE",), default="NONE")  # a price is mandatory (facts 2.4)
    change = Amendment(
        qty=parameters.decimal("quantity"),
        price=parameters.decimal("price"),
        reduce_only=parameters.flag("reduceOnly") if "reduceOnly" in parameters else None,
        modify_id=parameters.integer_or_none("modifyId"),
    )
    exchange, account = counter.exchange, call.account
    order = exchange.find(account, rules.symbol, order_id=order_id, client_id=client_id)
    order = exchange.modify(account, rules.symbol, order, change)
    return wire_orders.order_modified(order, rules)


def cancel_order(counter: Counter, call: Call) -> object:
    """Cancel one order."""
    rules = counter.rules(call.parameters.symbol())
    order_id, client_id = sent_ids(call.parameters)
    order = counter.exchange.cancel(
        call.account, rules.symbol, order_id=order_id, client_id=client_id
    )
    return wire_orders.order_placed(order, rules)


def cancel_all_orders(counter: Counter, call: Call) -> object:
    """Cancel every regular order of a symbol; conditional ones stay."""
    counter.exchange.cancel_all(call.account, counter.rules(call.parameters.symbol()).symbol)
    return wire_orders.ALL_CANCELLED


def place_batch(counter: Counter, call: Call) -> object:
    """Place up to five orders, each judged on its own."""
    text = call.parameters.text("batchOrders")
    batch = _decoded(text, list[JsonFields], name="batchOrders")
    return _each(
        _bounded(batch, most=_BATCH_MAX, name="batchOrders"),
        lambda fields: _placed_of(counter, call, fields),
    )


def cancel_batch(counter: Counter, call: Call) -> object:
    """Cancel up to ten orders, by the exchange's ids or else by the caller's."""
    parameters = call.parameters
    rules = counter.rules(parameters.symbol())
    order_ids = _decoded(_list_of(parameters, "orderIdList"), list[int], name="orderIdList")
    client_ids = _decoded(
        _list_of(parameters, "origClientOrderIdList"), list[str], name="origClientOrderIdList"
    )
    ids: list[int | str] = [*order_ids] or [*client_ids]

    def cancel(order: int | str) -> object:
        order_id, client_id = (order, None) if isinstance(order, int) else (None, order)
        cancelled = counter.exchange.cancel(
            call.account, rules.symbol, order_id=order_id, client_id=client_id
        )
        return wire_orders.order_placed(cancelled, rules)

    return _each(_bounded(ids, most=_CANCEL_BATCH_MAX, name="orderIdList"), cancel)


def _list_of(parameters: Parameters, name: str) -> str:
    """Return a list's text; some clients write its name in lower case."""
    return parameters.text_or_none(name) or parameters.text_or_none(name.lower()) or "[]"


def countdown_cancel_all(counter: Counter, call: Call) -> object:
    """Cancel a symbol's orders by and by, unless asked again before."""
    symbol = counter.rules(call.parameters.symbol()).symbol
    after_ms = call.parameters.integer("countdownTime")
    if after_ms > _COUNTDOWN_MAX_MS:
        raise Refusal(-1130, "Data sent for parameter 'countdownTime' is not valid.")
    counter.exchange.countdown(call.account, symbol, after_ms)
    return wire_orders.countdown_set(symbol, after_ms)


def sent_ids(parameters: Parameters) -> tuple[int | None, str | None]:
    """Return which order is meant: the exchange's id, or else the caller's own."""
    order_id = parameters.integer_or_none("orderId")
    client_id = parameters.text_or_none("origClientOrderId")
    if order_id is None and client_id is None:
        raise Refusal(
            -1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!"
        )
    return order_id, client_id


def _placed(counter: Counter, call: Call, parameters: Parameters) -> object:
    is_ack = is_acknowledged_only(parameters)
    order = counter.exchange.place(call.account, order_spec(parameters))
    is_news = is_ack and order.status is not OrderStatus.NEW
    told = _acknowledged(order) if is_news else order
    return wire_orders.order_placed(told, counter.rules(order.symbol))


def _acknowledged(order: Order) -> Order:
    """Return the order as it was when it was taken in."""
    return replace(
        order, status=OrderStatus.NEW, executed=ZERO, cum_quote=ZERO, update_ms=order.time_ms
    )


def _placed_of(counter: Counter, call: Call, fields: JsonFields) -> object:
    parameters = Parameters.of_json(fields)
    parameters.refuse_unknown(ORDER_FIELDS)
    return _placed(counter, call, parameters)


def _decoded(text: str, kind: type[T], *, name: str) -> T:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeEncodeError):
        raise Refusal(-1130, f"Data sent for parameter '{name}' is not valid.") from None


def _bounded(items: list[T], *, most: int, name: str) -> list[T]:
    if not 1 <= len(items) <= most:
        raise Refusal(-1130, f"Data sent for parameter '{name}' is not valid.")
    return items


def _each(items: Iterable[T], do: Callable[[T], object]) -> list[object]:
    """Do it with each; one that is refused has its refusal in the answer, the others go on."""
    answers: list[object] = []
    for item in items:
        try:
            answers.append(do(item))
        except Refusal as refusal:
            answers.append(wire_orders.refused(refusal))
    return answers
