"""A WebSocket as the streams need it: honest about its end, whatever the far end does."""

import asyncio
import logging
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from noctule.adapters.binance.http_transport import HttpTransport
from noctule.adapters.binance.socket_stream import open_socket_stream
from noctule.domain.errors import BudgetExhausted, VenueUnreachable
from tests.fakes.bare_socket import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    Peer,
    bare_socket,
    frame,
)

EVENT = b'{"stream":"btcusdt@kline_1m","data":{}}'
GOING_AWAY = frame(b"\x03\xe9going away", CLOSE)


async def end_of(
    *frames: bytes, message_bytes_max: int = 1_000
) -> tuple[str, list[bytes], tuple[int, bytes]]:
    """Return how a stream ends on which these frames come, what it heard and what it said last."""
    said: list[tuple[int, bytes]] = []

    async def talk(peer: Peer) -> None:
        peer.write(*frames)
        said.append(await peer.read())

    heard: list[bytes] = []
    async with bare_socket(talk) as url:
        stream = await open_socket_stream(url, heard.append, message_bytes_max=message_bytes_max)
        reason = await stream.closed()
        await stream.close()
    return reason, heard, said[0]


async def test_a_close_frame_is_answered_and_told_with_its_code_and_its_text() -> None:
    reason, heard, last = await end_of(frame(EVENT), GOING_AWAY)
    assert reason == "closed with 1001 going away"
    assert heard == [EVENT]
    assert last[0] == CLOSE


async def test_a_close_frame_may_be_empty_or_carry_no_text() -> None:
    assert (await end_of(frame(b"", CLOSE)))[0] == "closed with 0"
    assert (await end_of(frame(b"\x03\xe8", CLOSE)))[0] == "closed with 1000"


async def test_a_cut_is_told_as_one() -> None:
    async def talk(peer: Peer) -> None:
        peer.cut()

    async with bare_socket(talk) as url:
        stream = await open_socket_stream(url, print)
        assert await stream.closed() == "cut"
        await stream.close()


async def test_an_end_without_a_close_frame_is_a_cut_too() -> None:
    async def talk(_peer: Peer) -> None:
        await asyncio.sleep(0)

    async with bare_socket(talk) as url:
        stream = await open_socket_stream(url, print)
        assert await stream.closed() == "cut"


async def test_pings_are_answered_with_their_payload_and_our_own_are_counted() -> None:
    async def talk(peer: Peer) -> None:
        peer.write(frame(b"1790553600000", PING))
        heard.append(await peer.read())
        answered.set()
        heard.append(await peer.read())
        peer.write(frame(b"", PONG), GOING_AWAY)

    heard: list[tuple[int, bytes]] = []
    answered = asyncio.Event()
    async with bare_socket(talk) as url:
        stream = await open_socket_stream(url, print)
        await answered.wait()
        stream.ping()
        await stream.closed()
        assert heard == [(PONG, b"1790553600000"), (PING, b"")]
        assert stream.pongs == 1


async def test_what_is_sent_arrives_as_text_and_after_the_end_goes_nowhere() -> None:
    async def talk(peer: Peer) -> None:
        heard.append(await peer.read())
        peer.cut()

    heard: list[tuple[int, bytes]] = []
    async with bare_socket(talk) as url:
        stream = await open_socket_stream(url, print)
        stream.send(b'{"id":1}')
        await stream.closed()
        stream.send(b'{"id":2}')
        stream.ping()
        await stream.close()
    assert heard == [(TEXT, b'{"id":1}')]


async def test_the_pieces_of_a_message_are_put_together() -> None:
    pieces = (
        frame(EVENT[:5], TEXT, last=False),
        frame(b"x", PING),
        frame(EVENT[5:9], CONTINUATION, last=False),
        frame(EVENT[9:], CONTINUATION),
    )
    _, heard, _ = await end_of(*pieces, frame(b"2"), *pieces, frame(b"3", BINARY), GOING_AWAY)
    assert heard == [EVENT, b"2", EVENT, b"3"]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (frame(b"x" * 1_001), "unreadable: Received frame with payload size exceeding"),
        (
            frame(b"x" * 600, TEXT, last=False) + frame(b"x" * 600, CONTINUATION),
            "unreadable: more pieces than a message may have",
        ),
        (frame(b"x", CONTINUATION), "unreadable: a piece that does not fit"),
        (frame(b"x", TEXT, last=False) + frame(b"y"), "unreadable: a piece that does not fit"),
        (frame(b"x", 0x3), "unreadable: Received frame with invalid opcode"),
        (b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff", "unreadable: Received masked frame"),
        (frame(b"\x03\xe9\xff", CLOSE), "unreadable: Received CLOSE with invalid UTF-8"),
    ],
    ids=["large", "large in pieces", "no start", "two starts", "opcode", "mask", "close"],
)
async def test_what_breaks_the_rules_ends_the_stream_with_a_reason(
    broken: bytes, reason: str
) -> None:
    told, heard, _ = await end_of(frame(EVENT), broken)
    assert told.startswith(reason)
    assert heard in ([], [EVENT])  # the library may swallow a frame just before


async def test_what_the_listener_raises_by_mistake_is_raised_where_the_end_is_awaited() -> None:
    async def talk(peer: Peer) -> None:
        peer.write(frame(EVENT))
        await peer.until_gone()

    def broken(_frame: bytes) -> None:
        raise AssertionError("a bug")

    async with bare_socket(talk) as url:
        stream = await open_socket_stream(url, broken)
        with pytest.raises(AssertionError, match="a bug"):
            await stream.closed()
        await stream.close()


