"""The same calls over the WebSocket API of the exchange: one story, whatever road it takes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from random import Random
from typing import Any, Final

import msgspec
import pytest
from Crypto.PublicKey import ECC, RSA
from typing_extensions import override

from noctule.adapters.binance.rest.calls import Call, Lane, Safety
from noctule.adapters.binance.rest.client import Sending, keys_of
from noctule.adapters.binance.rest.parts import RestSettings, rest_over
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.rest.retries import Retries
from noctule.adapters.binance.settings import ApiSettings
from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.binance.transport.road import HttpAnswer, HttpRequest
from noctule.adapters.binance.transport.ws_api import WsApiSettings, WsApiTransport
from noctule.adapters.clock import SystemClock
from noctule.domain.errors import OrderUnknown, VenueRefused
from tests.fakes.loopback import KEY, SECRET, Loopback, loopback

ANYTHING: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
PLACE: Final = Call(name="POST order", safety=Safety.ONCE, decoder=ANYTHING, weight=0, orders=1)
ASK: Final = Call(name="a question", safety=Safety.REPEATABLE, decoder=ANYTHING)


class Watched(HttpTransport):
    """HTTP, and what went over it."""

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self.asked: list[str] = []

    @override
    async def request(self, request: HttpRequest) -> HttpAnswer:
        self.asked.append(f"{request.method} {request.path}")
        return await super().request(request)


class Desk:
    """The REST side over the WebSocket API, and what it did not serve."""

    def __init__(self, rest: BinanceRest, transport: WsApiTransport, http: Watched) -> None:
        self.rest = rest
        self.client = rest.client
        self.transport = transport
        self.http = http

    async def connected(self) -> None:
        async with asyncio.timeout(5):
            while not self.transport.is_connected:  # noqa: ASYNC110  # it has no event to wait for
                await asyncio.sleep(0.005)

    async def place(self, **changes: object) -> Any:
        order: dict[str, object] = {
            "symbol": "BTCUSDT",
            "side": "BUY",
            "type": "LIMIT",
            "time_in_force": "GTC",
            "quantity": Decimal("0.010"),
            "price": Decimal("62000.0"),
            "new_client_order_id": "x-1",
        }
        return await self.rest.run(
            PLACE, lambda: self.client.new_order(**(order | changes)), lane=Lane.ENTRY
        )

    async def ask(self, ask: Callable[[], Sending]) -> Any:
        return await self.rest.run(ASK, ask, lane=Lane.GUARD, weight=5)


@asynccontextmanager
async def over_ws_api(
    exchange: Loopback, *, key: str = KEY, secret: str = SECRET
) -> AsyncIterator[Desk]:
    keys, clock, http = keys_of(key, secret), SystemClock(), Watched(exchange.rest_url)
    transport = WsApiTransport(
        http,
        keys=keys,
        clock=clock,
        jitter=Random(1),
        settings=WsApiSettings(
            url=exchange.ws_api_url,
            heartbeat_ms=5_000,
            redial=Retries(first_pause_ms=5, pause_ms_max=20),
        ),
    )
    settings = RestSettings(api=ApiSettings(timeout_ms=5_000, order_timeout_ms=5_000))
    async with asyncio.TaskGroup() as group:
        running = group.create_task(transport.run())
        rest = rest_over(transport, keys=keys, clock=clock, jitter=Random(1), settings=settings)
        desk = Desk(rest, transport, http)
        await desk.connected()
        yield desk
        running.cancel()
        await transport.close()


async def test_an_orders_life_needs_no_http() -> None:
    async with loopback(speed=1) as exchange, over_ws_api(exchange) as desk:
        placed = await desk.place()
        modified = await desk.ask(
            lambda: desk.client.modify_order(
                "BTCUSDT",
                side="BUY",
                order_id=placed["orderId"],
                quantity=Decimal("0.020"),
                price=Decimal("62000.0"),
            )
        )
        asked = await desk.ask(
            lambda: desk.client.query_order("BTCUSDT", orig_client_order_id="x-1")
        )
        canceled = await desk.ask(
            lambda: desk.client.cancel_order("BTCUSDT", order_id=placed["orderId"])
        )
        statuses = [each["status"] for each in (placed, modified, asked, canceled)]
        assert statuses == ["NEW", "NEW", "NEW", "CANCELED"]
        assert asked["origQty"] == "0.020"
        assert desk.http.asked == []


async def test_conditional_orders_and_the_account_need_none_either() -> None:
    async with loopback(speed=1) as exchange, over_ws_api(exchange) as desk:
        placed = await desk.ask(
            lambda: desk.client.new_algo_order(
                symbol="BTCUSDT",
                side="SELL",
                type="STOP_MARKET",
                quantity=Decimal("0.010"),
                trigger_price=Decimal("50000.0"),
            )
        )
        canceled = await desk.ask(lambda: desk.client.cancel_algo_order(algo_id=placed["algoId"]))
        account = await desk.ask(desk.client.account)
        balance = await desk.ask(desk.client.balance)
        assert canceled["code"] == "200"
        assert account["totalWalletBalance"] == balance[0]["balance"]
        assert await desk.ask(desk.client.get_position_risk) == []
        assert desk.http.asked == []


async def test_what_the_api_has_no_method_for_goes_over_http() -> None:
    async with loopback(speed=1) as exchange, over_ws_api(exchange) as desk:
        assert len(await desk.ask(lambda: desk.client.klines("BTCUSDT", "1m", limit=2))) == 2
        assert desk.http.asked == ["GET /fapi/v1/klines"]


async def test_a_refusal_means_the_same_on_either_road() -> None:
    async with loopback(speed=1) as exchange, over_ws_api(exchange) as desk:
        with pytest.raises(VenueRefused) as refused:
            await desk.place(type="STOP_MARKET", price=None, time_in_force=None)
        with pytest.raises(OrderUnknown):
            await desk.ask(lambda: desk.client.cancel_order("BTCUSDT", order_id=1))
        assert refused.value.code == -4120
        assert desk.http.asked == []


async def test_rsa_and_ed25519_sign_messages_too() -> None:
    rsa, ed25519 = RSA.generate(2048), ECC.generate(curve="Ed25519")
    pairs = {
        "r" * 64: (rsa.export_key().decode(), rsa.public_key().export_key().decode()),
        "e" * 64: (
            ed25519.export_key(format="PEM"),
            ed25519.public_key().export_key(format="PEM"),
        ),
    }
    async with loopback(speed=1) as exchange:
        for key, (secret, public_key) in pairs.items():
            exchange.protocol.venue.exchange.open_account(
                key=key, secret=public_key, deposit=Decimal(1_000)
            )
            async with over_ws_api(exchange, key=key, secret=secret) as desk:
                assert (await desk.place())["status"] == "NEW"
                assert desk.http.asked == []


async def test_limits_are_heard_here_as_well() -> None:
    async with loopback(speed=1) as exchange, over_ws_api(exchange) as desk:
        await desk.place()
        request = desk.client.new_order("BTCUSDT", "BUY", "MARKET", quantity=Decimal("0.010"))
        counts = (await request).headers
        assert counts["x-mbx-used-weight-1m"] == "5"  # the handshake
        assert counts["x-mbx-order-count-10s"] == "2"
        assert counts["x-mbx-order-count-1m"] == "2"


async def test_a_connection_that_is_cut_is_dialled_again_and_http_serves_meanwhile() -> None:
    async with loopback(speed=1) as exchange, over_ws_api(exchange) as desk:
        exchange.protocol.switchboard.hang_up()
        while desk.transport.is_connected:  # noqa: ASYNC110  # it has no event to wait for
            await asyncio.sleep(0)
        assert (await desk.place(new_client_order_id="x-2"))["status"] == "NEW"
        assert desk.http.asked == ["POST /fapi/v1/order"]
        await desk.connected()
        assert (await desk.place(new_client_order_id="x-3"))["status"] == "NEW"
        assert desk.http.asked == ["POST /fapi/v1/order"]
