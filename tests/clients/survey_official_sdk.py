"""Everything else for which the official SDK has declared types, to be read once.

Where an answer does not fit them the SDK logs so; whoever reads these looks at its log.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from tests.clients.figures import SYMBOL

__all__ = ["STREAMS", "read_answers", "read_streams", "read_trading"]

_ONE: Final = {"symbol": SYMBOL}
_PAIR: Final = {"symbol": SYMBOL.lower()}
_CANDLES: Final = {"interval": "1m"}
_STREAM_S_MAX: Final = 10

_ANSWERS: Final[Mapping[str, Mapping[str, object]]] = {
    "account_information_v3": {},
    "futures_account_configuration": {},
    "get_current_multi_assets_mode": {},
    "notional_and_leverage_brackets": _ONE,
    "query_user_rate_limit": {},
    "compressed_aggregate_trades_list": _ONE,
    "get_funding_rate_history": _ONE,
    "get_funding_rate_info": {},
    "mark_price": {},
    "order_book": _ONE,
    "symbol_order_book_ticker": {},
    "symbol_price_ticker": {},
    "symbol_price_ticker_v2": _ONE,
    "ticker24hr_price_change_statistics": _ONE,
    "mark_price_kline_candlestick_data": {**_ONE, **_CANDLES},
    "index_price_kline_candlestick_data": {"pair": SYMBOL, **_CANDLES},
    "continuous_contract_kline_candlestick_data": {
        "pair": SYMBOL,
        "contract_type": "PERPETUAL",
        **_CANDLES,
    },
    "position_information_v3": {},
    "position_adl_quantile_estimation": {},
    "query_current_open_order": {**_ONE, "orig_client_order_id": "seen"},
    "current_all_open_orders": {},
    "all_orders": _ONE,
    "current_all_algo_open_orders": {},
    "query_all_algo_orders": _ONE,
    "account_trade_list": _ONE,
    "get_income_history": {},
    "users_force_orders": {},
    "auto_cancel_all_open_orders": {**_ONE, "countdown_time": 0},
    "test_order": {**_ONE, "side": "BUY", "type": "MARKET", "quantity": 0.01},
    "keepalive_user_data_stream": {},
    "cancel_all_open_orders": _ONE,
    "cancel_all_algo_open_orders": _ONE,
}
STREAMS: Final[Mapping[str, Mapping[str, object]]] = {
    "kline_candlestick_streams": {**_PAIR, **_CANDLES},
    "continuous_contract_kline_candlestick_streams": {
        "pair": SYMBOL.lower(),
        "contract_type": "perpetual",
        **_CANDLES,
    },
    "mark_price_stream": {**_PAIR, "update_speed": "1s"},
    "mark_price_stream_for_all_market": {},
    "individual_symbol_book_ticker_streams": _PAIR,
    "individual_symbol_mini_ticker_stream": _PAIR,
    "individual_symbol_ticker_streams": _PAIR,
    "diff_book_depth_streams": {**_PAIR, "update_speed": "100ms"},
    "partial_book_depth_streams": {**_PAIR, "levels": 5},
}
_TRADING: Final[Mapping[str, Mapping[str, object]]] = {
    "account_information_v2": {},
    "futures_account_balance_v2": {},
    "position_information_v2": {},
    "order_book": _ONE,
    "symbol_order_book_ticker": _ONE,
    "query_order": {**_ONE, "orig_client_order_id": "seen"},
}


def read_answers(api: Any) -> Iterator[str]:
    """Read each REST answer and yield its name."""
    for name, arguments in _ANSWERS.items():
        getattr(api, name)(**arguments).data()
        yield name


async def read_trading(trading: Any) -> list[str]:
    """Read each answer of the WebSocket API; return the names of those that were no success."""
    answers = {name: await getattr(trading, name)(**asked) for name, asked in _TRADING.items()}
    return [name for name, answer in answers.items() if _status(answer.data()) != 200]


async def read_streams(streams: Any, move: Callable[[], None]) -> set[str]:
    """Subscribe to each stream, let the market move, and return who has told something."""
    told = {name: asyncio.Event() for name in STREAMS}
    for name, stream in zip(STREAMS, await _subscribed(streams), strict=True):
        stream.on("message", partial(_note, told[name]))
    move()
    async with asyncio.timeout(_STREAM_S_MAX):
        for event in told.values():
            await event.wait()
    return {name for name, event in told.items() if event.is_set()}


async def _subscribed(streams: Any) -> list[Any]:
    return await asyncio.gather(
        *(getattr(streams, name)(**arguments) for name, arguments in STREAMS.items())
    )


def _note(event: asyncio.Event, _message: object) -> None:
    event.set()


def _status(answer: Any) -> object:
    inner = getattr(answer, "actual_instance", None) or answer
    return inner.status
