"""All that the adapter does for an entry but to send it: from the frame to the signed order."""

from collections.abc import Callable
from typing import Final

from noctule.adapters.binance.executor import draw_up
from noctule.adapters.binance.rest.client import AsyncFutures
from noctule.adapters.binance.wire.market import KLINE, read_frame
from noctule.domain.order import OrderRequest
from noctule.domain.values import Symbol, Timeframe

__all__ = ["rehearsal_with"]

_SYMBOL: Final = Symbol("BTCUSDT")
_FRAME: Final = (
    b'{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1790553660012,"s":"BTCUSDT","k":{'
    b'"t":1790553600000,"T":1790553659999,"s":"BTCUSDT","i":"1m","f":5523041881,"L":5523044120,'
    b'"o":"60012.30","c":"60020.10","h":"60031.90","l":"60001.00","v":"153.482","n":2240,"x":true,'
    b'"q":"9211433.10220","V":"81.115","Q":"4868223.19820","B":"0"}}}'
)


def rehearsal_with(client: AsyncFutures) -> Callable[[OrderRequest], None]:
    """Return what reads a frame, and writes and signs an order that nobody sends."""

    def rehearse(request: OrderRequest) -> None:
        candle = read_frame(KLINE, _FRAME).candle(_SYMBOL, Timeframe.M1)
        assert candle.flaw() is None, candle
        _ = draw_up(client, request)  # never awaited, so never sent

    return rehearse
