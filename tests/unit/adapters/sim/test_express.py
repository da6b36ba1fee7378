"""What is plain is answered without a task; everything else goes the long way, in its turn."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.http import RawRequestMessage

from noctule.adapters.sim.express import ExpressServer
from noctule.adapters.sim.messages import Response
from noctule.adapters.sim.reply import reply_to, written

ROOMY = 30_000_000  # more than a socket takes at once
HOST = "Host: x\r\n"


class Shop:
    """Says which way each request went; /later takes the long one, /broken ends in a failure."""

    def __init__(self) -> None:
        self.answered: list[str] = []
        self.handled: list[str] = []
        self.peers: set[str | None] = set()
        self.woken = asyncio.Event()  # by an answer, as the task is that sends its frames
        self.port = 0

    def is_prompt(self, message: RawRequestMessage) -> bool:
        return message.path != "/later"

    def answer(self, message: RawRequestMessage, peer: str | None) -> bytes:
        if message.path == "/broken":
            raise LookupError("a failure")
        self.answered.append(message.path)
        self.peers.add(peer)
        self.woken.set()
        return written(self.response(message.path))

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        await request.read()
        self.handled.append(request.raw_path)
        return reply_to(request, self.response(request.raw_path))

    def response(self, path: str) -> Response:
        body = b"x" * ROOMY if path == "/roomy" else path.encode()
        return Response(status=200, body=body, headers={"X-MBX-USED-WEIGHT-1M": "1"})

    async def ask(self, asked: str, *, answers: int = 1) -> list[bytes]:
        """Send this at once on a connection of its own, and return so many answers."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(asked.encode())
            return [await heard(reader) for _ in range(answers)]
        finally:
            writer.close()
            await writer.wait_closed()


