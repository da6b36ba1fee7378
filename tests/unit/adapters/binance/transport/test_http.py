"""What was not sent, what may have arrived and what came back are told apart on real sockets."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from noctule.adapters.binance.transport import answer_reader, http
from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.binance.transport.road import HttpAnswer, HttpRequest, Method
from noctule.domain.errors import OutcomeUnknown, VenueUnreachable

ORDER = HttpRequest(
    method=Method.POST,
    path="/fapi/v1/order",
    query="symbol=BTCUSDT&signature=secret",
    api_key="key",
    timeout_ms=2_000,
)
QUESTION = HttpRequest(method=Method.GET, path="/fapi/v1/order", timeout_ms=2_000)
YES = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-MBX-USED-WEIGHT-1M: 7\r\n\r\n{}"


class Peer:
    """A server that reads requests and does what a test says with each."""

    def __init__(self, behave: Callable[["Peer", asyncio.StreamWriter], Awaitable[None]]) -> None:
        self.behave = behave
        self.heads: list[str] = []
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.heads.append(head.decode())
                await self.behave(self, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def peer(
    behave: Callable[[Peer, asyncio.StreamWriter], Awaitable[None]],
    *,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[tuple[Peer, HttpTransport]]:
    made = Peer(behave)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    transport = HttpTransport(f"{'https' if tls else 'http'}://127.0.0.1:{port}/")
    try:
        yield made, transport
    finally:
        await transport.close()
        server.close()


async def says_yes(_: Peer, writer: asyncio.StreamWriter) -> None:
    writer.write(YES)


async def says_nothing(_: Peer, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def resets(_: Peer, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def says_half(_: Peer, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")
    writer.close()


async def talks_nonsense(_: Peer, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\x01 what is HTTP?\r\n\r\n")


async def test_a_request_arrives_as_it_was_signed_and_its_answer_comes_back() -> None:
    async with peer(says_yes) as (made, transport):
        answer = await transport.request(ORDER)
        head = made.heads[0]

    assert answer == HttpAnswer(
        status=200, headers={"content-length": "2", "x-mbx-used-weight-1m": "7"}, body=b"{}"
    )
    assert head.startswith("POST /fapi/v1/order?symbol=BTCUSDT&signature=secret HTTP/1.1\r\n")
    assert "X-MBX-APIKEY: key\r\n" in head


async def test_one_connection_serves_many_requests() -> None:
    async with peer(says_yes) as (made, transport):
        for _ in range(5):
            await transport.request(ORDER)
        assert made.connections == 1


async def test_a_host_that_nobody_could_be_called_is_not_reached() -> None:
    transport = HttpTransport("http://a..b")
    for request in (QUESTION, ORDER):
        with pytest.raises(VenueUnreachable, match=r"no connection for .* \(UnicodeError"):
            await transport.request(request)
    await transport.close()


async def test_what_found_nobody_was_not_sent() -> None:
    transport = HttpTransport("http://127.0.0.1:1")
    with pytest.raises(VenueUnreachable, match="no connection for POST /fapi/v1/order"):
        await transport.request(ORDER)
    await transport.close()


async def test_what_waited_for_a_connection_until_its_time_was_over_was_not_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http, "_QUESTIONS_MAX", 1)
    hasty = HttpRequest(method=Method.GET, path="/fapi/v1/order", timeout_ms=200)
    async with peer(says_nothing) as (made, transport), asyncio.TaskGroup() as group:
        occupying = group.create_task(transport.request(QUESTION))
        await asyncio.sleep(0.05)
        with pytest.raises(VenueUnreachable, match="timed out"):
            await transport.request(hasty)
        occupying.cancel()
        assert len(made.heads) == 1


@pytest.mark.parametrize("behave", [says_nothing, resets, says_half, talks_nonsense])
async def test_what_was_sent_and_not_answered_may_have_been_executed(
    behave: Callable[[Peer, asyncio.StreamWriter], Awaitable[None]],
) -> None:
    hasty = HttpRequest(
        method=Method.POST, path="/fapi/v1/order", query="signature=secret", timeout_ms=200
    )
    async with peer(behave) as (made, transport):
        with pytest.raises(OutcomeUnknown, match="no answer to POST /fapi/v1/order") as caught:
            await transport.request(hasty)
        assert "secret" not in str(caught.value)
        assert len(made.heads) == 1


@pytest.mark.parametrize("method", [*Method])
async def test_nothing_is_sent_twice_because_a_kept_connection_ended(method: Method) -> None:
    async def hangs_up_later(made: Peer, writer: asyncio.StreamWriter) -> None:
        if len(made.heads) == 1:
            writer.write(YES)
        else:
            writer.close()

    async with peer(hangs_up_later) as (made, transport):
        request = HttpRequest(method=method, path="/fapi/v1/order", timeout_ms=2_000)
        await transport.request(request)
        with pytest.raises(OutcomeUnknown):
            await transport.request(request)
        assert len(made.heads) == 2


@pytest.mark.parametrize("request_", [ORDER, QUESTION], ids=["order", "question"])
async def test_an_answer_without_end_is_given_up(
    request_: HttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_reader, "ANSWER_BYTES_MAX", 1_000)

    async def goes_on(_peer: Peer, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _number in range(100):
            writer.write(b"x" * 1_000)

    async with peer(goes_on) as (_, transport):
        with pytest.raises(OutcomeUnknown, match="does not end"):
            await transport.request(request_)


async def test_a_redirection_is_an_answer_and_is_not_followed() -> None:
    async def redirects(_: Peer, writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\nContent-Length: 0\r\n\r\n"
        )

    async with peer(redirects) as (_, transport):
        assert (await transport.request(ORDER)).status == 302


async def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with peer(says_yes) as (_, transport):
        assert (await transport.request(ORDER)).status == 200


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    command = "req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -subj /CN=127.0.0.1"
    await asyncio.to_thread(
        subprocess.run, [openssl, *command.split()], cwd=tmp_path, check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    async with peer(says_yes, tls=context) as (made, transport):
        for request in (ORDER, QUESTION):
            with pytest.raises(VenueUnreachable, match=r"Cert\w+Error"):
                await transport.request(request)
        assert made.heads == []


async def test_closing_without_ever_having_asked_is_nothing() -> None:
    await HttpTransport("http://127.0.0.1:1").close()


async def test_who_asks_after_the_end_is_told_so_and_opens_nothing() -> None:
    async with peer(says_yes) as (made, transport):
        await transport.request(ORDER)
        await transport.close()
        with pytest.raises(VenueUnreachable, match="POST /fapi/v1/order: the road is closed"):
            await transport.request(ORDER)
        assert made.connections == 1
