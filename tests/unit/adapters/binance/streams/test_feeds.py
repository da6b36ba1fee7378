"""Many names over several connections, each with a listener that knows what is lost with it."""

import asyncio
from collections.abc import Sequence
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from noctule.adapters.binance.streams.feeds import Feeds, split
from noctule.adapters.binance.streams.names import Route, route_of
from noctule.adapters.clock import VirtualClock, run_virtual
from tests.fakes.stream_scene import AT_ONCE, Diary
from tests.fakes.wire import FakeWire, event

KINDS = ("kline_1m", "kline_5m", "markPrice@1s", "bookTicker", "trade", "aggTrade")
NAMES = st.lists(
    st.builds(
        "{}@{}".format,
        st.sampled_from([f"s{number}usdt" for number in range(6)]),
        st.sampled_from(KINDS),
    ),
    max_size=60,
)


class Floor:
    """Feeds on a fake wire, and a diary for each connection."""

    def __init__(self, clock: VirtualClock, names: Sequence[str], names_max: int) -> None:
        self.wire = FakeWire(clock)
        self.diaries: dict[tuple[str, ...], Diary] = {}
        self._clock = clock
        self.feeds = Feeds(
            transport=self.wire,
            clock=clock,
            jitter=Random(1),
            settings=replace(AT_ONCE, names_per_connection=names_max),
            base_url="wss://exchange",
            names=names,
            listener=self._diary,
        )

    def _diary(self, names: Sequence[str]) -> Diary:
        self.diaries[tuple(names)] = diary = Diary(self._clock.elapsed_ms)
        return diary


@given(names=NAMES, names_max=st.integers(1, 8))
def test_every_name_is_on_one_connection_of_its_route_and_none_is_too_large(
    names: list[str], names_max: int
) -> None:
    parts = split(names, names_max=names_max)
    assert sorted(name for _, part in parts for name in part) == sorted(set(names))
    assert all(1 <= len(part) <= names_max for _, part in parts)
    assert all(route_of(name) is route for route, part in parts for name in part)


@given(names=NAMES)
def test_the_streams_of_a_symbol_stay_together_where_they_fit(names: list[str]) -> None:
    homes: dict[tuple[str, Route], set[int]] = {}
    for number, (route, part) in enumerate(split(names, names_max=len(KINDS))):
        for name in part:
            homes.setdefault((name.partition("@")[0], route), set()).add(number)
    assert all(len(numbers) == 1 for numbers in homes.values())


def test_no_names_are_no_connections() -> None:
    assert split([], names_max=10) == []


def test_names_of_two_routes_go_to_two_addresses() -> None:
    async def main(clock: VirtualClock) -> None:
        floor = Floor(clock, ["btcusdt@kline_1m", "btcusdt@bookTicker"], names_max=10)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(floor.feeds.run())
            await clock.sleep_ms(1_000)
            running.cancel()
        assert {stream.url: stream.names for stream in floor.wire.streams} == {
            "wss://exchange/market/stream": ["btcusdt@kline_1m"],
            "wss://exchange/public/stream": ["btcusdt@bookTicker"],
        }
        assert [stream.name for stream in floor.feeds.streams] == ["market-1", "public-2"]

    run_virtual(main, start_ms=0)


def test_each_listener_hears_its_own_connection_and_loses_nothing_with_another() -> None:
    async def main(clock: VirtualClock) -> None:
        floor = Floor(clock, ["a@kline_1m", "b@kline_1m"], names_max=1)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(floor.feeds.run())
            await clock.sleep_ms(1_000)
            floor.wire.streams[0].say(event("a@kline_1m"))
            await clock.sleep_ms(1)
            floor.feeds.renew("its candles are late", name="b@kline_1m")
            await clock.sleep_ms(1_000)
            running.cancel()
        first, second = floor.diaries[("a@kline_1m",)], floor.diaries[("b@kline_1m",)]
        assert first.frames == [event("a@kline_1m")]
        assert first.words == ["restored"]
        assert second.words == ["restored", "lost: its candles are late", "restored"]

    run_virtual(main, start_ms=0)


def test_all_connections_are_renewed_at_once_when_none_is_named() -> None:
    async def main(clock: VirtualClock) -> None:
        floor = Floor(clock, ["a@kline_1m", "b@kline_1m"], names_max=1)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(floor.feeds.run())
            await clock.sleep_ms(1_000)
            floor.feeds.renew("the clock has jumped")
            await clock.sleep_ms(1_000)
            running.cancel()
        for diary in floor.diaries.values():
            assert diary.words == ["restored", "lost: the clock has jumped", "restored"]

    run_virtual(main, start_ms=0)
