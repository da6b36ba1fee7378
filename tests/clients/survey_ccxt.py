"""What ccxt.pro watches, and the WebSocket API behind some of its methods."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

__all__ = ["trade_over_websocket", "watch_everything"]

_SUBSCRIBE_S: Final = 0.2
_WATCH_S_MAX: Final = 10


async def watch_everything(streams: Any, pair: str, move: Callable[[], None]) -> dict[str, float]:
    """Watch every kind of market stream, let the market move, and return the prices seen."""
    watches: dict[str, Callable[[], Any]] = {
        "trade": lambda: streams.watch_trades(pair),
        "candle": lambda: _second_candle(streams, pair),
        "ticker": lambda: streams.watch_ticker(pair),
        "best": lambda: streams.watch_bids_asks([pair]),
        "mark": lambda: streams.watch_mark_price(pair),
        "book": lambda: streams.watch_order_book(pair, limit=20),
    }
    with suppress(TimeoutError):
        async with asyncio.timeout(_SUBSCRIBE_S):
            await asyncio.gather(*(watch() for watch in watches.values()))
    move()
    async with asyncio.timeout(_WATCH_S_MAX):
        seen = await asyncio.gather(*(watch() for watch in watches.values()))
    told = dict(zip(watches, seen, strict=True))
    return {
        "trade": told["trade"][-1]["price"],
        "candle": told["candle"][4],
        "ticker": told["ticker"]["last"],
        "bid": told["best"][pair]["bid"],
        "ask": told["best"][pair]["ask"],
        "mark": told["mark"]["markPrice"],
        "book": told["book"]["bids"][0][0],
    }


async def _second_candle(streams: Any, pair: str) -> list[float]:
    """Return the candle that begins with the move; first comes the end of the one before."""
    while len(candles := streams.ohlcvs.get(pair, {}).get("1m", ())) < 2:
        await streams.watch_ohlcv(pair, "1m")
    running: list[float] = candles[-1]
    return running


async def trade_over_websocket(streams: Any, pair: str) -> list[str]:
    """Place, move, read and cancel an order over the WebSocket API; return its statuses."""
    placed = await streams.create_order_ws(pair, "limit", "sell", 0.01, 62_000)
    moved = await streams.edit_order_ws(placed["id"], pair, "limit", "sell", 0.01, 62_100)
    asked = await streams.fetch_order_ws(placed["id"], pair)
    canceled = await streams.cancel_order_ws(placed["id"], pair)
    return [order["status"] for order in (placed, moved, asked, canceled)]
