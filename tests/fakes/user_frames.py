"""Frames of the private stream, as the exchange would send them; a test names what it is about."""

import json
from typing import Any

__all__ = ["account_frame", "algo_frame", "hint_frame", "new_order_frame", "order_frame"]


def order_frame(**changes: Any) -> bytes:
    """Tell of an order; by default a market order that was filled at once."""
    at_ms = changes.pop("at_ms", 1_000)
    order = {
        "s": "BTCUSDT",
        "c": "mine",
        "S": "BUY",
        "o": "MARKET",
        "f": "GTC",
        "q": "0.010",
        "p": "0",
        "ap": "60000",
        "sp": "0",
        "x": "TRADE",
        "X": "FILLED",
        "i": 77,
        "l": "0.010",
        "z": "0.010",
        "L": "60000.00",
        "N": "USDT",
        "n": "0.3",
        "T": at_ms,
        "t": 5,
        "m": False,
        "R": False,
        "ot": "MARKET",
        "ps": "BOTH",
        "cp": False,
        "rp": "0",
        "er": "0",
    }
    event = {"e": "ORDER_TRADE_UPDATE", "E": at_ms, "T": at_ms, "o": order | changes}
    return json.dumps(event).encode()


def new_order_frame(**changes: Any) -> bytes:
    """Tell of an order that has arrived and not traded."""
    nothing = {"x": "NEW", "X": "NEW", "l": "0", "z": "0", "L": "0", "t": 0, "n": None, "N": None}
    return order_frame(**nothing | changes)


def algo_frame(**changes: Any) -> bytes:
    """Tell of a conditional order; by default a stop that waits."""
    at_ms = changes.pop("at_ms", 1_000)
    order = {
        "caid": "stop",
        "aid": 400,
        "at": "CONDITIONAL",
        "o": "STOP_MARKET",
        "s": "BTCUSDT",
        "S": "SELL",
        "ps": "BOTH",
        "f": "GTC",
        "q": "0.01",
        "X": "NEW",
        "ai": "",
        "tp": "59000",
        "p": "0",
        "cp": False,
        "R": True,
        "rm": "",
    }
    return json.dumps({"e": "ALGO_UPDATE", "T": at_ms, "E": at_ms, "o": order | changes}).encode()


def account_frame(
    amount: str | None = "0.010",
    *,
    wallet: str = "1000",
    change: str = "0",
    cause: str = "ORDER",
    symbol: str = "BTCUSDT",
    at_ms: int = 1_000,
    **more: Any,
) -> bytes:
    """Tell of the purse, and of a position unless its amount is None."""
    position = {"s": symbol, "pa": amount, "ep": "60000", "up": "0", "mt": "cross", "ps": "BOTH"}
    account = {
        "m": cause,
        "B": [{"a": "USDT", "wb": wallet, "cw": wallet, "bc": change}],
        "P": [] if amount is None else [position],
        **more,
    }
    event = {"e": "ACCOUNT_UPDATE", "E": at_ms, "T": at_ms, "a": account}
    return json.dumps(event).encode()


def hint_frame(trade_id: int = 5, *, symbol: str = "BTCUSDT", at_ms: int = 1_000) -> bytes:
    """Hint that something traded."""
    event = {
        "e": "TRADE_LITE",
        "E": at_ms,
        "T": at_ms,
        "s": symbol,
        "q": "0.010",
        "p": "0",
        "m": False,
        "c": "mine",
        "S": "BUY",
        "L": "60000",
        "l": "0.010",
        "t": trade_id,
        "i": 77,
    }
    return json.dumps(event).encode()
