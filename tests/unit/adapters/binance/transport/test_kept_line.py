"""One connection: a request, its answer, and nothing that anybody could mistake for another's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from noctule.adapters.binance.transport.kept_line import KeptLine
from noctule.domain.errors import OutcomeUnknown

YES = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Far:
    """The other end, in a test's hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer


@asynccontextmanager
async def line() -> AsyncIterator[tuple[KeptLine, Far, list[KeptLine]]]:
    come: asyncio.Future[Far] = asyncio.get_running_loop().create_future()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        come.set_result(Far(reader, writer))

    lost: list[KeptLine] = []
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    loop = asyncio.get_running_loop()
    _, made = await loop.create_connection(lambda: KeptLine(lost.append), "127.0.0.1", port)
    far = await come
    yield made, far, lost
    made.hang_up()
    far.writer.close()
    with suppress(ConnectionError):
        await far.writer.wait_closed()
    server.close()
    await asyncio.sleep(0)


async def until_lost(lost: list[KeptLine]) -> None:
    while not lost:  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0.001)


async def test_a_request_has_its_answer_and_the_next_one_too() -> None:
    async with line() as (made, far, _):
        for _number in range(2):
            before = made.is_fit
            answer = made.send(b"one")
            assert (before, made.is_fit) == (True, False)
            assert await far.reader.readexactly(3) == b"one"
            far.writer.write(YES)
            assert (await answer).body == b"{}"
            made.rest()


async def test_a_line_that_was_hung_up_is_unfit_before_the_loop_has_heard_of_it() -> None:
    async with line() as (made, far, lost):
        far.writer.transport.get_extra_info("socket").shutdown(2)

        assert not lost
        assert not made.is_fit


async def test_a_line_that_speaks_unasked_is_ended() -> None:
    async with line() as (made, far, lost):
        far.writer.write(YES)
        await until_lost(lost)
        assert not made.is_fit


async def test_a_line_that_is_cut_leaves_its_request_unknown() -> None:
    async with line() as (made, far, lost):
        answer = made.send(b"one")
        far.writer.transport.abort()
        with pytest.raises(OutcomeUnknown):
            await answer
        await until_lost(lost)


async def test_nonsense_leaves_its_request_unknown_and_ends_the_line() -> None:
    async with line() as (made, far, lost):
        answer = made.send(b"one")
        far.writer.write(b"hello\r\n\r\n")
        with pytest.raises(OutcomeUnknown, match="unreadable"):
            await answer
        await until_lost(lost)


async def test_an_answer_may_end_with_its_line() -> None:
    async with line() as (made, far, lost):
        answer = made.send(b"one")
        await far.reader.readexactly(3)
        far.writer.write(b"HTTP/1.1 200 OK\r\n\r\n{}")
        far.writer.close()
        assert (await answer).body == b"{}"
        await until_lost(lost)


async def test_what_is_said_after_the_answer_ends_the_line() -> None:
    async with line() as (made, far, lost):
        answer = made.send(b"one")
        far.writer.write(YES + YES)
        assert (await answer).status == 200
        await until_lost(lost)
