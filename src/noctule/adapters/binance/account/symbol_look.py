"""One symbol at a glance: what is held and what rests, asked for at once and read with care."""

import asyncio

from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.wire.account import NET, POSITION_RISK, position_of
from noctule.adapters.binance.wire.orders import (
    OPEN_ALGO_ORDERS,
    OPEN_ORDERS,
    algo_report_of,
    order_report_of,
)
from noctule.domain.position import Position
from noctule.domain.report import OrderReport, SymbolLook
from noctule.domain.values import Symbol

__all__ = ["look_at"]


async def look_at(rest: BinanceRest, symbol: Symbol) -> SymbolLook:
    """Ask for orders and position at once; a position is never older than the orders beside it.

    Three answers are three instants, and the symbol may move in between. A position older than
    its orders could be called flat beside a stop that was placed after it had been entered, and
    the stop be taken out as left over. So where orders rest on what seems flat, the position is
    asked for again. What remains errs to the side of care: a stop placed meanwhile is missing, so
    that a second one is sent (and refused, or reduce-only); a stop that fired meanwhile still
    rests, and cancelling it finds nothing. An order that fires meanwhile may be told as itself and
    as its child, or not at all; and the conditional service may forget for a while what it has
    (facts 2.5, point 7): that something is not here is no proof that it is not there.
    """
    at_ms = rest.time.now_ms()
    try:
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(_waiting(rest, symbol))
            resting = group.create_task(_resting(rest, symbol))
            holding = group.create_task(_held(rest, symbol))
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from failures  # the others are of its doing
    held, orders = holding.result(), (*resting.result(), *waiting.result())
    if held.is_flat and orders:
        held = await _held(rest, symbol)
    return SymbolLook(
        symbol=symbol,
        signed_quantity=held.signed_quantity,
        entry_price=held.entry_price,
        orders=orders,
        at_ms=at_ms,
        position_ms=held.updated_ms,
    )


async def _resting(rest: BinanceRest, symbol: Symbol) -> list[OrderReport]:
    client = rest.client
    rows = await rest.run(
        OPEN_ORDERS, lambda: client.urgent(client.open_orders(symbol=symbol)), lane=Lane.GUARD
    )
    return [order_report_of(row) for row in rows]


async def _waiting(rest: BinanceRest, symbol: Symbol) -> list[OrderReport]:
    client = rest.client
    rows = await rest.run(
        OPEN_ALGO_ORDERS,
        lambda: client.urgent(client.open_algo_orders(symbol=symbol)),
        lane=Lane.GUARD,
    )
    return [algo_report_of(row) for row in rows]


async def _held(rest: BinanceRest, symbol: Symbol) -> Position:
    """Return the position of a symbol; one that is not told of is flat (facts 2.3)."""
    client = rest.client
    rows = await rest.run(
        POSITION_RISK,
        lambda: client.urgent(client.get_position_risk(symbol=symbol)),
        lane=Lane.GUARD,
    )
    told = (row for row in rows if row.symbol == symbol and row.position_side == NET)
    return next(map(position_of, told), Position(symbol=symbol))
