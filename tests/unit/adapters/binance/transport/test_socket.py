"""A WebSocket as the streams need it: honest about its end, whatever the far end does."""

import asyncio
import logging

import pytest

from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.binance.transport.socket import open_socket_stream
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


async def test_the_library_keeps_the_address_to_itself(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with bare_socket(Peer.until_gone) as url:
        stream = await open_socket_stream(f"{url}/a-listen-key", print)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await stream.close()
    assert "a-listen-key" not in caplog.text
    assert not [record for record in caplog.records if record.name.startswith("picows")]


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
