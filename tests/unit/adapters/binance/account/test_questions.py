"""Every question is asked whole, however many pages it takes, in the lane of the guard."""

import asyncio
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from typing_extensions import override

from noctule.adapters.binance.account.questions import AccountQuestions, until_now
from noctule.adapters.binance.rest.parts import RestSettings
from noctule.adapters.binance.rest.retries import Retries
from noctule.adapters.binance.transport.road import HttpAnswer, HttpRequest
from noctule.adapters.clock import VirtualClock
from noctule.domain.errors import OutcomeUnknown, VenueError, VenueRefused
from tests.builders import BTCUSDT, START_MS
from tests.fakes.answers import ScriptedTransport, refusing, saying, scripted_rest, sent_fields

DAY_MS = 24 * 3_600_000
ORDER = {"symbol": "BTCUSDT", "orderId": 7, "status": "NEW", "side": "BUY"}
ALGO = {"symbol": "BTCUSDT", "algoId": 7, "algoStatus": "NEW", "side": "BUY"}


class TradesTransport(ScriptedTransport):
    """Has made trades, and shows pages of them: the first or, where asked by time, the last."""

    def __init__(self, times_ms: Iterable[int]) -> None:
        super().__init__(saying([]))
        self.rows = [row(number, at_ms) for number, at_ms in enumerate(times_ms, start=1)]

    @override
    async def request(self, request: HttpRequest) -> HttpAnswer:
        self.requests.append(request)
        asked = {name: int(text) for name, text in sent_fields(request).items() if text.isdigit()}
        if "fromId" in asked:
            found = [each for each in self.rows if each["id"] >= asked["fromId"]]
            return saying(found[: asked["limit"]])
        assert asked["endTime"] - asked["startTime"] < 7 * DAY_MS
        found = [
            each for each in self.rows if asked["startTime"] <= each["time"] <= asked["endTime"]
        ]
        return saying(found[-asked["limit"] :])


def row(number: int, at_ms: int) -> dict[str, Any]:
    money = dict.fromkeys(("price", "qty", "commission"), "1")
    names = {"symbol": "BTCUSDT", "side": "BUY", "commissionAsset": "USDT", "orderId": 9}
    return {"id": number, "time": at_ms, **money, **names}


def questions(transport: ScriptedTransport) -> AccountQuestions:
    once = RestSettings(retries=Retries(attempts_max=1))
    return AccountQuestions(scripted_rest(transport, VirtualClock(START_MS), settings=once))


def asked(transport: ScriptedTransport) -> list[str]:
    return [f"{each.method} {each.path}" for each in transport.requests]


def test_trades_are_asked_page_by_page_from_an_id() -> None:
    transport = TradesTransport(START_MS + number for number in range(2_500))
    rows = asyncio.run(questions(transport).trades_from(BTCUSDT, 3))
    assert [each.id for each in rows] == list(range(3, 2_501))
    assert [sent_fields(each)["fromId"] for each in transport.requests] == ["3", "1003", "2003"]


def test_trades_between_two_times_are_asked_by_weeks() -> None:
    transport = TradesTransport(START_MS + number * DAY_MS for number in range(30))
    rows = asyncio.run(
        questions(transport).trades_between(BTCUSDT, START_MS, START_MS + 29 * DAY_MS)
    )
    assert [each.id for each in rows] == list(range(1, 31))
    assert len(transport.requests) == 5


@pytest.mark.parametrize("step_ms", [1, 7, 1_000])
def test_a_full_page_is_asked_for_in_halves_whichever_end_it_shows(step_ms: int) -> None:
    transport = TradesTransport(START_MS + number * step_ms for number in range(3_000))
    rows = asyncio.run(questions(transport).trades_between(BTCUSDT, START_MS, START_MS + DAY_MS))
    assert [each.id for each in rows] == list(range(1, 3_001))
    assert len(transport.requests) < 60


def test_more_trades_in_an_instant_than_a_page_holds_are_asked_for_by_their_ids() -> None:
    times_ms = [START_MS - 1, *[START_MS] * 2_500, START_MS + 9]
    transport = TradesTransport(times_ms)
    rows = asyncio.run(questions(transport).trades_between(BTCUSDT, START_MS, START_MS + 5))
    assert [each.id for each in rows] == list(range(2, 2_502))


def test_a_span_that_has_not_begun_is_empty() -> None:
    transport = TradesTransport([START_MS])
    assert asyncio.run(questions(transport).trades_between(BTCUSDT, START_MS, START_MS - 5)) == []
    assert transport.requests == []


