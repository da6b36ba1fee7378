"""Which route carries a stream: asked on another, it is acknowledged and silent."""

import pytest

from noctule.adapters.binance.streams.names import Route, always_talks, route_of

PUBLIC = (
    "btcusdt@bookTicker",
    "!bookTicker",
    "btcusdt@depth",
    "btcusdt@depth@100ms",
    "btcusdt@depth@500ms",
    "btcusdt@depth5",
    "btcusdt@depth20@100ms",
    "btcusdt@rpiDepth@500ms",
    "btcusdt@trade",
)
MARKET = (
    "btcusdt@aggTrade",
    "btcusdt@markPrice",
    "btcusdt@markPrice@1s",
    "!markPrice@arr",
    "!markPrice@arr@1s",
    "btcusdt@kline_1m",
    "btcusdt@kline_1M",
    "btcusdt_260925@kline_3d",
    "btcusdt_perpetual@continuousKline_1m",
    "btcusdt@miniTicker",
    "!miniTicker@arr",
    "btcusdt@ticker",
    "!ticker@arr",
    "btcusdt@forceOrder",
    "!forceOrder@arr",
    "btcdomusdt@compositeIndex",
    "!contractInfo",
    "!assetIndex@arr",
    "tradingSession",
    "币安人生usdt@kline_5m",
)
TALKERS = {"btcusdt@markPrice", "btcusdt@markPrice@1s", "!markPrice@arr", "!markPrice@arr@1s"}


@pytest.mark.parametrize("name", PUBLIC)
def test_books_and_prints_are_public(name: str) -> None:
    assert route_of(name) is Route.PUBLIC


@pytest.mark.parametrize("name", MARKET)
def test_candles_marks_and_statistics_are_market(name: str) -> None:
    assert route_of(name) is Route.MARKET


def test_a_listen_key_is_private() -> None:
    assert route_of("pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1") is (
        Route.PRIVATE
    )


@pytest.mark.parametrize(
    "name",
    [
        "BTCUSDT@kline_1m",
        "btcusdt@kline_7m",
        "btcusdt@klines_1m",
        "btcusdt@markPrice@3s",
        "btcusdt@depth7",
        "btcusdt",
        "@kline_1m",
        "",
        "btcusdt@kline_1m/ethusdt@kline_1m",
    ],
)
def test_a_name_that_would_be_acknowledged_and_silent_is_refused_here(name: str) -> None:
    with pytest.raises(ValueError, match="would be acknowledged and stay silent"):
        route_of(name)


@pytest.mark.parametrize("name", PUBLIC + MARKET)
def test_only_marks_never_fall_silent(name: str) -> None:
    assert always_talks(name) is (name in TALKERS)
