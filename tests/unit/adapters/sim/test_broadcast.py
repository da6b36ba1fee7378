"""From what happens to frames: the right stream, the right words, nobody told in vain."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.adapters.sim.broadcast import Broadcast
from noctule.adapters.sim.intervals import MINUTE_MS
from noctule.adapters.sim.messages import Request
from noctule.adapters.sim.post import Post
from noctule.adapters.sim.protocol import Protocol, Setup
from noctule.adapters.sim.sessions import Session
from noctule.adapters.sim.source import MarketEvent
from noctule.adapters.sim.venue import Market, make_venue
from tests.fakes.loopback import market_of
from tests.fakes.sim_desk import KEY, Desk, heard
from tests.fakes.sim_market import START_MS, mark, rules_of, tick


def told(address: str) -> list[Any]:
    desk = Desk()
    ear = desk.connect(address)
    desk.wait(1_000)
    desk.trade("60010")
    return heard(ear)


@pytest.mark.parametrize(
    ("address", "event"),
    [
        ("/market/ws/btcusdt@kline_1m", "kline"),
        ("/market/ws/btcusdt_perpetual@continuousKline_1m", "continuous_kline"),
        ("/market/ws/btcusdt@aggTrade", "aggTrade"),
        ("/market/ws/btcusdt@markPrice@1s", "markPriceUpdate"),
        ("/market/ws/btcusdt@miniTicker", "24hrMiniTicker"),
        ("/market/ws/btcusdt@ticker", "24hrTicker"),
        ("/public/ws/btcusdt@bookTicker", "bookTicker"),
        ("/public/ws/!bookTicker", "bookTicker"),
        ("/public/ws/btcusdt@depth@100ms", "depthUpdate"),
        ("/public/ws/btcusdt@depth5@100ms", "depthUpdate"),
        ("/public/ws/btcusdt@rpiDepth@500ms", "depthUpdate"),
        ("/public/ws/btcusdt@trade", "trade"),
        ("/ws/btcusdt@bookTicker", "bookTicker"),
    ],
)
def test_every_stream_carries_its_event(address: str, event: str) -> None:
    events = told(address)

    assert events
    assert {each["e"] for each in events} == {event}
    assert {each["E"] for each in events} == {START_MS + 1_000}


@pytest.mark.parametrize(
    "stream", ["btcusdt@compositeIndex", "!contractInfo", "!assetIndex@arr", "tradingSession"]
)
def test_what_no_contract_here_gives_cause_for_is_silent(stream: str) -> None:
    assert told(f"/market/ws/{stream}") == []


@pytest.mark.parametrize("stream", ["!markPrice@arr", "!miniTicker@arr", "!ticker@arr@1s"])
def test_streams_of_all_symbols_carry_lists(stream: str) -> None:
    events = told(f"/market/ws/{stream}")

    assert all(isinstance(each, list) for each in events)
    assert bool(events) == (stream != "!ticker@arr@1s")


def test_partial_depth_has_as_many_levels_as_its_name_says() -> None:
    for levels in (5, 10, 20):
        (event,) = told(f"/public/ws/btcusdt@depth{levels}")
        assert (len(event["b"]), len(event["a"])) == (levels, levels)


@pytest.mark.parametrize("address", ["/public/ws/btcusdt@kline_1m", "/ws/btcusdt@aggTrade"])
def test_the_wrong_route_is_silent(address: str) -> None:
    assert told(address) == []


def test_a_liquidation_is_told_to_the_market() -> None:
    desk = Desk()
    ear = desk.connect("/market/ws/!forceOrder@arr")
    desk.call("POST", "/fapi/v1/leverage", symbol="BTCUSDT", leverage=50)
    desk.order(quantity="8")
    desk.trade("59000")
    (event,) = heard(ear)

    assert (event["e"], event["o"]["s"], event["o"]["S"]) == ("forceOrder", "BTCUSDT", "SELL")


def private(form: str) -> tuple[Desk, Session]:
    desk = Desk()
    return desk, desk.connect(form.format(desk.listen_key()))


@pytest.mark.parametrize(
    "form", ["/private/ws/{}", "/private/ws?listenKey={}", "/private/stream?streams={}"]
)
def test_every_form_of_private_address_hears_the_account(form: str) -> None:
    desk, ear = private(form)
    desk.order()
    events = [event.get("data", event) for event in heard(ear)]

    assert [event["e"] for event in events] == [
        "TRADE_LITE",
        "ORDER_TRADE_UPDATE",
        "ACCOUNT_UPDATE",
        "ORDER_TRADE_UPDATE",
    ]


def test_a_listen_key_may_be_subscribed_to() -> None:
    desk = Desk()
    ear = desk.connect("/private/ws")
    desk.say(ear, {"method": "SUBSCRIBE", "params": [desk.listen_key()], "id": 1})
    desk.order()

    assert len(heard(ear)) == 5


def test_only_the_wanted_kinds_of_event_come() -> None:
    desk, ear = private("/private/ws?listenKey={}&events=ACCOUNT_UPDATE/TRADE_LITE")
    desk.order()

    assert [event["e"] for event in heard(ear)] == ["TRADE_LITE", "ACCOUNT_UPDATE"]


def test_nobody_hears_another_account() -> None:
    desk, ear = private("/private/ws/{}")
    desk.open_account("other", "secret")
    desk.order(_key="other", _secret="secret")

    assert heard(ear) == []


def test_a_key_that_nobody_extended_expires_aloud_and_the_connection_stays() -> None:
    desk, ear = private("/private/ws/{}")
    key = desk.protocol.listen_keys.of(KEY)
    desk.wait(3_600_000)
    events = [event for event in heard(ear) if event != "ping"]
    desk.order()

    assert [(event["e"], event["listenKey"]) for event in events] == [("listenKeyExpired", key)]
    assert heard(ear) == []
    assert not ear.is_closed


def test_an_unrouted_listen_key_is_silent() -> None:
    desk, ear = private("/ws/{}")
    desk.order()

    assert heard(ear) == []


def test_a_mark_price_that_stands_still_is_told_again_every_second() -> None:
    clock = VirtualClock(START_MS)
    market = market_of("BTCUSDT", open_ms=START_MS, history_ms=600_000)
    protocol = Protocol(make_venue(market), Setup(clock=clock, speed=1))
    ear = protocol.open_session(Request(method="GET", path="/market/ws/btcusdt@markPrice@1s"))
    for _ in range(120):
        clock.advance_to_ms(clock.now_ms() + 50)
        protocol.advance()

    told_ms = [each["E"] for each in heard(ear)]

    gaps_ms = [after - before for before, after in pairwise(told_ms)]
    assert len(told_ms) >= 5
    assert max(gaps_ms) <= 1_050


@pytest.mark.parametrize(
    ("stream", "every_ms"),
    [("btcusdt@markPrice@1s", 1_000), ("btcusdt@markPrice", 3_000), ("!markPrice@arr@1s", 1_000)],
)
def test_a_mark_price_is_told_again_as_often_as_the_stream_says(stream: str, every_ms: int) -> None:
    clock = VirtualClock(START_MS + MINUTE_MS)
    said: Iterator[MarketEvent] = iter([mark("60000"), tick("60000")])
    market = Market(rules=rules_of("BTCUSDT"), start_ms=START_MS, source=lambda _accounts: said)
    protocol = Protocol(make_venue(market), Setup(clock=clock, speed=1))
    ear = protocol.open_session(Request(method="GET", path=f"/market/ws/{stream}"))
    for _ in range(120):
        protocol.advance()
        clock.advance_to_ms(clock.now_ms() + 50)

    told = [each[0] if isinstance(each, list) else each for each in heard(ear)]
    began_ms = told[0]["E"]
    assert [each["E"] - began_ms for each in told] == list(range(0, 6_000, every_ms))


def test_no_mark_price_is_due_that_nobody_listens_to() -> None:
    clock = VirtualClock(START_MS)
    protocol = Protocol(make_venue(market_of("BTCUSDT")), Setup(clock=clock, speed=1))
    broadcast = Broadcast(protocol.hub, Post(protocol.hub, protocol.faults), protocol.times)
    dues = [broadcast.standing_mark_due_ms(protocol.venue)]
    protocol.open_session(Request(method="GET", path="/market/ws/!markPrice@arr"))
    dues.append(broadcast.standing_mark_due_ms(protocol.venue))
    assert dues == [None, 3_000]
