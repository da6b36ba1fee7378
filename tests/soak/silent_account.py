"""A private stream that falls silent, pings and all in order: how long until a fill is heard of.

`python -m tests.soak.silent_account` takes two minutes: with the settings that run live, once with
a position open (bar: 30 s) and once without anything open (bar: 120 s), both at a time.
"""

import asyncio
import sys
from collections.abc import Callable
from random import Random
from typing import Final

import uvloop

from noctule.adapters.binance.account_stream import BinanceAccountStream
from noctule.adapters.binance.executor import OrderExecutionManager
from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.clock import SystemClock
from noctule.domain.events.order import AccountSnapshotTaken, OrderFilled
from noctule.domain.order import ClientOrderId
from tests.builders import BTCUSDT, order_request
from tests.fakes.loopback import loopback, market_of
from tests.fakes.rest_desk import rest_to

OPEN_BAR_S: Final = 30.0
FLAT_BAR_S: Final = 120.0
_PATIENCE_S: Final = 150.0


async def main() -> int:
    """Measure both, print them, and return 1 when a bar is missed."""
    open_s, flat_s = await asyncio.gather(healed_after(holds=True), healed_after(holds=False))
    sys.stdout.write(f"with a position open  {open_s:6.1f} s (bar {OPEN_BAR_S:.0f})\n")
    sys.stdout.write(f"with nothing open     {flat_s:6.1f} s (bar {FLAT_BAR_S:.0f})\n")
    return 0 if open_s <= OPEN_BAR_S and flat_s <= FLAT_BAR_S else 1


async def healed_after(*, holds: bool) -> float:
    """Silence the stream, trade, and return how many seconds later the fill is told."""
    async with loopback(market_of("BTCUSDT"), speed=1) as exchange, rest_to(exchange) as rest:
        orders, transport = OrderExecutionManager(rest), HttpTransport(exchange.rest_url)
        if holds:
            await orders.place(order_request(quantity="0.010"))
        account = BinanceAccountStream(
            rest=rest,
            transport=transport,
            clock=SystemClock(),
            jitter=Random(1),
            stream_url=exchange.stream_url,
            symbols=[BTCUSDT],
        )
        await account.start()
        try:
            return await _heard_after(account, orders, silence=exchange.silence_account)
        finally:
            await account.stop()
            await transport.close()


async def _heard_after(
    account: BinanceAccountStream, orders: OrderExecutionManager, *, silence: Callable[[], None]
) -> float:
    clock, began_ms = SystemClock(), 0
    unheard = ClientOrderId("unheard-of")
    async with asyncio.timeout(_PATIENCE_S):
        async for event in account.events():
            if isinstance(event, AccountSnapshotTaken) and not began_ms:
                silence()
                began_ms = clock.elapsed_ms()
                await orders.place(order_request(quantity="0.010", client_order_id=unheard))
            elif isinstance(event, OrderFilled) and event.fill.client_order_id == unheard:
                break
    return (clock.elapsed_ms() - began_ms) / 1_000


if __name__ == "__main__":
    sys.exit(uvloop.run(main()))