def test_pages_without_an_end_are_an_error_of_the_venue() -> None:
    full = saying([row(5, START_MS)] * 1_000)
    with pytest.raises(VenueError, match="200 pages"):
        asyncio.run(unbounded(full).trades_from(BTCUSDT, 1))
    orders = saying([ORDER] * 1_000)
    with pytest.raises(VenueError, match="only 1000 rows"):
        asyncio.run(unbounded(orders).orders_between(BTCUSDT, 0, 6 * DAY_MS))


def test_a_span_that_needs_pages_without_end_is_an_error_before_they_are_all_asked() -> None:
    transport = ScriptedTransport(saying([]))
    asking = questions(transport)
    for window in asking._rest.gate.budget._windows.values():
        window.limit = 10**9
    with pytest.raises(VenueError, match="200 pages"):
        asyncio.run(asking.trades_between(BTCUSDT, 0, START_MS))
    assert len(transport.requests) == 200


def unbounded(answer: HttpAnswer) -> AccountQuestions:
    """Ask where no budget ends first."""
    asking = questions(ScriptedTransport(answer))
    for window in asking._rest.gate.budget._windows.values():
        window.limit = 10**9
    return asking


def test_the_newest_trade_is_known_by_its_id() -> None:
    transport = ScriptedTransport(saying([row(41, START_MS)]), saying([]))
    asking = questions(transport)
    assert asyncio.run(asking.newest_trade(BTCUSDT)) == 41
    assert asyncio.run(asking.newest_trade(BTCUSDT)) is None
    assert sent_fields(transport.requests[0])["limit"] == "1"


def test_what_rests_is_asked_for_all_symbols_at_once() -> None:
    transport = ScriptedTransport(saying([ORDER]), saying([ALGO]))
    asking = questions(transport)
    assert [each.venue_order_id for each in asyncio.run(asking.resting())] == ["7"]
    assert [each.venue_order_id for each in asyncio.run(asking.waiting())] == ["7"]
    assert asked(transport) == ["GET /fapi/v1/openOrders", "GET /fapi/v1/openAlgoOrders"]
    assert all("symbol" not in sent_fields(each) for each in transport.requests)


def test_one_order_is_asked_for_by_the_exchange_s_id() -> None:
    transport = ScriptedTransport(saying(ORDER), saying(ALGO))
    asking = questions(transport)
    order, algo = asyncio.run(asking.order(BTCUSDT, "7")), asyncio.run(asking.algo("7"))
    assert order is not None
    assert algo is not None
    assert [sent_fields(each).get("orderId") for each in transport.requests] == ["7", None]
    assert [sent_fields(each).get("algoId") for each in transport.requests] == [None, "7"]


def test_an_order_that_is_not_there_is_none_and_any_other_no_is_raised() -> None:
    unknown = questions(ScriptedTransport(refusing(-2013)))
    assert asyncio.run(unknown.order(BTCUSDT, "7")) is None
    assert asyncio.run(unknown.algo("7")) is None
    with pytest.raises(VenueRefused):
        asyncio.run(questions(ScriptedTransport(refusing(-1121))).order(BTCUSDT, "7"))


def test_purse_positions_orders_and_funding_are_read() -> None:
    purse = [{"asset": "USDT", "balance": "5", "availableBalance": "4"}]
    paid = {"symbol": "BTCUSDT", "incomeType": "FUNDING_FEE", "income": "-1", "asset": "USDT"}
    transport = ScriptedTransport(
        *(saying(purse), saying([]), saying([ORDER]), saying([ALGO])),
        saying([{**paid, "time": START_MS}]),
    )
    asking = questions(transport)
    assert [each.balance for each in asyncio.run(asking.balances())] == [Decimal(5)]
    assert asyncio.run(asking.positions()) == []
    assert len(asyncio.run(asking.orders_between(BTCUSDT, 0, 5))) == 1
    assert len(asyncio.run(asking.algos_between(BTCUSDT, 0, 5))) == 1
    assert [each.income for each in asyncio.run(asking.funding_between(0, 5))] == [Decimal(-1)]
    assert sent_fields(transport.requests[-1])["incomeType"] == "FUNDING_FEE"
    assert asyncio.run(asking.income_between(0, 5)) == asyncio.run(asking.funding_between(0, 5))
    assert "incomeType" not in sent_fields(transport.requests[-2])


def test_what_cannot_be_read_is_no_answer() -> None:
    with pytest.raises(OutcomeUnknown):
        asyncio.run(questions(ScriptedTransport(saying(b"<html>"))).balances())


def test_a_question_reaches_past_our_clock_as_far_as_one_request_does() -> None:
    assert until_now(START_MS - 5, now_ms=START_MS) == START_MS - 5 + 7 * DAY_MS - 1
    assert until_now(START_MS - 30 * DAY_MS, now_ms=START_MS) == START_MS + 60_000
