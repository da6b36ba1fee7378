"""Questions about the market: each asks the right endpoint, at its price."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from noctule.adapters.binance.market.questions import MarketRest
from noctule.adapters.binance.rest.calls import Call, Lane
from noctule.domain.errors import FeedMalformed
from noctule.domain.values import Symbol, Timeframe
from tests.builders import BTCUSDT

ROW = '[1,"1","2","0.5","1.5","10",59999,"15",8,"5","7","0"]'


class FakeClient:
    """Writes down what is asked of the connector."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def klines(self, symbol: str, interval: str, **more: object) -> None:
        self.asked.append(("klines", symbol, interval, more))

    def depth(self, symbol: str, **more: object) -> None:
        self.asked.append(("depth", symbol, more))

    def mark_price(self, symbol: str) -> None:
        self.asked.append(("premiumIndex", symbol))

    def time(self) -> None:
        self.asked.append(("time",))


class FakeRest:
    """Answers every call with the same bytes."""

    def __init__(self, answer: bytes) -> None:
        self.client = FakeClient()
        self.paid: list[tuple[Lane, int]] = []
        self._answer = answer

    async def run(
        self, call: Call[Any], ask: Callable[[], Any], *, lane: Lane, weight: int | None = None
    ) -> Any:
        ask()
        self.paid.append((lane, call.weight if weight is None else weight))
        return call.decoder.decode(self._answer)


def market(answer: str) -> tuple[FakeRest, MarketRest]:
    rest = FakeRest(answer.encode())
    return rest, MarketRest(rest)  # type: ignore[arg-type]  # a fake with the same two members


async def test_klines_are_asked_from_a_start_on_and_paid_by_the_row() -> None:
    rest, questions = market(f"[{ROW}]")
    (row,) = await questions.klines(BTCUSDT, Timeframe.MO1, start_ms=1, limit=1_500)
    assert (row.open_ms, row.close, row.trades) == (1, 1.5, 8)
    assert rest.client.asked == [
        ("klines", "BTCUSDT", "1M", {"startTime": 1, "endTime": None, "limit": 1_500})
    ]
    assert rest.paid == [(Lane.READ, 10)]


async def test_the_order_book_is_asked_as_deep_as_a_diff_stream_needs() -> None:
    rest, questions = market('{"lastUpdateId":7,"bids":[["1","2"]],"asks":[]}')
    assert (await questions.depth(BTCUSDT)).bids == [(1.0, 2.0)]
    assert rest.client.asked == [("depth", "BTCUSDT", {"limit": 1_000})]
    assert rest.paid == [(Lane.READ, 20)]


async def test_the_time_is_the_exchanges() -> None:
    rest, questions = market(msgspec.json.encode({"serverTime": 5}).decode())
    assert await questions.server_ms() == 5
    assert rest.paid == [(Lane.READ, 1)]


def premium(index: str) -> str:
    return (
        f'{{"symbol":"BNBUSDT","markPrice":"655.2","indexPrice":"{index}","time":5,'
        '"lastFundingRate":"0.0001","nextFundingTime":9}'
    )


async def test_an_index_price_is_asked_of_one_symbol_and_costs_little() -> None:
    rest, questions = market(premium("655.17"))
    assert await questions.index_price(Symbol("BNBUSDT")) == 655.17
    assert rest.client.asked == [("premiumIndex", "BNBUSDT")]
    assert rest.paid == [(Lane.READ, 1)]


@pytest.mark.parametrize("index", ["0", "-1", "inf", "nan"])
async def test_an_index_that_is_no_price_is_malformed(index: str) -> None:
    _, questions = market(premium(index))
    with pytest.raises(FeedMalformed, match="BNBUSDT"):
        await questions.index_price(Symbol("BNBUSDT"))
