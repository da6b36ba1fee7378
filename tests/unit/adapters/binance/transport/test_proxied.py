"""What a proxy carries has the same outcomes as what goes straight."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from noctule.adapters.binance.transport import proxied
from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.binance.transport.road import HttpRequest, Method
from noctule.domain.errors import OutcomeUnknown, VenueUnreachable

ORDER = HttpRequest(
    method=Method.POST,
    path="/fapi/v1/order",
    query="symbol=BTCUSDT&signature=secret",
    api_key="key",
    timeout_ms=2_000,
)
QUESTION = HttpRequest(method=Method.GET, path="/fapi/v1/time", timeout_ms=200)
YES = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-MBX-USED-WEIGHT-1M: 7\r\n\r\n{}"

Answering = Callable[[asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def proxy(answering: Answering) -> AsyncIterator[tuple[list[str], HttpTransport]]:
    heads: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                heads.append(head.decode())
                await answering(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    transport = HttpTransport("http://exchange.invalid", proxy=address)
    try:
        yield heads, transport
    finally:
        await transport.close()
        server.close()


async def says_yes(writer: asyncio.StreamWriter) -> None:
    writer.write(YES)


async def says_nothing(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def resets(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def goes_on(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    for _number in range(100):
        writer.write(b"x" * 1_000)


async def test_a_proxy_is_used_where_one_is_named() -> None:
    async with proxy(says_yes) as (heads, transport):
        answer = await transport.request(ORDER)
        await transport.keep_warm()  # there is nothing to keep
        await transport.request(QUESTION)

    assert (answer.status, answer.headers["x-mbx-used-weight-1m"]) == (200, "7")
    assert heads[0].startswith("POST http://exchange.invalid/fapi/v1/order?")
    assert "X-MBX-APIKEY: key" in heads[0]
    assert heads[1].startswith("GET http://exchange.invalid/fapi/v1/time HTTP")


@pytest.mark.parametrize("answering", [says_nothing, resets])
async def test_what_was_sent_and_not_answered_may_have_been_executed(answering: Answering) -> None:
    async with proxy(answering) as (heads, transport):
        with pytest.raises(OutcomeUnknown, match="no answer to GET /fapi/v1/time"):
            await transport.request(QUESTION)
        assert len(heads) == 1


async def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxied, "ANSWER_BYTES_MAX", 1_000)
    async with proxy(goes_on) as (_, transport):
        with pytest.raises(OutcomeUnknown, match="does not end"):
            await transport.request(ORDER)


async def test_what_found_no_proxy_was_not_sent() -> None:
    transport = HttpTransport("http://exchange.invalid", proxy="http://127.0.0.1:1")
    with pytest.raises(VenueUnreachable, match="no connection for POST /fapi/v1/order"):
        await transport.request(ORDER)
    await transport.close()
