"""A store with closed trades in it."""

from decimal import Decimal
from pathlib import Path

from noctule.adapters.store.tables import trades
from tests.fakes.open_store import open_store

__all__ = ["closed_trades"]


def closed_trades(path: Path, *nets: str, start_ms: int = 0) -> Path:
    """Write a trade for each net amount, on BTC and ETH in turn, a millisecond apart."""
    with open_store(path) as store:
        for number, net in enumerate(nets, start=1):
            store.put(trades, _row(start_ms + number, number, Decimal(net)))
        assert store.lost == 0
    return path


def _row(closed_ms: int, number: int, net: Decimal) -> dict[str, object]:
    stamps = ("candle_closed", "received", "decided", "sent", "acknowledged", "filled", "protected")
    return {
        "trace": "t",
        "symbol": "BTCUSDT" if number % 2 else "ETHUSDT",
        "strategy": "sma_cross",
        "direction": "LONG",
        "quantity": Decimal("0.1"),
        "entry_price": Decimal("60000.123456789"),
        "exit_price": Decimal(61000),
        "gross_pnl": net,
        "fees": Decimal(0),
        "funding": Decimal(0),
        "net_pnl": net,
        "slippage": Decimal(0),
        "exit_reason": "stop",
        "opened_ms": closed_ms - 3_600_000,
        "closed_ms": closed_ms,
        "signal_price": None,
        "has_converted_fees": False,
        **{f"{name}_ms": None for name in stamps},
    }
