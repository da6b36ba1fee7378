"""Orders to put on a lane, and what is told of them on virtual time that stands at zero."""

from decimal import Decimal

from noctule.domain.events.desk import OrderHeldBack
from noctule.domain.events.order import OrderAccepted, OrderSubmitted
from noctule.domain.order import ClientOrderId, Leg, OrderKind, OrderRequest
from noctule.domain.values import Symbol
from noctule.engine.lanes import Lanes
from tests.builders import BTCUSDT, order_request

__all__ = [
    "ETHUSDT",
    "A",
    "B",
    "C",
    "accepted",
    "close",
    "entry",
    "give",
    "held_back",
    "stop",
    "submitted",
]

ETHUSDT = Symbol("ETHUSDT")
A, B, C = ClientOrderId("a"), ClientOrderId("b"), ClientOrderId("c")


def entry(name: str, symbol: Symbol = BTCUSDT) -> OrderRequest:
    return order_request(client_order_id=ClientOrderId(name), symbol=symbol)


def close(name: str, symbol: Symbol = BTCUSDT) -> OrderRequest:
    return order_request(
        client_order_id=ClientOrderId(name), symbol=symbol, leg=Leg.CLOSE, reduces_only=True
    )


def stop(name: str, symbol: Symbol = BTCUSDT) -> OrderRequest:
    return order_request(
        OrderKind.STOP_MARKET,
        client_order_id=ClientOrderId(name),
        symbol=symbol,
        leg=Leg.STOP,
        quantity=None,
        trigger_price="59000.00",
    )


def give(lanes: Lanes, *requests: OrderRequest, weight: int = 1) -> None:
    for request in requests:
        lanes.place(request, trace="t", weight=Decimal(weight))


def submitted(name: ClientOrderId, symbol: Symbol = BTCUSDT) -> OrderSubmitted:
    return OrderSubmitted(at_ms=0, trace="t", symbol=symbol, client_order_id=name)


def held_back(name: ClientOrderId, cause: str, *, at_ms: int = 0, retry_ms: int) -> OrderHeldBack:
    return OrderHeldBack(
        at_ms=at_ms,
        trace="t",
        symbol=BTCUSDT,
        client_order_id=name,
        cause=cause,
        retry_after_ms=retry_ms,
    )


def accepted(name: ClientOrderId, symbol: Symbol = BTCUSDT) -> OrderAccepted:
    return OrderAccepted(
        at_ms=0, trace="t", symbol=symbol, client_order_id=name, venue_order_id="7"
    )
