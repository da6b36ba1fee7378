"""Kept streams on real sockets: every fault of a frame or a connection, and not one event lost."""

import asyncio
import time
from collections.abc import Iterable

import msgspec
import pytest
from msgspec.structs import replace

from noctule.adapters.sim.faults import FaultKind
from noctule.adapters.sim.messages import Request
from noctule.adapters.sim.sessions import Session
from noctule.adapters.sim.terms import Terms
from tests.fakes.loopback import KEY, TOKEN, Loopback, loopback
from tests.fakes.loopback_stream import HASTY, ear_at, kept_at
from tests.fakes.stream_scene import Diary

KLINE, AGG, MARK = "btcusdt@kline_1m", "btcusdt@aggTrade", "btcusdt@markPrice@1s"
ALL = (KLINE, AGG, MARK)
WITNESS = 1  # the number of its connection


async def up(diary: Diary) -> None:
    await diary.until(lambda: "restored" in diary.words)


async def back_after(diary: Diary) -> str:
    """Wait for one loss and one restoration, and return why it was lost."""
    await diary.until(lambda: len(diary.words) >= 3)
    restored, lost, again = diary.words[:3]
    assert (restored, again) == ("restored", "restored")
    return lost


async def heard_more(diary: Diary, count: int = 20) -> None:
    target = len(diary.frames) + count
    await diary.until(lambda: len(diary.frames) >= target)


@pytest.mark.parametrize(
    ("kind", "reasons"),
    [
        (FaultKind.CLOSED_SOCKET, ("lost: closed with 1001 going away",)),
        (FaultKind.CUT_SOCKET, ("lost: cut",)),
        (FaultKind.MUTE_SOCKET, ("lost: silent for 600 ms", "lost: no pong within 300 ms")),
        (
            FaultKind.OVERSIZED_FRAME,
            ("lost: unreadable: Received frame with payload size exceeding max allowed size",),
        ),
    ],
)
async def test_what_breaks_a_connection_is_one_loss_with_its_reason_and_one_restoration(
    kind: FaultKind, reasons: tuple[str, ...]
) -> None:
    async with loopback() as exchange, kept_at(exchange, ALL) as (_, diary):
        await up(diary)
        exchange.arm(kind, KLINE)
        assert (await back_after(diary)).startswith(reasons)
        await heard_more(diary)
        assert len(diary.words) == 3


async def test_a_stall_of_our_own_is_not_taken_for_silence() -> None:
    async with loopback(speed=60) as exchange, kept_at(exchange, ALL) as (_, diary):
        await up(diary)
        for _ in range(2):
            time.sleep(1)  # noqa: ASYNC251  # which is what a stall is
            await heard_more(diary, 5)
        assert diary.words == ["restored"]


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.LATE_FRAME,
        FaultKind.HELD_FRAME,
        FaultKind.DROPPED_FRAME,
        FaultKind.REPEATED_FRAME,
        FaultKind.STRANGE_FRAME,
        FaultKind.EXTRA_FRAME_FIELDS,
        FaultKind.GARBAGE_FRAME,
        FaultKind.TRUNCATED_FRAME,
    ],
)
async def test_what_is_wrong_inside_an_envelope_is_the_listeners_business(kind: FaultKind) -> None:
    async with loopback() as exchange, kept_at(exchange, ALL) as (_, diary):
        await up(diary)
        exchange.arm(kind, KLINE, times=10, delay_ms=50)
        await heard_more(diary, 60)
        assert diary.words == ["restored"]
        assert all(frame.startswith(b'{"stream":"btcusdt@') for frame in diary.frames)


async def test_garbage_on_the_private_stream_is_a_loss_for_nobody_can_tell_what_it_was() -> None:
    async with loopback() as exchange:
        key = msgspec.json.decode(asked(exchange, "/fapi/v1/listenKey"))["listenKey"]
        async with kept_at(exchange, (), path=f"/private/ws/{key}") as (_, diary):
            await up(diary)
            exchange.arm(FaultKind.GARBAGE_FRAME, "*")
            asked(exchange, "/control/transfers", b'{"apiKey":"%b","amount":"50"}' % KEY.encode())
            assert await back_after(diary) == "lost: garbage"


async def test_a_refused_handshake_is_told_with_its_status() -> None:
    async with (
        loopback(terms=Terms(sessions_max=1)) as exchange,
        ear_at(exchange, "/market/stream"),
        kept_at(exchange, ALL) as (_, diary),
    ):
        await diary.until(lambda: bool(diary.words))
        assert diary.words == ["lost: no stream: HTTP 429"]


