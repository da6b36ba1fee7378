"""Market data over REST."""

import pytest

from tests.fakes.sim_desk import Desk
from tests.fakes.sim_market import START_MS


@pytest.fixture(scope="module")
def desk() -> Desk:
    """Three minutes of bitcoin: 60000, 60010, 60020."""
    some = Desk()
    for price in ("60010", "60020"):
        some.wait(60_000)
        some.trade(price)
    return some


def test_the_exchange_is_there_and_tells_the_markets_time(desk: Desk) -> None:
    assert desk.ask("/fapi/v1/ping").content == {}
    assert desk.ask("/fapi/v1/time").content == {"serverTime": START_MS + 120_000}


def test_exchange_info_lists_every_symbol_and_the_limits(desk: Desk) -> None:
    content = desk.ask("/fapi/v1/exchangeInfo").content

    assert [each["symbol"] for each in content["symbols"]] == ["BTCUSDT", "ETHUSDT"]
    assert content["serverTime"] == START_MS + 120_000
    assert [each["limit"] for each in content["rateLimits"]] == [2400, 1200, 300]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("klines", {"symbol": "BTCUSDT"}),
        ("continuousKlines", {"pair": "BTCUSDT", "contractType": "PERPETUAL"}),
        ("markPriceKlines", {"symbol": "BTCUSDT"}),
        ("indexPriceKlines", {"pair": "BTCUSDT"}),
    ],
)
def test_the_last_kline_is_the_one_still_open(desk: Desk, path: str, name: dict[str, str]) -> None:
    rows = desk.ask(f"/fapi/v1/{path}", interval="1m", limit=2, **name).content

    assert [(row[0] - START_MS, float(row[4])) for row in rows] == [
        (60_000, 60_010),
        (120_000, 60_020),
    ]


def test_klines_from_a_start_are_the_first_so_many(desk: Desk) -> None:
    rows = desk.ask(
        "/fapi/v1/klines", symbol="BTCUSDT", interval="1m", startTime=START_MS, limit=1
    ).content

    assert [row[0] for row in rows] == [START_MS]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"symbol": "BTCUSDT", "interval": "1s"}, -1120),
        ({"symbol": "BTCUSDT"}, -1102),
        ({"symbol": "NOPE", "interval": "1m"}, -1121),
        ({"symbol": "BTCUSDT", "interval": "1m", "limit": 1501}, -1130),
        ({"symbol": "BTCUSDT", "interval": "1m", "startTime": 2, "endTime": 1}, -1130),
        ({"symbol": "BTCUSDT", "interval": "1m", "from": 2}, -1104),
    ],
)
def test_klines_refuse_what_the_exchange_refuses(
    desk: Desk, params: dict[str, object], code: int
) -> None:
    assert desk.ask("/fapi/v1/klines", **params).code == code


@pytest.mark.parametrize(
    "path",
    [
        "v1/premiumIndex",
        "v1/ticker/bookTicker",
        "v1/ticker/price",
        "v2/ticker/price",
        "v1/ticker/24hr",
    ],
)
def test_one_symbol_is_an_object_and_all_of_them_a_list(desk: Desk, path: str) -> None:
    every = desk.ask(f"/fapi/{path}").content
    one = desk.ask(f"/fapi/{path}", symbol="ETHUSDT").content

    assert [each["symbol"] for each in every] == ["BTCUSDT", "ETHUSDT"]
    assert one == every[1]


def test_prices_are_the_markets(desk: Desk) -> None:
    assert desk.ask("/fapi/v2/ticker/price", symbol="BTCUSDT").content["price"] == "60020.00"
    index = desk.ask("/fapi/v1/premiumIndex", symbol="BTCUSDT").content
    assert (index["markPrice"], index["lastFundingRate"]) == ("60020.00000000", "0.00010000")
    best = desk.ask("/fapi/v1/ticker/bookTicker", symbol="BTCUSDT").content
    assert (best["bidPrice"], best["askPrice"]) == ("60020.00", "60020.10")


def test_the_book_has_as_many_levels_as_asked_for(desk: Desk) -> None:
    book = desk.ask("/fapi/v1/depth", symbol="BTCUSDT", limit=5).content

    assert (len(book["bids"]), len(book["asks"])) == (5, 5)
    assert book["bids"][0][0] == "60020.00"
    assert desk.ask("/fapi/v1/depth", symbol="BTCUSDT", limit=7).code == -1130


def test_trades_are_told_from_an_id_on(desk: Desk) -> None:
    every = desk.ask("/fapi/v1/aggTrades", symbol="BTCUSDT").content
    from_second = desk.ask("/fapi/v1/aggTrades", symbol="BTCUSDT", fromId=every[1]["a"]).content

    assert [trade["p"] for trade in every] == ["60000.00", "60010.00", "60020.00"]
    assert from_second == every[1:]


def test_funding_that_has_not_happened_is_an_empty_list(desk: Desk) -> None:
    assert desk.ask("/fapi/v1/fundingRate", symbol="BTCUSDT").content == []
    assert desk.ask("/fapi/v1/fundingInfo").content == []


def test_a_symbol_that_never_traded_is_left_out_or_refused() -> None:
    silent = Desk(prices={"BTCUSDT": "60000"})

    assert [each["symbol"] for each in silent.ask("/fapi/v1/ticker/24hr").content] == ["BTCUSDT"]
    for path in ("v1/ticker/bookTicker", "v1/ticker/24hr", "v2/ticker/price", "v1/premiumIndex"):
        assert silent.ask(f"/fapi/{path}", symbol="ETHUSDT").code == -1122
    assert silent.ask("/fapi/v1/depth", symbol="ETHUSDT").content["bids"] == []
    assert silent.ask("/fapi/v1/klines", symbol="ETHUSDT", interval="1m").content == []
