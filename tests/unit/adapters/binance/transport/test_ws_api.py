"""Replies find their requests in any order; what was under way when the line died is unknown."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from random import Random

import pytest

from noctule.adapters.binance.rest.client import keys_of
from noctule.adapters.binance.transport import ws_api
from noctule.adapters.binance.transport.road import HttpRequest, Method
from noctule.adapters.binance.transport.ws_api import WsApiSettings, WsApiTransport
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import OutcomeUnknown
from tests.fakes.lines import OVER_HTTP, Line, Road

ORDER = HttpRequest(
    method=Method.POST, path="/fapi/v1/order", query="symbol=BTCUSDT", timeout_ms=1_000
)


def live(story: Callable[[WsApiTransport, Road, asyncio.TaskGroup], Awaitable[None]]) -> None:
    """Run a story with a transport that keeps its connection."""

    async def main(clock: VirtualClock) -> None:
        road = Road()
        transport = WsApiTransport(
            road,
            keys=keys_of("key", "secret"),
            clock=clock,
            jitter=Random(1),
            settings=WsApiSettings(url="wss://api", heartbeat_ms=10_000),
        )
        async with asyncio.TaskGroup() as group:
            running = group.create_task(transport.run())
            await asyncio.sleep(0.001)
            await story(transport, road, group)
            running.cancel()

    run_virtual(main, start_ms=0)


async def turn() -> None:
    """Let everybody go on."""
    await asyncio.sleep(0.001)


def test_replies_find_their_requests_in_any_order() -> None:
    async def story(transport: WsApiTransport, road: Road, group: asyncio.TaskGroup) -> None:
        first, second = (group.create_task(transport.request(ORDER)) for _ in range(2))
        await turn()
        (line,) = road.lines
        line.reply(line.said[1]["id"], result={"orderId": 2})
        line.reply(line.said[0]["id"], result={"orderId": 1})
        assert json.loads((await first).body) == {"orderId": 1}
        assert json.loads((await second).body) == {"orderId": 2}
        assert road.asked == []

    live(story)


def test_what_has_no_method_goes_over_http() -> None:
    async def story(transport: WsApiTransport, road: Road, _: asyncio.TaskGroup) -> None:
        request = HttpRequest(method=Method.GET, path="/fapi/v1/klines", timeout_ms=1_000)
        assert await transport.request(request) == OVER_HTTP
        assert road.lines[0].said == []

    live(story)


def test_without_a_connection_everything_goes_over_http() -> None:
    async def story(transport: WsApiTransport, road: Road, _: asyncio.TaskGroup) -> None:
        road.is_down = True
        road.lines[0].hang_up()
        await turn()
        assert not transport.is_connected
        assert await transport.request(ORDER) == OVER_HTTP

    live(story)


def test_what_was_under_way_when_the_connection_ended_may_have_been_executed() -> None:
    async def story(transport: WsApiTransport, road: Road, group: asyncio.TaskGroup) -> None:
        asking = group.create_task(_unknown(transport))
        await turn()
        road.lines[0].hang_up()
        assert await asking == "no reply: the connection ended"

    live(story)


def test_a_reply_that_does_not_come_is_an_unknown_outcome_and_casts_doubt_on_the_line() -> None:
    async def story(transport: WsApiTransport, road: Road, _: asyncio.TaskGroup) -> None:
        (line,) = road.lines
        line.answers_pings = False
        assert await _unknown(transport) == "no reply to order.place: timed out"
        assert not transport.is_connected
        assert await transport.request(ORDER) == OVER_HTTP
        line.reply(line.said[0]["id"], result={})  # late, but a sign of life
        assert transport.is_connected

    live(story)


def test_a_pong_is_a_sign_of_life() -> None:
    async def story(transport: WsApiTransport, road: Road, _: asyncio.TaskGroup) -> None:
        await _unknown(transport)
        assert transport.is_connected
        assert len(road.lines) == 1

    live(story)


def test_a_line_that_answers_no_ping_is_replaced() -> None:
    async def story(transport: WsApiTransport, road: Road, _: asyncio.TaskGroup) -> None:
        road.lines[0].answers_pings = False
        await asyncio.sleep(25)
        assert road.lines[0].was_closed
        assert len(road.lines) == 2
        assert transport.is_connected

    live(story)


def test_a_line_with_nobody_at_its_end_is_replaced_all_the_same() -> None:
    async def story(transport: WsApiTransport, road: Road, _: asyncio.TaskGroup) -> None:
        road.lines[0].answers_pings = False
        road.lines[0].is_half_open = True
        await asyncio.sleep(25)
        assert len(road.lines) == 2
        assert transport.is_connected

    live(story)


def test_nothing_is_sent_over_a_line_that_is_being_closed() -> None:
    async def story(transport: WsApiTransport, road: Road, group: asyncio.TaskGroup) -> None:
        (line,) = road.lines
        line.answers_pings = False
        line.is_half_open = True
        while not line.was_closed:  # noqa: ASYNC110  # it has no event to wait for
            await asyncio.sleep(0.1)
        assert await transport.request(ORDER) == OVER_HTTP

    live(story)


def test_the_line_does_not_outlive_whoever_kept_it() -> None:
    lines: list[Line] = []

    async def story(transport: WsApiTransport, road: Road, _: asyncio.TaskGroup) -> None:
        lines.extend(road.lines)

    live(story)

    assert [line.was_closed for line in lines] == [True]


def test_who_is_told_to_stay_away_does_not_dial_before() -> None:
    async def story(transport: WsApiTransport, road: Road, _: asyncio.TaskGroup) -> None:
        road.away_ms = 3_600_000
        road.lines[0].hang_up()
        await asyncio.sleep(3_500)
        assert len(road.urls) == 2
        road.away_ms = 0
        await asyncio.sleep(200)
        assert transport.is_connected

    live(story)


def test_an_exchange_that_is_down_is_dialled_again_and_again_with_pauses() -> None:
    async def story(transport: WsApiTransport, road: Road, _: asyncio.TaskGroup) -> None:
        road.is_down = True
        road.lines[0].hang_up()
        await asyncio.sleep(3_600)
        assert 60 <= len(road.urls) <= 150
        road.is_down = False
        await asyncio.sleep(61)
        assert transport.is_connected

    live(story)


def test_an_error_without_an_id_is_about_whoever_waits() -> None:
    async def story(transport: WsApiTransport, road: Road, group: asyncio.TaskGroup) -> None:
        asking = group.create_task(_unknown(transport))
        await turn()
        road.lines[0].reply(None, 401, error={"code": -2015, "msg": "revoked"})
        assert await asking == "no reply: an error without an id, status 401"

    live(story)


def test_replies_to_nobody_and_nonsense_are_passed_over() -> None:
    async def story(transport: WsApiTransport, road: Road, group: asyncio.TaskGroup) -> None:
        asking = group.create_task(transport.request(ORDER))
        await turn()
        (line,) = road.lines
        line.reply(99, result={})
        line.hear(b"what?")
        line.hear(b'{"id":"a text","status":200}')
        line.reply(1, result={"orderId": 1})
        line.reply(1, result={"orderId": 2})
        assert json.loads((await asking).body) == {"orderId": 1}

    live(story)


def test_when_too_many_wait_one_more_goes_over_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ws_api, "_WAITING_MAX", 1)

    async def story(transport: WsApiTransport, road: Road, group: asyncio.TaskGroup) -> None:
        asking = group.create_task(transport.request(ORDER))
        await turn()
        assert await transport.request(ORDER) == OVER_HTTP
        road.lines[0].reply(1, result={})
        await asking

    live(story)


def test_closing_closes_the_line_and_the_road() -> None:
    async def story(transport: WsApiTransport, road: Road, _: asyncio.TaskGroup) -> None:
        await transport.close()
        assert road.lines[0].was_closed
        assert road.is_closed

    live(story)


def test_streams_are_opened_by_the_road() -> None:
    async def story(transport: WsApiTransport, road: Road, _: asyncio.TaskGroup) -> None:
        stream = await transport.open_stream("wss://streams", lambda _: None)
        assert stream is road.lines[1]
        assert road.urls == ["wss://api", "wss://streams"]

    live(story)


async def _unknown(transport: WsApiTransport) -> str:
    with pytest.raises(OutcomeUnknown) as caught:
        await transport.request(ORDER)
    return str(caught.value)