async def test_hanging_up_is_polite() -> None:
    async def talk(peer: Peer) -> None:
        heard.append(await peer.read())
        peer.write(frame(b"\x03\xe8", CLOSE))
        await peer.until_gone()

    heard: list[tuple[int, bytes]] = []
    async with bare_socket(talk) as url:
        stream = await open_socket_stream(url, print)
        await stream.close()
        assert await stream.closed() == "closed with 1000"
    assert heard == [(CLOSE, b"\x03\xe8")]


async def test_hanging_up_on_somebody_mute_ends_when_it_is_cancelled() -> None:
    async def talk(peer: Peer) -> None:
        await peer.until_gone()

    async with bare_socket(talk) as url:
        stream = await open_socket_stream(url, print)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await stream.close()
        assert await stream.closed() == "cut"


async def test_a_peer_that_takes_nothing_more_is_left_before_much_has_piled_up() -> None:
    async def talk(_peer: Peer) -> None:
        await gone.wait()

    gone = asyncio.Event()
    async with bare_socket(talk) as url:
        stream = await open_socket_stream(url, print)
        for _ in range(100):
            stream.send(b"x" * 1_000_000)
        assert await stream.closed() == "it takes nothing more"
        gone.set()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 404 Not Found\r\n\r\n", "no stream: HTTP 404"),
        (b"HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/\r\n\r\n", "no stream: HTTP 302"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "no stream: HTTP 200"),
        (b"220 mail.example ESMTP\r\n\r\n", "no stream: the answer is no HTTP"),
        (b"", "no stream: cut during the handshake"),
        (b"HTTP/1.1 101 Sw", "no stream: cut during the handshake"),
    ],
    ids=["404", "redirect", "200", "mail", "nothing", "half"],
)
async def test_what_is_not_a_handshake_is_no_stream(answer: bytes, reason: str) -> None:
    async with bare_socket(Peer.until_gone, answer=answer) as url:
        with pytest.raises(VenueUnreachable) as caught:
            await open_socket_stream(url, print)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("status", "header", "after_ms"),
    [
        ("429 Too Many Requests", "Retry-After: 17\r\n", 17_000),
        ("429 Too Many Requests", "", 60_000),
        ("418 I'm a Teapot", "Retry-After: soon\r\n", 120_000),
    ],
)
async def test_whoever_is_sent_away_is_told_for_how_long(
    status: str, header: str, after_ms: int
) -> None:
    answer = f"HTTP/1.1 {status}\r\n{header}\r\n".encode()
    async with bare_socket(Peer.until_gone, answer=answer) as url:
        with pytest.raises(BudgetExhausted) as caught:
            await open_socket_stream(url, print)
    assert caught.value.retry_after_ms == after_ms


async def test_nobody_there_is_no_stream() -> None:
    with pytest.raises(VenueUnreachable, match="no stream: ConnectionRefusedError"):
        await open_socket_stream("ws://127.0.0.1:1/private/ws/a-listen-key", print)


async def test_a_server_that_does_not_answer_is_left_without_a_trace() -> None:
    gone = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65_536):
            pass
        writer.close()
        gone.set()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    with pytest.raises(VenueUnreachable, match="no stream within 50 ms"):
        await open_socket_stream(url, print, connect_timeout_ms=50)
    async with asyncio.timeout(10):
        await gone.wait()
    server.close()


async def test_the_library_keeps_the_address_to_itself(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with bare_socket(Peer.until_gone) as url:
        stream = await open_socket_stream(f"{url}/a-listen-key", print)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await stream.close()
    assert "a-listen-key" not in caplog.text
    assert not [record for record in caplog.records if record.name.startswith("picows")]


async def test_a_certificate_is_verified(tmp_path: Path) -> None:
    server_tls, trust = certificate(tmp_path)
    async with bare_socket(Peer.until_gone, tls=server_tls) as url:
        with pytest.raises(VenueUnreachable, match="no stream: SSLCertVerificationError"):
            await open_socket_stream(url, print)
        stream = await open_socket_stream(url, print, tls=trust)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await stream.close()


async def test_a_proxy_is_used_only_when_it_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with bare_socket(Peer.until_gone) as url:
        with pytest.raises(VenueUnreachable, match="no stream: ConnectionRefusedError"):
            await open_socket_stream(url, print, proxy="http://127.0.0.1:1")
        stream = await open_socket_stream(url, print)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await stream.close()


async def test_a_proxy_that_refuses_is_no_stream() -> None:
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"
    async with bare_socket(Peer.until_gone, answer=refusal) as proxy:
        with pytest.raises(VenueUnreachable, match="no stream: ProxyError"):
            await open_socket_stream(
                "ws://exchange.example/", print, proxy=proxy.replace("ws://", "http://")
            )


async def test_the_transport_for_requests_opens_streams_too() -> None:
    async def talk(peer: Peer) -> None:
        peer.write(frame(EVENT), GOING_AWAY)
        await peer.until_gone()

    heard: list[bytes] = []
    transport = HttpTransport("http://127.0.0.1:1")
    async with bare_socket(talk) as url:
        stream = await transport.open_stream(url, heard.append)
        assert await stream.closed() == "closed with 1001 going away"
    assert heard == [EVENT]
    await transport.close()


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a certificate for this machine: how a server shows it, and how a client trusts it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    command = (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem"
        " -out cert.pem -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run([openssl, *command.split()], cwd=folder, check=True, capture_output=True)
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return shown, ssl.create_default_context(cafile=str(folder / "cert.pem"))
