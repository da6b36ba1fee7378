"""Which thread an event of the account belongs to."""

from noctule.domain.ids import candle_trace, parse_client_order_id, trace_of
from noctule.domain.values import Symbol

__all__ = ["account_trace", "trace_for"]


def trace_for(client_order_id: str, symbol: Symbol, at_ms: int) -> str:
    """Return the thread of the candle that caused an order of ours; a stranger's has its own."""
    key = parse_client_order_id(client_order_id)
    if key is None:
        return account_trace(at_ms)
    return candle_trace(symbol, key.timeframe, key.close_ms)


def account_trace(at_ms: int) -> str:
    """Return the thread of something that happened to the account itself."""
    return trace_of("account", at_ms)
