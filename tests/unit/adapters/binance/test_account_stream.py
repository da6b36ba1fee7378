"""The account stream's own life: started, failed, stopped and started again."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

import pytest

from noctule.adapters.binance.account_stream import BinanceAccountStream
from noctule.adapters.binance.rest.parts import RestSettings
from noctule.adapters.binance.rest.retries import Retries
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import CredentialsRefused, OutcomeUnknown, VenueRefused
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.order import AccountFeedLost, AccountSnapshotTaken, OrderFilled
from noctule.ports.account import AccountStream
from tests.builders import BTCUSDT, START_MS
from tests.fakes.answers import refusing, scripted_rest
from tests.fakes.answers_by_path import PathWire
from tests.fakes.user_frames import order_frame

TRADE = {
    "symbol": "BTCUSDT",
    "id": 5,
    "orderId": 77,
    "side": "BUY",
    "price": "60000.00",
    "qty": "0.010",
    "commission": "0.3",
    "commissionAsset": "USDT",
    "time": 1_000,
}


class Account:
    """A stream over a wire that a test holds in its hands."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.wire = PathWire(clock)
        once = RestSettings(retries=Retries(attempts_max=1))
        self.stream: AccountStream = BinanceAccountStream(
            rest=scripted_rest(self.wire, clock, settings=once),  # type: ignore[arg-type]  # a Transport
            transport=self.wire,
            clock=clock,
            jitter=Random(1),
            stream_url="wss://x",
            symbols=[BTCUSDT],
        )

    async def told(self) -> list[OrderEvent]:
        return [event async for event in self.stream.events()]


def play(story: Callable[[Account], Awaitable[None]]) -> None:
    async def told(clock: VirtualClock) -> None:
        account = Account(clock)
        try:
            await story(account)
        finally:
            await account.stream.stop()

    run_virtual(told, start_ms=START_MS)


def test_it_connects_before_it_asks() -> None:
    async def story(account: Account) -> None:
        await account.stream.start()
        assert account.wire.last.url == "wss://x/private/ws/key"
        paths = [path for path, _ in account.wire.asked]
        assert paths[:2] == ["/fapi/v1/listenKey"] * 2
        assert set(paths[2:]) >= {"/fapi/v1/openOrders", "/fapi/v1/userTrades"}

    play(story)


def test_the_snapshot_then_what_happens_then_the_end() -> None:
    async def story(account: Account) -> None:
        await account.stream.start()
        account.wire.last.say(order_frame())
        await account.clock.sleep_ms(1)
        await account.stream.stop()
        first, _, filled = await account.told()
        assert isinstance(first, AccountSnapshotTaken)
        assert isinstance(filled, OrderFilled)

    play(story)


def test_its_silence_ends_with_a_frame_and_with_an_answer() -> None:
    async def story(account: Account) -> None:
        stream = account.stream
        assert isinstance(stream, BinanceAccountStream)
        await account.clock.sleep_ms(700)
        assert stream.silence_ms == 700
        await stream.start()
        assert stream.silence_ms == 0
        await account.clock.sleep_ms(4_000)
        assert stream.silence_ms == 4_000
        account.wire.last.say(order_frame())
        await account.clock.sleep_ms(1)
        assert stream.silence_ms == 1

    play(story)


@pytest.mark.parametrize("path", ["/fapi/v1/listenKey", "/fapi/v3/balance"])
def test_a_refusal_is_raised_by_start(path: str) -> None:
    async def story(account: Account) -> None:
        account.wire.contents[path] = refusing(-2015, status=401)
        await account.stream.start()

    with pytest.raises(VenueRefused):
        play(story)


def test_a_key_that_cannot_be_opened_at_first_is_opened_by_and_by() -> None:
    async def story(account: Account) -> None:
        account.wire.failures_at["/fapi/v1/listenKey"] = OutcomeUnknown("no answer")
        async with asyncio.TaskGroup() as group:
            starting = group.create_task(account.stream.start())
            await account.clock.sleep_ms(3_000)
            assert not starting.done()
            account.wire.failures_at.clear()
        assert account.wire.last.url.endswith("/key")

    play(story)


def test_a_start_that_is_given_up_leaves_nothing_behind() -> None:
    async def story(account: Account) -> None:
        account.wire.failures_at["/fapi/v3/balance"] = OutcomeUnknown("no answer")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5):
                await account.stream.start()
        account.wire.failures_at.clear()
        await account.stream.start()
        assert len(account.wire.streams) == 2
        assert account.wire.streams[0].is_closed

    play(story)


def test_a_start_ends_quietly_when_it_is_stopped_half_way() -> None:
    async def story(account: Account) -> None:
        account.wire.failures_at["/fapi/v3/balance"] = OutcomeUnknown("no answer")
        async with asyncio.TaskGroup() as group:
            starting = group.create_task(account.stream.start())
            await account.clock.sleep_ms(3_000)
            await account.stream.stop()
            await starting
        assert account.wire.streams[0].is_closed
        assert await account.told() == []

    play(story)


def test_what_ends_it_is_raised_by_events() -> None:
    async def story(account: Account) -> None:
        await account.stream.start()
        account.wire.failures_at["/fapi/v3/balance"] = AssertionError("a bug")
        await account.told()

    with pytest.raises(AssertionError, match="a bug"):
        play(story)


def test_stopping_twice_is_harmless_and_a_failure_is_told_once() -> None:
    async def story(account: Account) -> None:
        await account.stream.start()
        account.wire.failures_at["/fapi/v3/balance"] = AssertionError("a bug")
        await account.clock.sleep_ms(120_000)
        await account.stream.stop()
        await account.stream.stop()

    play(story)


def test_that_it_failed_is_told_before_it_is_raised() -> None:
    told: list[OrderEvent] = []

    async def story(account: Account) -> None:
        await account.stream.start()
        account.wire.failures_at["/fapi/v3/balance"] = AssertionError("a bug")
        async for event in account.stream.events():
            told.append(event)  # noqa: PERF401  # what was told before it raises counts

    with pytest.raises(AssertionError, match="a bug"):
        play(story)
    lost = told[-1]
    assert isinstance(lost, AccountFeedLost)
    assert lost.reason == "it failed: a bug"


def test_started_again_it_tells_what_nobody_read_and_no_second_snapshot_of_the_same() -> None:
    async def story(account: Account) -> None:
        await account.stream.start()
        account.wire.last.say(order_frame())
        await account.clock.sleep_ms(1)
        await account.stream.stop()
        account.wire.contents["/fapi/v1/userTrades"] = [TRADE]
        await account.stream.start()
        account.wire.last.say(order_frame())  # the exchange may tell it twice
        await account.clock.sleep_ms(1)
        await account.stream.stop()
        assert [type(each).__name__ for each in await account.told()] == [
            "AccountSnapshotTaken",
            "OrderAccepted",
            "OrderFilled",
            "AccountFeedLost",
            "AccountFeedRestored",
        ]

    play(story)


def test_refused_keys_are_of_the_fatal_kind_when_none_was_ever_taken() -> None:
    async def story(account: Account) -> None:
        account.wire.contents["/fapi/v1/listenKey"] = refusing(-2014, status=401)
        await account.stream.start()

    with pytest.raises(CredentialsRefused):
        play(story)
