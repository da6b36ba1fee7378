"""A kept connection that ends is never a lost order and never a doubled one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from noctule.adapters.binance.transport import kept_lines
from noctule.adapters.binance.transport.kept_lines import KeptLines
from noctule.adapters.binance.transport.road import HttpRequest, Method
from noctule.domain.errors import OutcomeUnknown, VenueUnreachable

YES = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def order(**changes: object) -> HttpRequest:
    words = {"method": Method.POST, "path": "/fapi/v1/order", "query": "a=1", "timeout_ms": 2_000}
    return HttpRequest(**{**words, **changes})  # type: ignore[arg-type]  # a test's own words


class Venue:
    """Reads requests, and answers yes unless it was told to be mute."""

    def __init__(self) -> None:
        self.heads: list[bytes] = []
        self.writers: list[asyncio.StreamWriter] = []
        self.is_mute = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        try:
            while True:
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                if not self.is_mute:
                    writer.write(YES)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def hears(self, count: int) -> None:
        while len(self.heads) < count:  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.001)

    async def close(self) -> None:
        for writer in self.writers:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def hang_up(self) -> None:
        for writer in self.writers:
            writer.transport.get_extra_info("socket").shutdown(2)


@asynccontextmanager
async def lines(
    path: str = "", *, has_spare: bool = True
) -> AsyncIterator[tuple[KeptLines, Venue]]:
    venue = Venue()
    server = await asyncio.start_server(venue.serve, "127.0.0.1", 0)
    made = KeptLines(
        f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}{path}", has_spare=has_spare
    )
    try:
        yield made, venue
    finally:
        await made.close()
        server.close()
        await venue.close()


async def test_a_request_is_written_as_it_was_signed() -> None:
    async with lines("/base") as (made, venue):
        await made.request(order(api_key="key", query="side=BUY&signature=f0"))

    first, *headers = venue.heads[0].decode().split("\r\n")
    assert first == "POST /base/fapi/v1/order?side=BUY&signature=f0 HTTP/1.1"
    assert headers[0].startswith("Host: 127.0.0.1:")
    assert "X-MBX-APIKEY: key" in headers
    assert "Content-Length: 0" in headers


async def test_an_idle_connection_that_was_hung_up_is_replaced_and_nothing_is_lost() -> None:
    async with lines() as (made, venue):
        await made.request(order())
        venue.hang_up()  # heard by the kernel, not by the loop
        answer = await made.request(order(query="a=2"))

        assert answer.status == 200
        assert [head.split()[1] for head in venue.heads] == [
            b"/fapi/v1/order?a=1",
            b"/fapi/v1/order?a=2",
        ]


async def test_what_was_written_when_the_connection_ended_is_unknown_and_not_sent_again() -> None:
    async with lines() as (made, venue):
        await made.request(order())
        venue.is_mute = True
        asking = asyncio.ensure_future(made.request(order()))  # noqa: TID251  # to look meanwhile
        await venue.hears(2)
        venue.hang_up()
        with pytest.raises(OutcomeUnknown, match=r"no answer to POST /fapi/v1/order \(cut\)"):
            await asking
        assert len(venue.heads) == 2


async def test_the_next_request_never_has_the_answer_to_one_that_was_given_up() -> None:
    async with lines() as (made, venue):
        venue.is_mute = True
        with pytest.raises(OutcomeUnknown, match="timed out"):
            await made.request(order(timeout_ms=50))
        venue.writers[0].write(YES.replace(b"{}", b"[]"))
        venue.is_mute = False
        answer = await made.request(order())

        assert answer.body == b"{}"
        assert len(venue.writers) == 2


async def test_a_request_that_is_cancelled_takes_its_connection_along() -> None:
    async with lines() as (made, venue):
        venue.is_mute = True
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await made.request(order())
        venue.is_mute = False
        await made.request(order())

        assert len(venue.writers) == 2


@pytest.mark.parametrize(
    "broken",
    [{"query": "a=1 b"}, {"query": "a=1\r\nX: y"}, {"api_key": "k\r\nX: y"}, {"query": "ä=1"}],
)
async def test_what_cannot_be_written_is_not_sent(broken: dict[str, str]) -> None:
    async with lines() as (made, venue):
        with pytest.raises(VenueUnreachable, match="cannot be written"):
            await made.request(order(**broken))
        assert venue.heads == []


async def test_beyond_so_many_connections_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_lines, "_LINES_MAX", 1)
    async with lines() as (made, venue):
        venue.is_mute = True
        async with asyncio.TaskGroup() as group:
            occupying = group.create_task(made.request(order()))
            await venue.hears(1)
            with pytest.raises(VenueUnreachable, match="no line is free"):
                await made.request(order())
            occupying.cancel()
        assert len(venue.heads) == 1


async def test_closing_leaves_what_is_under_way_unknown_and_sends_nothing_more() -> None:
    async with lines() as (made, venue):
        venue.is_mute = True
        asking = asyncio.ensure_future(made.request(order()))  # noqa: TID251  # to look meanwhile
        await venue.hears(1)
        await made.close()
        with pytest.raises(OutcomeUnknown):
            await asking
        with pytest.raises(VenueUnreachable):
            await made.request(order())


@pytest.mark.parametrize("is_old", [False, True])
async def test_a_fresh_connection_is_kept_ready(
    monkeypatch: pytest.MonkeyPatch, *, is_old: bool
) -> None:
    monkeypatch.setattr(kept_lines, "_LOOK_S", 0.01)
    if is_old:
        monkeypatch.setattr(kept_lines, "_IDLE_S_MAX", 0.0)
    async with lines() as (made, venue), asyncio.TaskGroup() as group:
        warming = group.create_task(made.keep_warm())
        await made.request(order())
        if not is_old:
            venue.hang_up()
        while len(venue.writers) < 2:  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.001)
        warming.cancel()
    assert len(venue.heads) == 1  # a connection is no request


async def test_nobody_minds_that_no_fresh_connection_can_be_had(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept_lines, "_LOOK_S", 0.005)
    made = KeptLines("http://127.0.0.1:1")
    async with asyncio.TaskGroup() as group:
        warming = group.create_task(made.keep_warm())
        for _ in range(3):
            with pytest.raises(VenueUnreachable):
                await made.request(order())
            await asyncio.sleep(0.01)
        warming.cancel()


async def test_a_machine_without_a_thread_to_spare_ends_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def look_up(*_words: object, **_options: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up)
    monkeypatch.setattr(kept_lines, "_LOOK_S", 0.005)
    made = KeptLines("http://127.0.0.1:1")
    async with asyncio.TaskGroup() as group:
        warming = group.create_task(made.keep_warm())
        with pytest.raises(VenueUnreachable, match="RuntimeError"):
            await made.request(order())
        await asyncio.sleep(0.02)
        warming.cancel()


async def test_connections_that_are_dialled_together_share_one_look_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop, asked = asyncio.get_running_loop(), list[object]()
    really = loop.getaddrinfo

    async def look_up(host: str, port: int, **options: int) -> object:
        asked.append(host)
        return await really(host, port, **options)

    monkeypatch.setattr(loop, "getaddrinfo", look_up)
    async with lines() as (made, _), asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(made.request(order()))
    assert asked == ["127.0.0.1"]


async def test_where_nobody_answers_the_host_is_looked_up_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop, asked = asyncio.get_running_loop(), list[object]()
    really = loop.getaddrinfo

    async def look_up(host: str, port: int, **options: int) -> object:
        asked.append(host)
        return await really(host, port, **options)

    monkeypatch.setattr(loop, "getaddrinfo", look_up)
    made = KeptLines("http://127.0.0.1:1")
    for _ in range(2):
        with pytest.raises(VenueUnreachable):
            await made.request(order())
    assert len(asked) == 2


async def test_a_question_has_no_body_and_may_be_answered_packed() -> None:
    async with lines() as (made, venue):
        await made.request(order(method=Method.GET))

    assert b"Content-Length" not in venue.heads[0]
    assert venue.heads[0].endswith(b"\r\nAccept-Encoding: gzip\r\n\r\n")


async def test_without_a_spare_old_connections_are_let_go_of_and_none_is_dialled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept_lines, "_LOOK_S", 0.001)
    monkeypatch.setattr(kept_lines, "_IDLE_S_MAX", 0.0)
    async with lines(has_spare=False) as (made, venue), asyncio.TaskGroup() as group:
        warming = group.create_task(made.keep_warm())
        await made.request(order())
        while made._open:  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.01)  # long enough to dial ten times
        warming.cancel()
    assert len(venue.writers) == 1
