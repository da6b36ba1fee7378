"""An answer in one piece reads, byte for byte, as aiohttp would have written it."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web

from noctule.adapters.sim.messages import Response, html
from noctule.adapters.sim.reply import reply_to

ANSWER = Response(
    status=429,
    body=b'{"code":-1015}',
    headers={"Retry-After": "10", "X-MBX-USED-WEIGHT-1M": "7"},
)
ANSWERS = {
    "/refusal": ANSWER,
    "/page": html(403, "403 Forbidden"),
    "/empty": Response(status=200, body=b""),
    "/long": Response(status=200, body=b"x" * 30_000_000),
}


@pytest_asyncio.fixture
async def port() -> AsyncIterator[int]:
    """Serve each answer as a reply, and under /by-aiohttp as aiohttp's own response."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        by_aiohttp = request.path.startswith("/by-aiohttp")
        answer = ANSWERS[request.path.removeprefix("/by-aiohttp")]
        if not by_aiohttp:
            return reply_to(request, answer)
        return web.Response(
            status=answer.status,
            body=answer.body,
            headers=answer.headers,
            content_type=answer.content_type,
        )

    runner = web.ServerRunner(web.Server(handle, access_log=None), shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def told(port: int, asked: str) -> bytes:
    """Send a request and return all of its answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(asked.encode())
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"Content-Length: ([0-9]+)", head)
    if length is None or asked.startswith("HEAD"):
        body = b""
    else:
        body = await reader.readexactly(int(length[1]))
    writer.close()
    await writer.wait_closed()
    return re.sub(rb"Date: [^\r]+", b"Date: now", head) + body


@pytest.mark.parametrize("path", ["/refusal", "/page", "/empty"])
@pytest.mark.parametrize(
    "rest",
    [
        "HTTP/1.1\r\nHost: x\r\n\r\n",
        "HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "HTTP/1.0\r\n\r\n",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_reply_is_what_aiohttp_would_have_said(
    port: int, method: str, path: str, rest: str
) -> None:
    ours = await told(port, f"{method} {path} {rest}")

    assert ours == await told(port, f"{method} /by-aiohttp{path} {rest}")


async def test_a_reply_has_its_headers_in_the_order_of_the_exchange(port: int) -> None:
    head, _, body = (await told(port, "GET /refusal HTTP/1.1\r\nHost: x\r\n\r\n")).partition(
        b"\r\n\r\n"
    )
    lines = head.split(b"\r\n")

    assert lines[:-1] == [
        b"HTTP/1.1 429 Too Many Requests",
        b"Retry-After: 10",
        b"X-MBX-USED-WEIGHT-1M: 7",
        b"Content-Type: application/json",
        b"Content-Length: 14",
        b"Date: now",
    ]
    assert lines[-1].startswith(b"Server: ")
    assert body == ANSWER.body


async def test_the_connection_stays_and_a_slow_reader_gets_everything(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\nGET /refusal HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")

    assert await reader.readexactly(30_000_000) == ANSWERS["/long"].body
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 429 ")
    assert await reader.readexactly(14) == ANSWER.body
    writer.close()
    await writer.wait_closed()


async def test_a_client_that_is_gone_is_told_nothing_and_the_next_one_is_served(port: int) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
    writer.transport.abort()

    assert (await told(port, "GET /refusal HTTP/1.1\r\nHost: x\r\n\r\n")).endswith(ANSWER.body)
