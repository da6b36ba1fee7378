"""The official SDK: its REST client, its WebSocket API, its streams; all three check types."""

import asyncio
import logging
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from binance_common.configuration import (  # type: ignore[import-not-found]  # in its environment
    ConfigurationRestAPI,
    ConfigurationWebSocketAPI,
    ConfigurationWebSocketStreams,
)
from binance_common.errors import ClientError, Error  # type: ignore[import-not-found]  # likewise
from binance_sdk_derivatives_trading_usds_futures import (  # type: ignore[import-not-found]  # likewise
    derivatives_trading_usds_futures as sdk,
)
from typing_extensions import override

from tests.clients.access import Access
from tests.clients.client import Account, Heard, Market, Order, Waiting
from tests.clients.figures import SYMBOL
from tests.clients.raw import (
    Json,
    account_of,
    hear,
    market_of,
    order_of,
    position_of,
    summed,
    waiting_of,
    wallet_of,
)
from tests.clients.steps import Steps
from tests.clients.story import tell
from tests.clients.survey_official_sdk import STREAMS, read_answers, read_streams, read_trading

_MESSAGE_S_MAX: Final = 10


class _Complaints(logging.Handler):
    """Everything the SDK complains about: where a type is wrong it logs that and carries on."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())
        assert len(self.texts) < 100, self.texts


class OfficialSdk:
    """A Client that is the official SDK; it trades over the WebSocket API where it can."""

    def __init__(self, access: Access) -> None:
        self.complaints = _Complaints()
        logging.getLogger().addHandler(self.complaints)
        keys = {"api_key": access.key, "api_secret": access.secret}
        exchange = sdk.DerivativesTradingUsdsFutures(
            config_rest_api=ConfigurationRestAPI(base_path=access.rest, timeout=10_000, **keys),
            config_ws_api=ConfigurationWebSocketAPI(stream_url=access.trading, **keys),
            config_ws_streams=ConfigurationWebSocketStreams(stream_url=access.streams),
        )
        self.api = exchange.rest_api
        self._exchange = exchange
        self.runner = asyncio.Runner()
        self.runner.run(self._connect())

    async def _connect(self) -> None:
        self._messages: dict[str, asyncio.Queue[Any]] = {
            "trades": asyncio.Queue(),
            "events": asyncio.Queue(),
        }
        self.trading = await self._exchange.websocket_api.create_connection()
        self.streams = await self._exchange.websocket_streams.create_connection()
        trades = await self.streams.aggregate_trade_streams(symbol=SYMBOL.lower())
        trades.on("message", self._messages["trades"].put_nowait)
        listen_key = self.api.start_user_data_stream().data().listen_key
        events = await self.streams.user_data(listen_key)
        events.on("message", self._messages["events"].put_nowait)

    def server_time(self) -> int:
        self.api.test_connectivity()
        return int(self._read(self.api.check_server_time())["serverTime"])

    def market(self) -> Market:
        (candle,) = self.api.kline_candlestick_data(SYMBOL, "1m", limit=1).data()
        return market_of(
            self._read(self.api.exchange_information())["symbols"],
            best=self._read(self.api.symbol_order_book_ticker(symbol=SYMBOL)),
            mark=self._read(self.api.mark_price(symbol=SYMBOL)),
            candle=candle,
        )

    def account(self) -> Account:
        rates = self._read(self.api.user_commission_rate(SYMBOL))
        (config,) = self._rows(self.api.symbol_configuration(symbol=SYMBOL))
        mode = self._read(self.api.get_current_position_mode())
        return account_of(rates, mode=mode, config=config)

    def wallet(self) -> Decimal:
        return wallet_of(self._rows(self.api.futures_account_balance_v3()))

    def position(self) -> tuple[Decimal, Decimal] | None:
        return position_of(self._rows(self.api.position_information_v3(symbol=SYMBOL)))

    def set_leverage(self, leverage: int) -> int:
        return int(self._read(self.api.change_initial_leverage(SYMBOL, leverage))["leverage"])

    def set_margin_type(self, margin_type: str) -> None:
        self._read(self.api.change_margin_type(SYMBOL, margin_type))

    def buy(self, quantity: str) -> Order:
        asked = {"quantity": float(quantity), "new_order_resp_type": "RESULT"}
        placing = self.trading.new_order(SYMBOL, "BUY", "MARKET", **asked)
        return order_of(self._read(self.runner.run(placing))["result"])

    def sell_limit(self, quantity: str, price: str, client_id: str) -> Order:
        answer = self.api.new_order(
            SYMBOL,
            "SELL",
            "LIMIT",
            quantity=float(quantity),
            price=float(price),
            time_in_force="GTC",
            new_client_order_id=client_id,
        )
        return order_of(self._read(answer))

    def modify(self, order: Order, *, quantity: str, price: str) -> Order:
        sized = {"quantity": float(quantity), "price": float(price)}
        moving = self.trading.modify_order(SYMBOL, "SELL", order_id=int(order.id), **sized)
        return order_of(self._read(self.runner.run(moving))["result"])

    def cancel(self, order: Order) -> Order:
        return order_of(self._read(self.api.cancel_order(SYMBOL, order_id=int(order.id))))

    def order(self, order_id: str) -> Order:
        return order_of(self._read(self.api.query_order(SYMBOL, order_id=int(order_id))))

    def open_orders(self) -> Sequence[str]:
        rows = self._rows(self.api.current_all_open_orders(symbol=SYMBOL))
        return [row["clientOrderId"] for row in rows]

    def wait_to_sell(self, **parameters: str) -> Waiting:
        asked = {_word(name): text for name, text in parameters.items()}
        answer = self.api.new_algo_order("CONDITIONAL", SYMBOL, "SELL", **asked)
        return waiting_of(self._read(answer))

    def cancel_waiting(self, waiting: Waiting) -> str:
        answer = self._read(self.api.cancel_algo_order(algo_id=int(waiting.id)))
        assert answer["code"] == "200", f"a cancelled stop is answered by {answer}"
        return str(answer["algoId"])

    def waiting(self, waiting: Waiting) -> Waiting:
        return waiting_of(self._read(self.api.query_algo_order(algo_id=int(waiting.id))))

    def open_waiting(self) -> Sequence[str]:
        rows = self._rows(self.api.current_all_algo_open_orders(symbol=SYMBOL))
        return [row["clientAlgoId"] for row in rows]

    def fees_paid(self) -> Decimal:
        return summed(self._rows(self.api.account_trade_list(SYMBOL)), "commission")

    def profit_made(self) -> Decimal:
        rows = self._rows(self.api.get_income_history(income_type="REALIZED_PNL"))
        return summed(rows, "income")

    def listen(self, is_complete: Callable[[Heard], bool]) -> Heard:
        events: list[Json] = []
        while not is_complete(hear(events)):
            events.append(_event(self._message("events")))
        return hear(events)

    def hear_trade(self, move: Callable[[], None]) -> Decimal:
        move()
        return Decimal(self._message("trades").p)

    def refusal(self, call: Callable[[], object]) -> int | None:
        try:
            call()
        except ClientError as exc:
            return int(exc.status_code)
        except Error as exc:  # every HTTP status has its own kind of error, and they are no kin
            return int(exc.status_code)
        return None

    def place_nonsense(self, **parameters: str) -> None:
        # By its own method: its send_signed_request, meant for such, raises a TypeError.
        self.api.new_order(**{_word(name): text for name, text in parameters.items()})

    def leave(self) -> None:
        self.api.close_user_data_stream()
        self.runner.run(self.streams.close_connection())
        self.runner.run(self.trading.close_connection())
        self.runner.close()
        assert not self.complaints.texts, self.complaints.texts

    def _message(self, kind: str) -> Any:
        return self.runner.run(asyncio.wait_for(self._messages[kind].get(), _MESSAGE_S_MAX))

    def _read(self, answer: Any) -> Json:
        plain = _plain(answer.data())
        assert not self.complaints.texts, self.complaints.texts
        return plain

    def _rows(self, answer: Any) -> list[Json]:
        rows = [_plain(row) for row in answer.data()]
        assert not self.complaints.texts, self.complaints.texts
        return rows


def _word(name: str) -> str:
    """Return Binance's name of a parameter as the SDK spells it."""
    return re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name)


