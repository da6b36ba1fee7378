"""What facts 1, 4, 8 and 12 list about streams, each played over real sockets."""

import asyncio

import pytest
from msgspec.structs import replace

from noctule.adapters.binance.streams.feeds import split
from noctule.adapters.binance.streams.names import Route, route_of
from noctule.adapters.sim.faults import FaultKind
from noctule.adapters.sim.terms import Terms
from tests.fakes.loopback import Loopback, loopback
from tests.fakes.loopback_stream import HASTY, Ear, ear_at, kept_at

KLINE, MARK = "btcusdt@kline_1m", "btcusdt@markPrice@1s"
TRADE, BOOK = "btcusdt@trade", "btcusdt@bookTicker"
LONG_S = 0.3  # three minutes of this market: time for hundreds of frames


async def asked(ear: Ear, name: str) -> None:
    """Subscribe on a bare connection, and wait for what is pushed, if anything is."""
    ear.socket.send(b'{"method":"SUBSCRIBE","params":["%b"],"id":7}' % name.encode())
    await asyncio.sleep(LONG_S)


ACKNOWLEDGED = [b'{"result":null,"id":7}']


@pytest.mark.parametrize("path", ["/stream", "/public/stream", "/private/stream"])
@pytest.mark.parametrize("name", [KLINE, MARK])
async def test_unrouted_or_wrongly_routed_streams_are_acknowledged_and_silent(
    path: str, name: str
) -> None:
    """Facts 8 "Unrouted sockets connect, ack and stay silent", facts 12.1."""
    async with loopback() as exchange, ear_at(exchange, path) as ear:
        await asked(ear, name)
        assert ear.frames == ACKNOWLEDGED
        ear.socket.ping()
        await asyncio.sleep(0.05)
        assert ear.socket.pongs == 1, "pings are answered all the while"


async def test_unrouted_public_streams_flow() -> None:
    """Facts 1 "only /public data flows"."""
    async with loopback() as exchange, ear_at(exchange, "/stream") as ear:
        await asked(ear, BOOK)
        assert len(ear.frames) > 1


async def test_a_silent_route_is_noticed_though_everything_is_acknowledged() -> None:
    """Facts 1, 8: what a mistaken address would do to us."""
    async with (
        loopback() as exchange,
        kept_at(exchange, (KLINE, MARK), path="/stream") as (_, diary),
    ):
        await diary.until(lambda: bool(diary.words))
        assert diary.words == ["lost: silent from the start within 600 ms"]


@pytest.mark.parametrize("name", [KLINE, MARK, TRADE, BOOK])
async def test_no_name_can_be_asked_for_on_a_route_that_does_not_carry_it(name: str) -> None:
    """Facts 1, the table of routes: ours is the exchange's."""
    ((route, names),) = split([name], names_max=10)
    path = f"/{route}/stream"
    async with loopback() as exchange, kept_at(exchange, names, path=path) as (_, diary):
        await diary.until(lambda: bool(diary.frames))


async def test_unknown_names_are_acknowledged_and_silent_and_never_leave_us() -> None:
    """Facts 4 "A wrong/unknown stream name is acked", facts 12.1."""
    async with loopback() as exchange, ear_at(exchange, "/market/stream") as ear:
        await asked(ear, "btcusdt@klines_1m")
        assert ear.frames == ACKNOWLEDGED
    with pytest.raises(ValueError, match="would be acknowledged and stay silent"):
        route_of("btcusdt@klines_1m")


async def test_trades_flow_on_public_only() -> None:
    """Facts 8 "@trade only on /public"."""
    async with (
        loopback() as exchange,
        ear_at(exchange, "/market/stream") as wrong,
        ear_at(exchange, "/public/stream") as right,
    ):
        await asked(wrong, TRADE)
        await asked(right, TRADE)
        assert wrong.frames == ACKNOWLEDGED
        assert len(right.frames) > 1
    assert route_of(TRADE) is Route.PUBLIC


async def lives_on_after(exchange: Loopback, kind: FaultKind, *reasons: str) -> None:
    async with kept_at(exchange, (KLINE, MARK)) as (_, diary):
        await diary.until(lambda: bool(diary.words))
        exchange.arm(kind, "btcusdt@*")
        await diary.until(lambda: len(diary.words) == 3)
        assert diary.words[1].removeprefix("lost: ") in reasons
        count = len(diary.frames)
        await diary.until(lambda: len(diary.frames) > count + 20)
        assert diary.words[2:] == ["restored"]


