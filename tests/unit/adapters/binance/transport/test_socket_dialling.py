"""How a WebSocket comes about, or does not: handshakes, certificates, proxies."""

import asyncio
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from noctule.adapters.binance.transport.socket import open_socket_stream
from noctule.domain.errors import BudgetExhausted, VenueUnreachable
from tests.fakes.bare_socket import Peer, bare_socket


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
        ("418 I'm a Teapot", f"Retry-After: {'9' * 5_000}\r\n", 120_000),
        ("429 Too Many Requests", "Retry-After: 999999999\r\n", 3 * 24 * 60 * 60_000),
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


async def test_a_host_that_nobody_could_be_called_is_no_stream() -> None:
    with pytest.raises(VenueUnreachable, match="no stream: UnicodeError"):
        await open_socket_stream("ws://a..b/", print)


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
