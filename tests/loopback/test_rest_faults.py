"""Whatever befalls an order on its way, we never say of it what is not so.

The exchange itself says in the end whether it was executed: what we called refused or not sent is
not there, what we took for a yes is there once, and what is unknown may be either.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from decimal import Decimal
from typing import Any, Final

import msgspec
import pytest
import pytest_asyncio

from noctule.adapters.binance.rest.breaker import BreakerSettings
from noctule.adapters.binance.rest.calls import Call, Lane, Safety
from noctule.adapters.binance.rest.gate import Patience
from noctule.adapters.binance.rest.parts import RestSettings
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.rest.retries import Retries
from noctule.adapters.binance.settings import ApiSettings
from noctule.adapters.sim.faults import FaultKind
from noctule.domain.errors import (
    BudgetExhausted,
    OrderUnknown,
    OutcomeUnknown,
    VenueError,
    VenueRefused,
    VenueUnreachable,
)
from tests.fakes.loopback import Loopback, loopback
from tests.fakes.rest_desk import rest_to

PLACE: Final = Call(
    name="POST order",
    safety=Safety.ONCE,
    decoder=msgspec.json.Decoder(dict[str, Any]),
    weight=0,
    orders=1,
)
QUERY: Final = Call(
    name="GET order", safety=Safety.REPEATABLE, decoder=msgspec.json.Decoder(dict[str, Any])
)
CANCEL: Final = Call(
    name="DELETE order", safety=Safety.REPEATABLE, decoder=msgspec.json.Decoder(dict[str, Any])
)
ORDER: Final = "POST /fapi/v1/order"
SETTINGS: Final = RestSettings(
    api=ApiSettings(timeout_ms=800, order_timeout_ms=800),
    retries=Retries(attempts_max=3, first_pause_ms=2, pause_ms_max=4),
    breaker=BreakerSettings(outages_max=100),
    patience=Patience(read_ms=0, audit_ms=0, entry_ms=0, guard_ms=0),
)


@pytest_asyncio.fixture
async def exchange() -> AsyncIterator[Loopback]:
    async with loopback(speed=1) as exchange:
        yield exchange


@pytest_asyncio.fixture
async def rest(exchange: Loopback) -> AsyncIterator[BinanceRest]:
    async with rest_to(exchange, settings=SETTINGS) as rest:
        yield rest


async def place(rest: BinanceRest, name: str = "x-1") -> dict[str, Any]:
    return await rest.run(
        PLACE,
        lambda: rest.client.new_order(
            "BTCUSDT", "BUY", "MARKET", quantity=Decimal("0.010"), new_client_order_id=name
        ),
        lane=Lane.ENTRY,
    )


async def failure_of_placing(rest: BinanceRest) -> VenueError:
    with pytest.raises(VenueError) as caught:
        await place(rest)
    return caught.value


def executed(exchange: Loopback) -> int:
    """Return how many orders the exchange really took."""
    return len(exchange.account.orders) + len(exchange.account.history.orders)


@pytest.mark.parametrize(
    ("kind", "was_executed"),
    [
        (FaultKind.LOST_BEFORE, False),
        (FaultKind.LOST_AFTER, True),
        (FaultKind.RESET_BEFORE, False),
        (FaultKind.RESET_AFTER, True),
        (FaultKind.UNKNOWN_BEFORE, False),
        (FaultKind.UNKNOWN_AFTER, True),
        (FaultKind.TIMED_OUT, True),
        (FaultKind.BAD_GATEWAY, True),
        (FaultKind.LATE_ANSWER, True),
        (FaultKind.GARBAGE_ANSWER, True),
        (FaultKind.TRUNCATED_ANSWER, True),
    ],
)
async def test_what_may_have_been_executed_is_unknown_and_sent_once(
    exchange: Loopback, rest: BinanceRest, kind: FaultKind, was_executed: bool
) -> None:
    exchange.arm(kind, ORDER)
    assert type(await failure_of_placing(rest)) is OutcomeUnknown
    assert executed(exchange) == was_executed


@pytest.mark.parametrize(
    "kind",
    [FaultKind.UNAVAILABLE, FaultKind.INTERNAL, FaultKind.OVERLOADED, FaultKind.MAINTENANCE],
)
async def test_what_was_not_executed_is_tried_again_and_executed_once(
    exchange: Loopback, rest: BinanceRest, kind: FaultKind
) -> None:
    exchange.arm(kind, ORDER, times=2)
    assert (await place(rest))["clientOrderId"] == "x-1"
    assert executed(exchange) == 1


@pytest.mark.parametrize(
    "kind",
    [FaultKind.UNAVAILABLE, FaultKind.INTERNAL, FaultKind.OVERLOADED, FaultKind.MAINTENANCE],
)
async def test_what_is_never_executed_is_told_to_be_safe_to_repeat(
    exchange: Loopback, rest: BinanceRest, kind: FaultKind
) -> None:
    exchange.arm(kind, ORDER, times=None)
    assert type(await failure_of_placing(rest)) is VenueUnreachable
    assert executed(exchange) == 0


@pytest.mark.parametrize("kind", [FaultKind.TOO_MANY, FaultKind.BANNED, FaultKind.FORBIDDEN])
async def test_being_told_to_stop_is_no_execution_and_stops_the_next_one_here(
    exchange: Loopback, rest: BinanceRest, kind: FaultKind
) -> None:
    exchange.arm(kind, ORDER)
    refused = await failure_of_placing(rest)
    again = await failure_of_placing(rest)

    assert isinstance(refused, BudgetExhausted)
    assert isinstance(again, BudgetExhausted)
    assert again.retry_after_ms > 0
    assert "told us to stop" in str(again)
    assert executed(exchange) == 0


async def test_a_definite_no_keeps_its_code(exchange: Loopback, rest: BinanceRest) -> None:
    exchange.arm(FaultKind.REFUSED, ORDER, code=-2021, msg="Order would immediately trigger.")
    refused = await failure_of_placing(rest)
    assert isinstance(refused, VenueRefused)
    assert refused.code == -2021
    assert executed(exchange) == 0


async def test_fields_nobody_has_heard_of_do_no_harm(exchange: Loopback, rest: BinanceRest) -> None:
    exchange.arm(FaultKind.EXTRA_FIELDS, ORDER)
    assert (await place(rest))["clientOrderId"] == "x-1"


async def test_an_answer_that_is_only_late_is_an_answer(
    exchange: Loopback, rest: BinanceRest
) -> None:
    exchange.arm(FaultKind.LATE_ANSWER, ORDER, delay_ms=100)
    assert (await place(rest))["clientOrderId"] == "x-1"


async def test_an_exchange_that_is_gone_got_nothing() -> None:
    async with AsyncExitStack() as stack:
        exchange = await stack.enter_async_context(loopback(speed=1))
        rest = await stack.enter_async_context(rest_to(exchange, settings=SETTINGS))
        await exchange.server.__aexit__()
        await asyncio.sleep(0.05)  # until the end of the kept connection is known here too
        assert type(await failure_of_placing(rest)) is VenueUnreachable


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.LOST_BEFORE,
        FaultKind.RESET_BEFORE,
        FaultKind.UNKNOWN_BEFORE,
        FaultKind.TIMED_OUT,
        FaultKind.BAD_GATEWAY,
        FaultKind.GARBAGE_ANSWER,
        FaultKind.TRUNCATED_ANSWER,
        FaultKind.UNAVAILABLE,
    ],
)
async def test_a_question_is_asked_again_until_it_is_answered(
    exchange: Loopback, rest: BinanceRest, kind: FaultKind
) -> None:
    await place(rest)
    exchange.arm(kind, "GET *", times=2)
    answer = await rest.run(
        QUERY,
        lambda: rest.client.query_order("BTCUSDT", orig_client_order_id="x-1"),
        lane=Lane.GUARD,
    )
    assert answer["clientOrderId"] == "x-1"


async def test_a_cancel_that_worked_unheard_is_an_unknown_order_the_second_time(
    exchange: Loopback, rest: BinanceRest
) -> None:
    await rest.run(
        PLACE,
        lambda: rest.client.new_order(
            "BTCUSDT",
            "BUY",
            "LIMIT",
            time_in_force="GTC",
            quantity=Decimal("0.010"),
            price=Decimal("62000.0"),
            new_client_order_id="x-1",
        ),
        lane=Lane.ENTRY,
    )
    exchange.arm(FaultKind.UNKNOWN_AFTER, "DELETE *")
    with pytest.raises(OrderUnknown):
        await rest.run(
            CANCEL,
            lambda: rest.client.cancel_order("BTCUSDT", orig_client_order_id="x-1"),
            lane=Lane.GUARD,
        )
    assert not exchange.account.orders


async def test_an_exit_gets_through_where_an_entry_is_held_up(
    exchange: Loopback, rest: BinanceRest
) -> None:
    await place(rest)
    exchange.arm(FaultKind.OVERLOADED, ORDER, times=None)
    answer = await rest.run(
        PLACE,
        lambda: rest.client.new_order(
            "BTCUSDT", "SELL", "MARKET", quantity=Decimal("0.010"), reduce_only=True
        ),
        lane=Lane.GUARD,
    )
    assert answer["reduceOnly"] is True


async def test_a_clock_that_is_wrong_is_set_and_the_order_goes_through(
    exchange: Loopback, rest: BinanceRest
) -> None:
    exchange.protocol.times.skew_ms = -90_000
    assert (await place(rest))["clientOrderId"] == "x-1"
    assert executed(exchange) == 1
