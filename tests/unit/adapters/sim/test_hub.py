"""Subscriptions: who hears what, under which name."""

from noctule.adapters.sim.hub import Hub, Line
from noctule.adapters.sim.sessions import Session
from noctule.adapters.sim.streams import Dial, Route
from noctule.adapters.sim.terms import Terms


def unwatched(_stream: str) -> None:
    """Watch nothing: these streams have no market behind them."""


def line(route: Route = Route.MARKET, *, combined: bool = False) -> Line:
    session = Session(number=1, peer="", now_ms=0, terms=Terms())
    return Line(session, Dial(route=route, is_combined=combined))


def said(some: Line) -> list[bytes]:
    return [frame.data for frame in some.session.outbox]


def test_the_first_listener_of_a_stream_is_announced_once() -> None:
    announced: list[str] = []
    hub = Hub(announced.append)
    hub.subscribe(line(), "btcusdt@markPrice@1s")
    hub.subscribe(line(), "btcusdt@markPrice")

    assert announced == ["btcusdt@markPrice"]
    assert "btcusdt@markPrice" in hub


def test_each_hears_it_under_the_name_it_asked_for() -> None:
    hub = Hub(unwatched)
    plain, combined = line(), line(combined=True)
    hub.subscribe(plain, "btcusdt@markPrice")
    hub.subscribe(combined, "btcusdt@markPrice@1s")
    hub.send("btcusdt@markPrice", "", b'{"e":1}')

    assert said(plain) == [b'{"e":1}']
    assert said(combined) == [b'{"stream":"btcusdt@markPrice@1s","data":{"e":1}}']


def test_a_stream_on_the_wrong_route_is_listed_and_silent() -> None:
    hub = Hub(unwatched)
    wrong = line(Route.PUBLIC)
    hub.subscribe(wrong, "btcusdt@markPrice")
    hub.send("btcusdt@markPrice", "", b"{}")

    assert list(wrong.names) == ["btcusdt@markPrice"]
    assert said(wrong) == []
    assert "btcusdt@markPrice" not in hub


def test_a_filter_lets_only_its_events_through() -> None:
    hub = Hub(unwatched)
    private = line(Route.PRIVATE)
    hub.subscribe(private, "k" * 64, frozenset({"ACCOUNT_UPDATE"}))
    hub.send("k" * 64, "ORDER_TRADE_UPDATE", b"order")
    hub.send("k" * 64, "ACCOUNT_UPDATE", b"account")

    assert said(private) == [b"account"]


def test_whoever_leaves_or_unsubscribes_hears_no_more() -> None:
    hub = Hub(unwatched)
    gone, stays = line(), line()
    for each in (gone, stays):
        hub.subscribe(each, "btcusdt@aggTrade")
    hub.leave(gone)
    hub.unsubscribe(stays, "ethusdt@aggTrade")
    hub.send("btcusdt@aggTrade", "", b"{}")
    hub.unsubscribe(stays, "btcusdt@aggTrade")

    assert (said(gone), said(stays)) == ([], [b"{}"])
    assert "btcusdt@aggTrade" not in hub


def test_a_silenced_stream_cuts_nobody_off() -> None:
    hub = Hub(unwatched)
    private = line(Route.PRIVATE)
    hub.subscribe(private, "k" * 64)
    assert hub.lines("k" * 64) == [private]
    hub.silence("k" * 64)
    hub.send("k" * 64, "", b"{}")

    assert said(private) == []
    assert not private.session.is_closed


def test_who_asked_for_a_pace_is_told_apart_from_who_did_not() -> None:
    hub, quick = Hub(unwatched), "btcusdt@markPrice@1s"
    first, second = line(), line()
    hub.subscribe(line(), "btcusdt@markPrice")
    asked = [hub.is_asked(quick)]
    for each in (first, first, second):
        hub.subscribe(each, quick)
    asked.append(hub.is_asked(quick))
    hub.leave(first)
    asked.append(hub.is_asked(quick))
    hub.unsubscribe(second, quick)
    hub.unsubscribe(second, quick)
    asked.append(hub.is_asked(quick))
    hub.subscribe(second, quick)
    hub.silence("btcusdt@markPrice")
    hub.leave(second)
    asked.append(hub.is_asked(quick))

    assert asked == [False, True, True, False, False]