def rows(frames: Iterable[bytes], name: str) -> list[bytes]:
    return [frame for frame in frames if frame.startswith(b'{"stream":"%b"' % name.encode())]


async def test_over_three_hand_overs_no_trade_and_no_kline_is_missing() -> None:
    path = f"/market/stream?streams={'/'.join(ALL)}"
    settings = replace(HASTY, life_ms=700)
    async with (
        loopback() as exchange,
        ear_at(exchange, path) as witness,
        kept_at(exchange, ALL, settings=settings) as (_, diary),
    ):
        await up(diary)
        await heard_more(diary, 50)
        begin = len(witness.frames)
        async with asyncio.timeout(20):
            while newest_connection(exchange) < WITNESS + 4:  # noqa: ASYNC110  # nobody tells us
                await asyncio.sleep(0.05)
        expected = witness.frames[begin:]
        await diary.until(lambda: expected[-1] in diary.frames[-2_000:])
        heard = set(diary.frames)
        assert [frame for frame in expected if frame not in heard] == []
        assert diary.words == ["restored"], "nothing was lost, and nobody was told so"
        assert len(diary.frames) > len(heard), "old and new have talked at the same time"
        assert min(len(rows(expected, KLINE)), len(rows(expected, AGG))) > 100


def newest_connection(exchange: Loopback) -> int:
    return max(line.session.number for line in exchange.protocol.hub.lines(KLINE))


async def test_an_end_in_the_middle_of_a_hand_over_leaves_no_task_and_no_connection() -> None:
    async with loopback() as exchange:
        before = asyncio.all_tasks()
        settings = replace(HASTY, life_ms=200, overlap_ms=60_000)
        async with kept_at(exchange, ALL, settings=settings) as (_, diary):
            await up(diary)
            async with asyncio.timeout(20):
                while len(exchange.protocol.hub.lines(KLINE)) < 2:  # noqa: ASYNC110  # as above
                    await asyncio.sleep(0.05)
        async with asyncio.timeout(20):
            while asyncio.all_tasks() - before:  # noqa: ASYNC110  # the exchange's own end soon
                await asyncio.sleep(0.05)
        assert len(exchange.protocol.switchboard) == 0


class Notary:
    """Notes when each message arrives at the exchange."""

    def __init__(self, exchange: Loopback) -> None:
        self.texts_ms: list[int] = []
        self._protocol = exchange.protocol
        self._receive = exchange.protocol.receive
        exchange.protocol.receive = self.receive  # type: ignore[method-assign]  # a test listens in

    def receive(self, session: Session, data: bytes) -> None:
        self.texts_ms.append(self._protocol.times.real_ms())
        self._receive(session, data)

    def most_in_a_second(self) -> int:
        return max(
            sum(begin <= ms < begin + 1_000 for ms in self.texts_ms) for begin in self.texts_ms
        )


SIX_HUNDRED = [f"s{number}usdt@kline_1m" for number in range(597)] + list(ALL)


async def test_six_hundred_names_are_subscribed_within_ten_messages_a_second() -> None:
    settings = replace(HASTY, names_per_message=40, message_gap_ms=200, ping_ms=1_000)
    async with loopback(terms=Terms(ping_ms=500)) as exchange:
        notary = Notary(exchange)
        async with kept_at(exchange, SIX_HUNDRED, settings=settings) as (_, diary):
            await up(diary)
            await heard_more(diary)
        assert len(notary.texts_ms) == 15
        assert notary.most_in_a_second() + 1 + 2 <= 10, "with a ping of ours and two pongs"
        assert diary.words == ["restored"]


async def test_the_exchange_would_have_noticed_a_burst() -> None:
    settings = replace(HASTY, names_per_message=40, message_gap_ms=0, ping_ms=60_000)
    async with (
        loopback() as exchange,
        kept_at(exchange, SIX_HUNDRED, settings=settings) as (_, diary),
    ):
        await diary.until(lambda: bool(diary.words))
        assert diary.words == ["lost: closed with 1008 Too many requests"]


async def test_every_name_that_is_subscribed_is_known_to_the_exchange() -> None:
    async with loopback() as exchange, kept_at(exchange, SIX_HUNDRED) as (_, diary):
        await up(diary)
        (line,) = exchange.protocol.hub.lines(KLINE)
        assert list(line.names) == SIX_HUNDRED


def asked(exchange: Loopback, path: str, body: bytes = b"") -> bytes:
    """Post something to the exchange, past its sockets."""
    headers = {"x-mbx-apikey": KEY, "x-control-token": TOKEN}
    request = Request(method="POST", path=path, headers=headers, body=body)
    return exchange.protocol.handle_http(request).body
