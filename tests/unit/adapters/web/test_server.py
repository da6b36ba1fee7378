"""The pages on a real socket: bounded, patient for a while, and nobody's obstacle."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus

import pytest
import uvloop

from noctule.adapters.clock import SystemClock
from noctule.adapters.web import server as module
from noctule.adapters.web.requests import Answer
from noctule.adapters.web.server import WebServer

PAGES = {"/healthz": lambda: Answer(status=HTTPStatus.OK, body=b"well\n")}
ASKING = b"GET /healthz HTTP/1.1\r\n\r\n"


LOOPS = (asyncio.new_event_loop, uvloop.new_event_loop)  # their transports differ


def on_both_loops(story: Callable[[pytest.MonkeyPatch], Coroutine[object, object, None]]) -> object:
    """Make a test of a story on asyncio's loop, and on the daemon's."""

    @pytest.mark.parametrize("new_loop", LOOPS, ids=("asyncio", "uvloop"))
    def test(
        new_loop: Callable[[], asyncio.AbstractEventLoop], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            runner.run(story(monkeypatch))

    return test


class Told:
    """What the supervisor hears."""

    def __init__(self) -> None:
        self.troubles: list[str] = []
        self.is_well_again = asyncio.Event()
        self.is_in_trouble = asyncio.Event()

    def degrade(self, reason: str) -> None:
        self.troubles.append(reason)
        self.is_in_trouble.set()


@asynccontextmanager
async def served(told: Told, *, port: int = 0, again_ms: int = 1) -> AsyncIterator[WebServer]:
    web = WebServer(
        f"127.0.0.1:{port}",
        PAGES,
        clock=SystemClock(),
        degrade=told.degrade,
        recover=told.is_well_again.set,
        again_ms=again_ms,
    )
    await web.start()
    await web.sync_state()
    running = asyncio.get_running_loop().create_task(web.run())
    try:
        yield web
    finally:
        running.cancel()
        await asyncio.wait([running])
        await web.stop()


async def port_of(web: WebServer) -> int:
    await until(lambda: web.port is not None)
    assert web.port is not None
    return web.port


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def until(is_so: Callable[[], bool]) -> None:
    """Let the loop turn until something is so; the socket is this process's own."""
    for _ in range(100_000):
        if is_so():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never was")


async def ask(port: int, sent: bytes = ASKING) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    try:
        return await reader.read()
    finally:
        await hang_up(writer)


@on_both_loops
async def test_it_answers_and_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(Told()) as web:
        told = await ask(await port_of(web))

    assert told.startswith(b"HTTP/1.1 200 OK\r\n")
    assert told.endswith(b"\r\n\r\nwell\n")


@on_both_loops
async def test_a_request_that_comes_in_pieces_is_put_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with served(Told()) as web:
        reader, writer = await asyncio.open_connection("127.0.0.1", await port_of(web))
        for piece in (b"GET /healthz HT", b"TP/1.1\r\n\r", b"\n"):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        told = await reader.read()
        await hang_up(writer)

    assert told.endswith(b"well\n")


@on_both_loops
async def test_who_takes_too_long_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PATIENCE_S", 0.01)
    async with served(Told()) as web:
        assert await ask(await port_of(web), b"GET /heal") == b""


@on_both_loops
async def test_of_too_many_at_once_the_last_is_told_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_CONNECTIONS_MAX", 1)
    async with served(Told()) as web:
        port = await port_of(web)
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        await until(lambda: bool(web._visits))
        told = await ask(port, b"")
        await hang_up(writer)

    assert told.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")


@on_both_loops
async def test_a_port_that_is_taken_is_told_once_and_had_when_it_is_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = Told()
    with socket.create_server(("127.0.0.1", 0)) as neighbour:
        port = neighbour.getsockname()[1]
        async with served(told, port=port) as web:
            await told.is_in_trouble.wait()
            neighbour.close()
            await told.is_well_again.wait()
            answered = await ask(await port_of(web))

    assert len(told.troubles) == 1
    assert told.troubles[0].startswith(f"127.0.0.1:{port} cannot be had (")
    assert answered.endswith(b"well\n")


@on_both_loops
async def test_stopped_it_lets_go_of_the_port_and_of_whoever_is_connected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with served(Told()) as web:
        port = await port_of(web)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await until(lambda: bool(web._visits))
    assert await reader.read() == b""
    await hang_up(writer)

    with socket.create_server(("127.0.0.1", port)):
        assert web.port is None