def _event(model: Any) -> Json:
    """Return a user event; the SDK tells its type by that of the model alone."""
    words = re.findall("[A-Z][a-z]+", type(model.actual_instance).__name__)
    return {"e": "_".join(words).upper(), **_plain(model)}


def _plain(model: Any) -> Json:
    """Return what one of the SDK's models holds, under Binance's names."""
    inner = getattr(model, "actual_instance", None) or model
    plain: Json = inner if isinstance(inner, dict) else inner.to_dict()
    return plain


def _survey(client: OfficialSdk, steps: Steps, access: Access) -> None:
    client.buy("0.010")
    client.sell_limit("0.010", "62000", "seen")
    client.wait_to_sell(type="STOP_MARKET", triggerPrice="50000", closePosition="true")
    failed = client.runner.run(read_trading(client.trading))
    steps.step("answers over the WebSocket API", failed, [])
    for name in read_answers(client.api):
        steps.step(f"{name} is of the declared types", client.complaints.texts, [])
    told = client.runner.run(read_streams(client.streams, access.move))
    steps.step("every kind of stream tells something", told, set(STREAMS))
    steps.step("of the declared types", client.complaints.texts, [])


def _main(access: Access, steps: Steps) -> None:
    client = OfficialSdk(access)
    tell(client, steps, access)
    _survey(client, steps, access)
    client.leave()
    steps.finish()


if __name__ == "__main__":
    _main(Access.told(), Steps())
