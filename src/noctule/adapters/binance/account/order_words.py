"""The events that tell an order's life, made of what the exchange says of it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from msgspec import Struct, structs

from noctule.adapters.binance.account.traces import trace_for
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.order import (
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    OrderTriggered,
)
from noctule.domain.order import ClientOrderId, OrderKind, OrderState
from noctule.domain.position import Fill
from noctule.domain.report import OrderReport
from noctule.domain.values import Quantity

__all__ = ["OrderNews", "accepted", "ended", "expired", "filled", "forgotten", "triggered"]

_REFUSED_AT_TRIGGER: Final = 0  # no code is told with it, only a text


class OrderNews(Struct, frozen=True, kw_only=True):
    """What somebody told of an order: its state, the trade it is about, why it ended."""

    report: OrderReport
    fill: Fill | None = None
    cause: str = ""


def accepted(report: OrderReport, name: ClientOrderId) -> OrderAccepted:
    """Say that the venue has an order."""
    return OrderAccepted(
        at_ms=report.updated_ms,
        trace=_trace(report, name),
        symbol=report.symbol,
        client_order_id=name,
        venue_order_id=report.venue_order_id,
    )


def triggered(report: OrderReport, name: ClientOrderId, child_id: str) -> OrderTriggered:
    """Say that a conditional order has become another one."""
    return OrderTriggered(
        at_ms=report.updated_ms,
        trace=_trace(report, name),
        symbol=report.symbol,
        client_order_id=name,
        child_order_id=child_id,
    )


def filled(fill: Fill, name: ClientOrderId, remaining: Decimal) -> OrderFilled:
    """Say that an order traded, under the name it was placed with."""
    return OrderFilled(
        at_ms=fill.at_ms,
        trace=trace_for(name, fill.symbol, fill.at_ms),
        fill=structs.replace(fill, client_order_id=name),
        remaining=Quantity(max(Decimal(0), remaining)),
    )


def ended(news: OrderNews, name: ClientOrderId) -> Iterator[OrderEvent]:
    """Say how an order ended; that it is filled is said by its fills."""
    report = news.report
    match report.state:
        case OrderState.CANCELED:
            yield OrderCanceled(
                at_ms=report.updated_ms,
                trace=_trace(report, name),
                symbol=report.symbol,
                client_order_id=name,
                filled=report.filled,
            )
        case OrderState.EXPIRED:
            yield expired(report, name, news.cause, filled=report.filled)
        case OrderState.REJECTED:
            yield OrderRejected(
                at_ms=report.updated_ms,
                trace=_trace(report, name),
                symbol=report.symbol,
                client_order_id=name,
                code=_REFUSED_AT_TRIGGER,
                message=news.cause,
            )
        case _:
            pass


def expired(
    report: OrderReport, name: ClientOrderId, cause: str, *, filled: Quantity | None = None
) -> OrderExpired:
    """Say that the venue ended an order, why, and what it filled in all if that is still news."""
    return OrderExpired(
        at_ms=report.updated_ms,
        trace=_trace(report, name),
        symbol=report.symbol,
        client_order_id=name,
        cause=cause or "told by the exchange",
        filled=filled,
    )


def forgotten(fill: Fill) -> OrderReport:
    """Make up the order of a trade, where the exchange has forgotten it."""
    return OrderReport(
        client_order_id=fill.client_order_id,
        venue_order_id=fill.venue_order_id,
        symbol=fill.symbol,
        side=fill.side,
        kind=OrderKind.MARKET,
        state=OrderState.FILLED,
        quantity=fill.quantity,
        filled=Quantity(fill.quantity),
        updated_ms=fill.at_ms,
    )


def _trace(report: OrderReport, name: ClientOrderId) -> str:
    return trace_for(name, report.symbol, report.updated_ms)
