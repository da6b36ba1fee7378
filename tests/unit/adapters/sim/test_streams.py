"""Addresses and stream names: what is asked for, and which route carries it."""

import pytest

from noctule.adapters.sim.streams import Dial, Route, base_of, dial_of, is_carried, watched_by

PUBLIC = ["btcusdt@bookTicker", "!bookTicker", "btcusdt@depth", "btcusdt@depth20@100ms"]
MARKET = [
    "btcusdt@aggTrade",
    "btcusdt@markPrice@1s",
    "!markPrice@arr",
    "btcusdt@kline_1m",
    "btcusdt@kline_1M",
    "btcusdt_perpetual@continuousKline_1h",
    "btcusdt@miniTicker",
    "!ticker@arr",
    "btcusdt@forceOrder",
    "!forceOrder@arr",
    "币安人生usdt@kline_1m",
]
NOWHERE = ["BTCUSDT@kline_1m", "btcusdt@kline_7m", "btcusdt@markPrice@3s", "btcusdt", "", "@depth"]


@pytest.mark.parametrize("stream", PUBLIC)
def test_books_flow_on_public_and_without_a_route(stream: str) -> None:
    carried = [route for route in Route if is_carried(route, stream)]
    assert carried == [Route.PUBLIC, Route.UNROUTED]


@pytest.mark.parametrize("stream", MARKET)
def test_trades_candles_and_marks_flow_on_market_only(stream: str) -> None:
    assert [route for route in Route if is_carried(route, stream)] == [Route.MARKET]


@pytest.mark.parametrize("stream", NOWHERE)
def test_a_wrong_name_flows_nowhere(stream: str) -> None:
    assert [route for route in Route if is_carried(route, stream)] == []


def test_a_listen_key_flows_on_private_only() -> None:
    assert [route for route in Route if is_carried(route, "k" * 64)] == [Route.PRIVATE]


@pytest.mark.parametrize(
    ("path", "query", "dial"),
    [
        ("/ws", "", Dial(route=Route.UNROUTED, is_combined=False)),
        (
            "/market/ws/a@kline_1m/b@aggTrade",
            "",
            Dial(
                route=Route.MARKET,
                is_combined=False,
                streams=("a@kline_1m", "b@aggTrade"),
                events=(None, None),
            ),
        ),
        (
            "/public/stream",
            "streams=a@depth/b@depth",
            Dial(
                route=Route.PUBLIC,
                is_combined=True,
                streams=("a@depth", "b@depth"),
                events=(None, None),
            ),
        ),
        (
            "/private/ws",
            "listenKey=K",
            Dial(route=Route.PRIVATE, is_combined=False, streams=("K",), events=(None,)),
        ),
        (
            "/private/stream",
            "listenKey=K1&events=A/B&listenKey=K2&events=C",
            Dial(
                route=Route.PRIVATE,
                is_combined=True,
                streams=("K1", "K2"),
                events=(frozenset({"A", "B"}), frozenset({"C"})),
            ),
        ),
    ],
)
def test_every_documented_form_of_address_is_understood(path: str, query: str, dial: Dial) -> None:
    assert dial_of(path, query) == dial


@pytest.mark.parametrize("path", ["/", "/wss", "/secret/ws", "/market", "/ws-fapi/v1"])
def test_other_addresses_lead_nowhere(path: str) -> None:
    assert dial_of(path, "") is None


@pytest.mark.parametrize(
    ("stream", "base"),
    [
        ("btcusdt@markPrice@1s", "btcusdt@markPrice"),
        ("btcusdt@depth5@100ms", "btcusdt@depth5"),
        ("!markPrice@arr@1s", "!markPrice@arr"),
        ("btcusdt@rpiDepth@500ms", "btcusdt@rpiDepth"),
        ("btcusdt@kline_1m", "btcusdt@kline_1m"),
    ],
)
def test_the_pace_is_no_part_of_a_stream(stream: str, base: str) -> None:
    assert base_of(stream) == base


@pytest.mark.parametrize(
    ("stream", "wanted"),
    [
        ("btcusdt@kline_5m", ("BTCUSDT", "5m")),
        ("btcusdt_perpetual@continuousKline_1h", ("BTCUSDT", "1h")),
        ("btcusdt@depth20", ("BTCUSDT", "depth")),
        ("btcusdt@rpiDepth", ("BTCUSDT", "depth")),
        ("btcusdt@miniTicker", ("BTCUSDT", "ticker")),
        ("!ticker@arr", ("", "ticker")),
        ("btcusdt@aggTrade", None),
    ],
)
def test_what_costs_more_is_watched_only_for_who_listens(
    stream: str, wanted: tuple[str, str] | None
) -> None:
    assert watched_by(stream) == wanted
