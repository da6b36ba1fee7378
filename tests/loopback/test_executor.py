"""Our executor over real sockets: what it says of an order is so, whatever befalls it."""

from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio

from noctule.adapters.sim.faults import FaultKind
from noctule.domain.errors import (
    BudgetExhausted,
    DuplicateClientId,
    OrderUnknown,
    OutcomeUnknown,
    VenueError,
    VenueUnreachable,
)
from noctule.domain.order import ClientOrderId, OrderKind, OrderRequest, OrderState
from tests.builders import BTCUSDT
from tests.fakes.account_desk import until
from tests.fakes.executor_desk import Hands, hands_at, resting_entry, waiting_stop
from tests.fakes.loopback import loopback, market_of

POST_ORDER: Final = "POST /fapi/v1/order"
POST_ALGO: Final = "POST /fapi/v1/algoOrder"
COUNT_DOWN: Final = "POST /fapi/v1/countdownCancelAll"


@pytest_asyncio.fixture
async def hands() -> AsyncIterator[Hands]:
    async with (
        loopback(market_of("BTCUSDT"), speed=1) as exchange,
        hands_at(exchange) as hands,
    ):
        yield hands


of_both_services = pytest.mark.parametrize(
    "request_", [resting_entry(), waiting_stop()], ids=["regular", "conditional"]
)
BOTH_SERVICES: Final = [
    pytest.param(resting_entry(), POST_ORDER, id="regular"),
    pytest.param(waiting_stop(), POST_ALGO, id="conditional"),
]


# What may have been executed.


@pytest.mark.parametrize(("request_", "call"), BOTH_SERVICES)
@pytest.mark.parametrize(
    ("fault", "was_executed"),
    [
        (FaultKind.LOST_BEFORE, False),
        (FaultKind.LOST_AFTER, True),
        (FaultKind.RESET_BEFORE, False),
        (FaultKind.RESET_AFTER, True),
        (FaultKind.UNKNOWN_BEFORE, False),
        (FaultKind.UNKNOWN_AFTER, True),
        (FaultKind.TIMED_OUT, True),
        (FaultKind.LATE_ANSWER, True),
        (FaultKind.BAD_GATEWAY, True),
        (FaultKind.GARBAGE_ANSWER, True),
        (FaultKind.TRUNCATED_ANSWER, True),
    ],
)
async def test_an_unknown_outcome_was_sent_once_and_is_there_once_or_not_at_all(
    hands: Hands, request_: OrderRequest, call: str, fault: FaultKind, was_executed: bool
) -> None:
    hands.exchange.arm(fault, call, times=None)

    assert type(await hands.outcome_of(request_)) is OutcomeUnknown

    assert (hands.sent(call), hands.taken) == (1, was_executed)
    hands.exchange.disarm()
    found = await hands.orders.query(BTCUSDT, request_.client_order_id, request_.kind)
    assert (found is not None) == was_executed


# What was not executed.


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (FaultKind.UNAVAILABLE, VenueUnreachable),
        (FaultKind.INTERNAL, VenueUnreachable),
        (FaultKind.OVERLOADED, VenueUnreachable),
        (FaultKind.MAINTENANCE, VenueUnreachable),
        (FaultKind.TOO_MANY, BudgetExhausted),
        (FaultKind.BANNED, BudgetExhausted),
        (FaultKind.FORBIDDEN, BudgetExhausted),
    ],
)
async def test_what_is_told_not_to_be_executed_is_not_there(
    hands: Hands, fault: FaultKind, outcome: type[VenueError]
) -> None:
    hands.exchange.arm(fault, POST_ORDER, times=None)
    assert isinstance(await hands.outcome_of(resting_entry()), outcome)
    assert hands.taken == 0


@pytest.mark.parametrize(
    "fault",
    [FaultKind.UNAVAILABLE, FaultKind.INTERNAL, FaultKind.OVERLOADED, FaultKind.MAINTENANCE],
)
async def test_what_was_not_executed_is_sent_again_under_its_name_and_is_there_once(
    hands: Hands, fault: FaultKind
) -> None:
    hands.exchange.arm(fault, POST_ORDER, times=2)
    venue_id = await hands.orders.place(resting_entry())
    assert (hands.sent(POST_ORDER), hands.taken) == (3, 1)
    report = await hands.orders.query(BTCUSDT, ClientOrderId("e1"), OrderKind.LIMIT)
    assert report is not None
    assert report.venue_order_id == venue_id


