"""The simulated exchange in this process: what only shows where no time passes by itself.

What every transport promises is held against this one in tests/conformance/test_transport.py.
"""

import asyncio
import json
from functools import partial

import pytest

from noctule.adapters.binance.transport.road import Frame, HttpRequest, Method
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.adapters.sim.faults import FaultKind
from noctule.domain.errors import OutcomeUnknown, VenueUnreachable
from tests.fakes.loopback import KEY
from tests.fakes.nearby import OPEN_MS, nearby

PING = HttpRequest(method=Method.GET, path="/fapi/v1/ping", timeout_ms=1_000)
URL = "ws://here/market/stream?streams=btcusdt@markPrice@1s"


def test_a_request_that_is_answered_at_once_still_gives_others_a_turn() -> None:
    async def main(clock: VirtualClock) -> list[str]:
        turns: list[str] = []

        async def other() -> None:
            turns.append("other")

        async with nearby(clock) as exchange, asyncio.TaskGroup() as group:
            group.create_task(other())
            await exchange.transport.request(PING)
            turns.append("answered")
        return turns

    assert run_virtual(main, start_ms=OPEN_MS) == ["other", "answered"]


def test_a_late_answer_takes_its_time() -> None:
    async def main(clock: VirtualClock) -> int:
        async with nearby(clock) as exchange:
            exchange.arm(FaultKind.LATE_ANSWER, delay_ms=700)
            began_ms = clock.elapsed_ms()
            await exchange.transport.request(PING)
            return clock.elapsed_ms() - began_ms

    assert run_virtual(main, start_ms=OPEN_MS) == 700


@pytest.mark.parametrize("kind", [FaultKind.LOST_BEFORE, FaultKind.LATE_ANSWER])
def test_what_does_not_come_is_waited_for_as_long_as_the_request_says(kind: FaultKind) -> None:
    async def main(clock: VirtualClock) -> int:
        async with nearby(clock) as exchange:
            exchange.arm(kind, delay_ms=1_000)
            began_ms = clock.elapsed_ms()
            with pytest.raises(OutcomeUnknown, match=r"no answer in time: GET /fapi/v1/ping"):
                await exchange.transport.request(PING)
            return clock.elapsed_ms() - began_ms

    assert run_virtual(main, start_ms=OPEN_MS) == 1_000


def test_a_key_goes_with_the_request_and_a_stranger_is_refused() -> None:
    async def main(clock: VirtualClock) -> list[int]:
        async with nearby(clock) as exchange:
            asked = exchange.reach.rest.client.new_listen_key().request
            assert asked.api_key == KEY
            nobody = HttpRequest(
                method=Method.POST, path="/fapi/v1/listenKey", api_key="x", timeout_ms=1_000
            )
            answers = [await exchange.transport.request(each) for each in (asked, nobody)]
            return [each.status for each in answers]

    assert run_virtual(main, start_ms=OPEN_MS) == [200, 401]


def test_the_market_moves_as_long_as_it_runs() -> None:
    async def main(clock: VirtualClock) -> list[int]:
        frames: list[Frame] = []
        async with nearby(clock, speed=10) as exchange:
            await exchange.transport.open_stream(URL, frames.append)
            await clock.sleep_ms(6_100)
        return [json.loads(frame)["data"]["E"] - OPEN_MS for frame in frames]

    told_ms = run_virtual(main, start_ms=OPEN_MS)
    assert told_ms == sorted(told_ms)
    assert {10_000, 20_000, 30_000, 40_000, 50_000, 60_000} <= set(told_ms)


def test_pings_of_the_exchange_are_answered_so_that_the_stream_lives() -> None:
    async def main(clock: VirtualClock) -> bool:
        async with nearby(clock) as exchange:
            stream = await exchange.transport.open_stream(URL, lambda _: None)
            ended = asyncio.get_running_loop().create_task(stream.closed())
            await clock.sleep_ms(30 * 60_000)
            ended.cancel()
            return ended.done()

    assert not run_virtual(main, start_ms=OPEN_MS)


def test_closing_the_transport_hangs_up_every_stream() -> None:
    async def main(clock: VirtualClock) -> tuple[str, ...]:
        async with nearby(clock) as exchange:
            streams = [await exchange.transport.open_stream(URL, lambda _: None) for _ in range(2)]
            await exchange.transport.close()
            assert len(exchange.protocol.switchboard) == 0
            return tuple([await stream.closed() for stream in streams])

    assert run_virtual(main, start_ms=OPEN_MS) == ("we hung up", "we hung up")


def test_a_stream_that_is_refused_says_why() -> None:
    async def main(clock: VirtualClock) -> None:
        async with nearby(clock) as exchange:
            with pytest.raises(VenueUnreachable, match="the stream was refused: "):
                await exchange.transport.open_stream("ws://here/nowhere", lambda _: None)

    run_virtual(main, start_ms=OPEN_MS)


def test_whatever_is_due_happens_at_its_millisecond_though_nobody_looks_before() -> None:
    """The same exchange, looked at every millisecond and when it says so: one story."""

    async def hear(clock: VirtualClock, *, looks_always: bool) -> list[tuple[int, Frame]]:
        heard: list[tuple[int, Frame]] = []
        async with nearby(clock) as exchange:
            protocol, account = exchange.protocol, exchange.account
            await exchange.transport.open_stream(
                URL, lambda frame: heard.append((clock.now_ms() - OPEN_MS, frame))
            )
            exchange.arm(FaultKind.LATE_FRAME, "btcusdt@markPrice", delay_ms=1_234)
            protocol.venue.exchange.countdown(account, "BTCUSDT", 20_333)
            for _ in range(70_000 if looks_always else 1):
                await clock.sleep_ms(1 if looks_always else 70_000)
                protocol.advance()
                protocol.tend()
            assert account.countdowns == {}
        return heard

    looked, slept = (
        run_virtual(partial(hear, looks_always=each), start_ms=OPEN_MS) for each in (True, False)
    )
    assert slept == looked
    assert len(looked) > 60


def test_what_becomes_due_sooner_because_of_a_request_is_not_slept_through() -> None:
    async def main(clock: VirtualClock) -> list[int]:
        async with nearby(clock) as exchange:
            account, market = exchange.account, exchange.protocol.venue.exchange
            asked = exchange.reach.rest.client.new_listen_key().request
            gone_ms: list[int] = []
            for after_ms in (777, 333):
                market.countdown(account, "BTCUSDT", after_ms)
                began_ms = clock.now_ms()
                await exchange.transport.request(asked)
                while account.countdowns:
                    await clock.sleep_ms(1)
                gone_ms.append(clock.now_ms() - began_ms)
        return gone_ms

    assert run_virtual(main, start_ms=OPEN_MS) == [777, 333]