async def test_the_server_goes_away_without_a_warning() -> None:
    """Facts 8 "Server closes with 1001 going away every few days without warning"."""
    async with loopback() as exchange:
        await lives_on_after(exchange, FaultKind.CLOSED_SOCKET, "closed with 1001 going away")


async def test_half_open_sockets_do_not_block_for_ever() -> None:
    """Facts 8 "Half-open sockets: connector blocks forever", facts 12.2 "half-open mode"."""
    reasons = ("silent for 600 ms", "no pong within 300 ms")
    async with loopback() as exchange:
        await lives_on_after(exchange, FaultKind.MUTE_SOCKET, *reasons)


async def test_the_servers_pings_are_answered_so_that_it_does_not_hang_up() -> None:
    """Facts 4 and 12.2 "Ping every 3 min, drop on missing pong"."""
    terms = Terms(ping_ms=250, pong_ms=400)
    async with loopback(terms=terms) as exchange, kept_at(exchange, (KLINE,)) as (_, diary):
        await asyncio.sleep(1.5)
        assert diary.words == ["restored"]


async def test_a_day_ends_with_a_close_frame() -> None:
    """Facts 12.2 "24 h disconnect with close frame": lost, if we did not move in time."""
    async with (
        loopback(terms=Terms(life_ms=500)) as exchange,
        kept_at(exchange, (KLINE,)) as (_, diary),
    ):
        await diary.until(lambda: len(diary.words) >= 5)
        lost = "lost: closed with 1001 Connection expired"
        assert diary.words[:5] == ["restored", lost, "restored", lost, "restored"]


async def test_a_day_ends_without_a_close_frame() -> None:
    """Facts 12.2 "24 h disconnect without close frame"."""
    async with loopback() as exchange:
        await lives_on_after(exchange, FaultKind.CUT_SOCKET, "cut")


async def test_we_move_before_the_day_is_over() -> None:
    """Facts 4 "24 h", 9: the connector does not."""
    async with (
        loopback(terms=Terms(life_ms=1_500)) as exchange,
        kept_at(exchange, (KLINE, MARK), settings=replace(HASTY, life_ms=700)) as (_, diary),
    ):
        await asyncio.sleep(3.2)
        assert diary.words == ["restored"]


async def test_more_than_ten_messages_a_second_cost_the_connection() -> None:
    """Facts 4 "10 client messages/s, excess → disconnect": why ours are spaced."""
    async with loopback() as exchange, ear_at(exchange, "/market/stream") as ear:
        for number in range(11):
            ear.socket.send(b'{"method":"LIST_SUBSCRIPTIONS","id":%d}' % number)
            ear.socket.ping()
        assert await ear.socket.closed() == "closed with 1008 Too many requests"


async def test_more_streams_than_a_connection_may_have_are_refused_and_ours_are_fewer() -> None:
    """Facts 4 "1024 streams/connection"."""
    async with loopback() as exchange:
        names = [f"s{number}usdt@kline_1m" for number in range(1_025)]
        settings = replace(HASTY, names_per_message=1_000)
        async with kept_at(exchange, names, settings=settings) as (_, diary):
            await diary.until(lambda: bool(diary.words))
            reason = "2: Invalid request: at most 1024 streams on one connection"
            assert diary.words == [f"lost: subscription refused: {reason}"]
    assert max(len(part) for _, part in split(names, names_max=1_024)) == 1_024


@pytest.mark.parametrize("kind", [FaultKind.EXTRA_FRAME_FIELDS, FaultKind.STRANGE_FRAME])
@pytest.mark.parametrize(("path", "name"), [("/market/stream", KLINE), ("/public/stream", BOOK)])
async def test_fields_and_events_nobody_knows_cost_no_connection(
    kind: FaultKind, path: str, name: str
) -> None:
    """Facts 12.10 "Extra unknown JSON fields and event types on every stream"."""
    async with loopback() as exchange, kept_at(exchange, (name,), path=path) as (_, diary):
        exchange.arm(kind, "*", times=None)
        await diary.until(lambda: len(diary.frames) > 50)
        assert diary.words == ["restored"]