async def test_a_doubt_after_what_was_not_executed_is_a_doubt(hands: Hands) -> None:
    hands.exchange.arm(FaultKind.UNAVAILABLE, POST_ORDER)
    hands.exchange.arm(FaultKind.UNKNOWN_AFTER, POST_ORDER, times=None)
    assert type(await hands.outcome_of(resting_entry())) is OutcomeUnknown
    assert (hands.sent(POST_ORDER), hands.taken) == (2, 1)


@pytest.mark.parametrize(
    "request_", [resting_entry(), waiting_stop()], ids=["regular", "conditional"]
)
async def test_an_order_whose_name_rests_already_says_that_an_earlier_send_worked(
    hands: Hands, request_: OrderRequest
) -> None:
    await hands.orders.place(request_)
    failure = await hands.outcome_of(request_)
    assert type(failure) is DuplicateClientId
    assert failure.code == -4116
    assert hands.taken == 1


# Cancels, questions, countdowns.


@pytest.mark.parametrize(
    "request_", [resting_entry(), waiting_stop()], ids=["regular", "conditional"]
)
@pytest.mark.parametrize("fault", [FaultKind.UNKNOWN_AFTER, FaultKind.LOST_AFTER])
async def test_an_order_cancelled_unheard_is_gone_by_our_own_doing_and_a_query_says_so(
    hands: Hands, request_: OrderRequest, fault: FaultKind
) -> None:
    await hands.orders.place(request_)
    hands.exchange.arm(fault, "DELETE *")
    with pytest.raises(OrderUnknown):
        await hands.orders.cancel(BTCUSDT, request_.client_order_id, request_.kind)
    report = await hands.orders.query(BTCUSDT, request_.client_order_id, request_.kind)
    assert report is not None
    assert report.state is OrderState.CANCELED


async def test_a_cancel_that_nobody_answers_is_unknown(hands: Hands) -> None:
    await hands.orders.place(resting_entry())
    hands.exchange.arm(FaultKind.UNKNOWN_BEFORE, "DELETE *", times=None)
    with pytest.raises(OutcomeUnknown):
        await hands.orders.cancel(BTCUSDT, ClientOrderId("e1"), OrderKind.LIMIT)
    assert len(hands.exchange.account.orders) == 1


@pytest.mark.parametrize(
    "request_", [resting_entry(), waiting_stop()], ids=["regular", "conditional"]
)
async def test_a_query_right_after_a_placement_may_find_nothing_though_it_rests(
    hands: Hands, request_: OrderRequest
) -> None:
    hands.exchange.arm(FaultKind.LAGGING, "GET *")
    await hands.orders.place(request_)
    assert await hands.orders.query(BTCUSDT, request_.client_order_id, request_.kind) is None
    assert await hands.orders.query(BTCUSDT, request_.client_order_id, request_.kind) is not None


async def test_a_countdown_takes_out_what_rests_and_leaves_what_waits(hands: Hands) -> None:
    await hands.orders.place(resting_entry())
    await hands.orders.place(waiting_stop())
    await hands.orders.count_down(BTCUSDT, timeout_ms=300)
    account = hands.exchange.account
    await until(lambda: not account.orders)
    assert len(account.algos) == 1


async def test_a_countdown_is_said_again_where_nobody_knows_and_zero_calls_it_off(
    hands: Hands,
) -> None:
    hands.exchange.arm(FaultKind.UNKNOWN_AFTER, COUNT_DOWN)
    hands.exchange.arm(FaultKind.LOST_BEFORE, COUNT_DOWN)
    await hands.orders.count_down(BTCUSDT, timeout_ms=60_000)
    assert hands.sent(COUNT_DOWN) == 3
    assert list(hands.exchange.account.countdowns) == ["BTCUSDT"]
    await hands.orders.count_down(BTCUSDT, timeout_ms=0)
    assert hands.exchange.account.countdowns == {}
