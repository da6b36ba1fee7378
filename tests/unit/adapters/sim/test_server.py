"""The rim, over real sockets: clients trade, misbehave and are misled, and others go on."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import (
    ClientConnectionError,
    ClientSession,
    ClientTimeout,
    WSMsgType,
    WSServerHandshakeError,
)
from yarl import URL

from noctule.adapters.sim.server import SimServer
from noctule.adapters.sim.terms import Terms
from tests.fakes.sim_desk import KEY, Desk, signed

IMPATIENT = ClientTimeout(total=0.3)


class Client:
    """Somebody with a key, on the other side of a socket."""

    def __init__(self, http: ClientSession, server: SimServer, desk: Desk) -> None:
        self.http, self.server, self.desk = http, server, desk

    async def call(
        self, method: str, path: str, query: str = "", *, patience: ClientTimeout | None = None
    ) -> tuple[int, Any]:
        url = URL(f"{self.server.rest_url}{path}?{query}", encoded=True)
        headers = {"X-MBX-APIKEY": KEY}
        limit = patience or ClientTimeout(total=5)
        async with self.http.request(method, url, headers=headers, timeout=limit) as reply:
            return reply.status, await reply.json()

    async def buy(self, *, patience: ClientTimeout | None = None) -> tuple[int, Any]:
        order = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.010"
        query = signed(f"{order}&timestamp={self.desk.clock.now_ms()}")
        return await self.call("POST", "/fapi/v1/order", query, patience=patience)

    async def position(self) -> str:
        query = signed(f"timestamp={self.desk.clock.now_ms()}")
        _, legs = await self.call("GET", "/fapi/v3/positionRisk", query)
        return str(legs[0]["positionAmt"]) if legs else "0"

    def arm(self, **fault: object) -> None:
        assert self.desk.control("POST", "faults", fault).status == 200


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    desk = Desk(terms=Terms(read_ms=200))
    async with SimServer(desk.protocol) as server, ClientSession() as http:
        yield Client(http, server, desk)


async def test_an_order_is_placed_and_its_events_arrive_in_the_documented_order(
    client: Client,
) -> None:
    _, content = await client.call("POST", "/fapi/v1/listenKey")
    address = f"{client.server.stream_url}/private/ws/{content['listenKey']}"
    async with client.http.ws_connect(address) as stream:
        status, order = await client.buy()
        events = [await stream.receive_json(timeout=5) for _ in range(4)]

    assert (status, order["status"]) == (200, "NEW")
    assert [event["e"] for event in events] == [
        "TRADE_LITE",
        "ORDER_TRADE_UPDATE",
        "ACCOUNT_UPDATE",
        "ORDER_TRADE_UPDATE",
    ]
    assert events[3]["o"]["X"] == "FILLED"


async def test_the_market_is_heard_on_its_own_route_and_nowhere_else(client: Client) -> None:
    base = client.server.stream_url
    async with (
        client.http.ws_connect(f"{base}/market/ws/btcusdt@markPrice") as market,
        client.http.ws_connect(f"{base}/ws/btcusdt@markPrice") as unrouted,
    ):
        client.desk.trade("60010")
        event = await market.receive_json(timeout=5)
        await unrouted.send_json({"method": "LIST_SUBSCRIPTIONS", "params": [], "id": 3})
        answer = await unrouted.receive_json(timeout=5)

    assert (event["e"], event["p"]) == ("markPriceUpdate", "60010.00000000")
    assert answer == {"result": ["btcusdt@markPrice"], "id": 3}


async def test_the_websocket_api_places_an_order(client: Client) -> None:
    params = {
        "apiKey": KEY,
        "quantity": "0.010",
        "side": "SELL",
        "symbol": "BTCUSDT",
        "timestamp": client.desk.clock.now_ms(),
        "type": "MARKET",
    }
    payload = "&".join(f"{name}={value}" for name, value in params.items())
    signature = signed(payload).rpartition("=")[2]
    async with client.http.ws_connect(client.server.ws_api_url) as api:
        message = {"id": 1, "method": "order.place", "params": {**params, "signature": signature}}
        await api.send_json(message)
        answer = await api.receive_json(timeout=5)

    assert (answer["id"], answer["status"], answer["result"]["side"]) == (1, 200, "SELL")
    assert await client.position() == "-0.010"


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /fapi/v1/time HTTP/1.1\r\nHost: x\r\n",
        b"POST /fapi/v1/order HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nsymbol=",
        b"POST /fapi/v1/order HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"POST /fapi/v1/order HTTP/1.1\r\nContent-Length: 3000000\r\n\r\n" + b"x" * 3_000_000,
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    ],
    ids=["tls", "version", "half a head", "half a body", "chunks", "long", "large", "handshake"],
)
async def test_what_is_malformed_oversized_or_half_sent_disturbs_nobody(
    client: Client, sent: bytes
) -> None:
    port = URL(client.server.rest_url).port
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    try:
        assert (await client.buy())[0] == 200
        assert await client.position() == "0.010"
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)
    assert (await client.buy())[0] == 200


async def test_a_body_that_never_ends_is_given_up(client: Client) -> None:
    port = URL(client.server.rest_url).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /fapi/v1/order HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab")

    assert (await reader.readline()).startswith(b"HTTP/1.1 408 ")

    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize(("kind", "held"), [("lost_before", "0"), ("lost_after", "0.010")])
async def test_a_lost_answer_leaves_the_client_waiting(
    client: Client, kind: str, held: str
) -> None:
    client.arm(kind=kind, match="POST /fapi/v1/order")

    with pytest.raises(TimeoutError):
        await client.buy(patience=IMPATIENT)

    assert await client.position() == held


@pytest.mark.parametrize(("kind", "held"), [("reset_before", "0"), ("reset_after", "0.010")])
async def test_a_reset_connection_leaves_the_outcome_unknown(
    client: Client, kind: str, held: str
) -> None:
    client.arm(kind=kind, match="POST /fapi/v1/order")

    with pytest.raises(ClientConnectionError):
        await client.buy()

    assert await client.position() == held


async def test_a_late_answer_comes_after_the_clients_patience_and_after_the_events(
    client: Client,
) -> None:
    client.arm(kind="late_answer", match="POST /fapi/v1/order", delay_ms=600)
    _, content = await client.call("POST", "/fapi/v1/listenKey")
    address = f"{client.server.stream_url}/private/ws/{content['listenKey']}"
    async with client.http.ws_connect(address) as stream:
        with pytest.raises(TimeoutError):
            await client.buy(patience=IMPATIENT)
        assert (await stream.receive_json(timeout=5))["e"] == "TRADE_LITE"


async def test_a_ping_is_answered_with_its_own_payload(client: Client) -> None:
    address = f"{client.server.stream_url}/market/ws"
    async with client.http.ws_connect(address, autoping=False) as stream:
        await stream.ping(b"are you there")
        message = await stream.receive(timeout=5)

    assert (message.type, message.data) == (WSMsgType.PONG, b"are you there")


@pytest.mark.parametrize(
    ("kind", "ends"), [("closed_socket", WSMsgType.CLOSE), ("cut_socket", WSMsgType.CLOSED)]
)
async def test_a_connection_ends_with_a_close_frame_or_without(
    client: Client, kind: str, ends: WSMsgType
) -> None:
    client.arm(kind=kind, match="btcusdt@markPrice")
    address = f"{client.server.stream_url}/market/ws/btcusdt@markPrice"
    async with client.http.ws_connect(address, autoclose=False) as stream:
        client.desk.trade("60010")
        message = await stream.receive(timeout=5)

    assert message.type in (ends, WSMsgType.ERROR)
    assert (message.type is WSMsgType.CLOSE) == (kind == "closed_socket")


async def test_an_address_that_leads_nowhere_is_refused_at_the_handshake(client: Client) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await client.http.ws_connect(f"{client.server.stream_url}/nowhere")

    assert refused.value.status == 404


async def test_stopping_says_goodbye_to_every_connection() -> None:
    desk = Desk()
    async with ClientSession() as http:
        async with SimServer(desk.protocol) as server:
            stream = await http.ws_connect(f"{server.stream_url}/market/ws")
        message = await stream.receive(timeout=5)

    assert (message.type, message.data) == (WSMsgType.CLOSE, 1001)


async def test_the_market_waits_for_every_client_in_lock_step(client: Client) -> None:
    address = f"{client.server.stream_url}/control/lockstep?token=let+me+in"
    headers = {"X-MBX-APIKEY": KEY}
    async with client.http.ws_connect(address, headers=headers) as quiet:
        first = await quiet.receive_json(timeout=5)
        client.desk.trade("60010")
        held = client.desk.protocol.venue.exchange.quote("BTCUSDT").last
        await quiet.send_json({"quiet": first["step"]})
        second = await quiet.receive_json(timeout=5)
        await quiet.send_json({"quiet": second["step"]})
        third = await quiet.receive_json(timeout=5)

    assert held == 60000
    assert (second["step"], third["step"]) == (first["step"] + 1, first["step"] + 2)
    assert client.desk.protocol.venue.exchange.quote("BTCUSDT").last == 60010