async def heard(reader: asyncio.StreamReader) -> bytes:
    """Return the body of the next answer, or its head if it has none."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"Content-Length: ([0-9]+)", head)
    assert length is not None, head
    return await reader.readexactly(int(length[1]))


async def opened(shop: Shop, **options: float) -> web.ServerRunner:
    server = ExpressServer(shop.handle, is_prompt=shop.is_prompt, answer=shop.answer, **options)
    runner = web.ServerRunner(server, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    shop.port = runner.addresses[0][1]
    return runner


@pytest_asyncio.fixture
async def shop() -> AsyncIterator[Shop]:
    shop = Shop()
    runner = await opened(shop)
    yield shop
    await runner.cleanup()


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
async def test_a_plain_request_is_answered_without_a_task(shop: Shop, method: str) -> None:
    assert await shop.ask(f"{method} /a?b=c HTTP/1.1\r\n{HOST}\r\n") == [b"/a?b=c"]
    assert (shop.answered, shop.handled) == (["/a?b=c"], [])
    assert shop.peers == {"127.0.0.1"}


async def test_a_request_that_has_to_wait_goes_the_long_way(shop: Shop) -> None:
    assert await shop.ask(f"GET /later HTTP/1.1\r\n{HOST}\r\n") == [b"/later"]
    assert (shop.answered, shop.handled) == ([], ["/later"])


@pytest.mark.parametrize(
    "asked",
    [
        f"POST / HTTP/1.1\r\n{HOST}Content-Length: 2\r\n\r\nab",
        f"POST / HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        f"OPTIONS / HTTP/1.1\r\n{HOST}\r\n",
        f"GET / HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n",
        f"GET / HTTP/1.1\r\n{HOST}Upgrade: websocket\r\n\r\n",
        f"GET / HTTP/1.1\r\n{HOST}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
    ],
    ids=["body", "chunks", "method", "close", "half an upgrade", "upgrade", "kept 1.0", "1.0"],
)
async def test_what_is_not_plain_goes_the_long_way(shop: Shop, asked: str) -> None:
    assert await shop.ask(asked) == [b"/"]
    assert (shop.answered, shop.handled) == ([], ["/"])


async def test_requests_that_come_in_one_piece_are_answered_in_their_order(shop: Shop) -> None:
    paths = [f"/{number}" for number in range(100)]
    asked = "".join(f"GET {path} HTTP/1.1\r\n{HOST}\r\n" for path in paths)

    assert await shop.ask(asked, answers=100) == [path.encode() for path in paths]
    assert shop.handled[0] == "/0"


async def test_a_plain_request_waits_for_the_one_before_it(shop: Shop) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", shop.port)
    writer.write(f"POST /first HTTP/1.1\r\n{HOST}Content-Length: 2\r\n\r\na".encode())
    await asyncio.sleep(0.02)
    writer.write(f"bGET /second HTTP/1.1\r\n{HOST}\r\n".encode())

    assert [await heard(reader), await heard(reader)] == [b"/first", b"/second"]
    assert (shop.answered, shop.handled) == ([], ["/first", "/second"])
    writer.close()
    await writer.wait_closed()


async def test_a_connection_may_go_both_ways_in_turn(shop: Shop) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", shop.port)
    for path in ["/1", "/later", "/2", "/later", "/3"] * 10:  # more than a parser holds at once
        writer.write(f"GET {path} HTTP/1.1\r\n{HOST}\r\n".encode())
        assert await heard(reader) == path.encode()

    assert (len(shop.answered), len(shop.handled)) == (30, 20)
    writer.close()
    await writer.wait_closed()


async def test_an_answer_is_there_before_what_it_has_woken_begins(shop: Shop) -> None:
    loop = asyncio.get_running_loop()
    with socket.create_connection(("127.0.0.1", shop.port)) as client:
        client.setblocking(False)
        await asyncio.sleep(0.02)
        await loop.sock_sendall(client, f"GET /a HTTP/1.1\r\n{HOST}\r\n".encode())
        async with asyncio.timeout(5):
            await shop.woken.wait()
        received = client.recv(1_000)

    assert received.endswith(b"\r\n\r\n/a")


async def test_a_slow_reader_gets_everything_in_its_order(shop: Shop) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", shop.port)
    for path in ("/roomy", "/next"):
        writer.write(f"GET {path} HTTP/1.1\r\n{HOST}\r\n".encode())
        await asyncio.sleep(0.05)

    assert len(await heard(reader)) == ROOMY
    assert await heard(reader) == b"/next"
    assert (shop.answered, shop.handled) == (["/roomy"], ["/next"])
    writer.close()
    await writer.wait_closed()


async def test_a_client_that_is_gone_disturbs_nobody(shop: Shop) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", shop.port)
    writer.write(f"GET /roomy HTTP/1.1\r\n{HOST}\r\n".encode())
    writer.transport.abort()

    assert await shop.ask(f"GET /a HTTP/1.1\r\n{HOST}\r\n") == [b"/a"]


async def test_a_failure_ends_its_connection_and_no_other(shop: Shop) -> None:
    failures: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: failures.append(str(context["exception"])))
    reader, writer = await asyncio.open_connection("127.0.0.1", shop.port)
    writer.write(f"GET /broken HTTP/1.1\r\n{HOST}\r\n".encode())

    assert await shop.ask(f"GET /a HTTP/1.1\r\n{HOST}\r\n") == [b"/a"]
    assert await reader.read() == b""
    assert failures == ["a failure"]
    writer.close()
    await writer.wait_closed()


async def test_all_that_has_come_is_answered_before_anything_else_goes_on(shop: Shop) -> None:
    paths = [f"/{number}" for number in range(5)]
    clients = [await asyncio.open_connection("127.0.0.1", shop.port) for _ in paths]
    await asyncio.sleep(0.02)
    for (_, writer), path in zip(clients, paths, strict=True):
        writer.write(f"GET {path} HTTP/1.1\r\n{HOST}\r\n".encode())
    await shop.woken.wait()

    assert sorted(shop.answered) == paths
    for (reader, writer), path in zip(clients, paths, strict=True):
        assert await heard(reader) == path.encode()
        writer.close()
        await writer.wait_closed()


async def test_what_cannot_be_parsed_is_refused(shop: Shop) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", shop.port)
    writer.write(b"GET / HTTP/9.9\r\n\r\n")

    assert (await reader.readline()).startswith(b"HTTP/1.0 400 ")
    writer.close()
    await writer.wait_closed()


async def test_a_connection_stays_while_it_is_used_and_ends_when_it_is_idle() -> None:
    shop = Shop()
    runner = await opened(shop, keepalive_timeout=0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", shop.port)
    for _ in range(6):
        await asyncio.sleep(0.08)
        writer.write(f"GET /a HTTP/1.1\r\n{HOST}\r\n".encode())
        assert await heard(reader) == b"/a"

    assert await reader.read() == b""
    assert shop.handled == []
    writer.close()
    await writer.wait_closed()
    await runner.cleanup()
