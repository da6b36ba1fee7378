"""1,000 requests fired at once: no limit is ever exceeded, and what guards goes out at once."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from decimal import Decimal
from random import Random
from typing import Any, Final

import msgspec
import pytest

from noctule.adapters.binance.rest.budget import Shares
from noctule.adapters.binance.rest.calls import Call, Lane, Safety
from noctule.adapters.binance.rest.client import keys_of
from noctule.adapters.binance.rest.gate import Patience
from noctule.adapters.binance.rest.parts import RestSettings, rest_over
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.settings import ApiSettings
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.adapters.sim.terms import Terms
from noctule.domain.errors import BudgetExhausted
from tests.fakes.in_process import InProcess
from tests.fakes.loopback import KEY, OPEN_MS, SECRET, loopback
from tests.fakes.rest_desk import rest_to

ANYTHING: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
KLINES: Final = Call(name="GET klines", safety=Safety.REPEATABLE, decoder=ANYTHING, weight=5)
ORDER: Final = Call(name="POST order", safety=Safety.ONCE, decoder=ANYTHING, weight=0, orders=1)
CANCEL: Final = Call(name="DELETE allOpenOrders", safety=Safety.REPEATABLE, decoder=ANYTHING)

REFUSED: Final = "refused"


async def outcome(sending: Awaitable[object]) -> str:
    """Return what became of a request, and why, without the figures."""
    try:
        await sending
    except BudgetExhausted as exc:
        has_reason = exc.retry_after_ms > 0 and " are used" in str(exc)
        return REFUSED if has_reason else repr(exc)
    return "answered"


def asked(rest: BinanceRest) -> Awaitable[object]:
    return rest.run(
        KLINES, lambda: rest.client.klines("BTCUSDT", "1m", limit=1_000), lane=Lane.READ
    )


def ordered(rest: BinanceRest, number: int, lane: Lane = Lane.ENTRY) -> Awaitable[object]:
    return rest.run(
        ORDER,
        lambda: rest.client.new_order(
            "BTCUSDT",
            "BUY" if number % 2 else "SELL",
            "MARKET",
            quantity=Decimal("0.001"),
            new_client_order_id=f"{lane}-{number}",
        ),
        lane=lane,
    )


def rest_at(exchange: InProcess, settings: RestSettings) -> BinanceRest:
    return rest_over(
        exchange,
        keys=keys_of(KEY, SECRET),
        clock=exchange.clock,
        jitter=Random(1),
        settings=settings,
    )


@pytest.mark.parametrize("phase_ms", [0, 9_990, 37_123])
def test_a_thousand_requests_at_once_never_exceed_a_limit(phase_ms: int) -> None:
    """Half of them ask (weight 2,500 of 2,400), half of them trade (500 of 300 in 10 s)."""

    async def main(clock: VirtualClock) -> None:
        exchange = InProcess(clock)
        rest = rest_at(exchange, RestSettings())
        async with asyncio.TaskGroup() as group:
            asking = [group.create_task(outcome(asked(rest))) for _ in range(250)]
            entering = [group.create_task(outcome(ordered(rest, each))) for each in range(500)]
            asking += [group.create_task(outcome(asked(rest))) for _ in range(250)]
            await asyncio.sleep(0)
            began_ms = clock.now_ms()
            await ordered(rest, 0, Lane.GUARD)
            assert clock.now_ms() - began_ms <= 100  # there and back: it did not wait

        entries = Counter(task.result() for task in entering)
        assert set(exchange.statuses) == {200}
        assert {task.result() for task in asking} == {"answered"}
        assert entries == {"answered": 90, REFUSED: 410}

    run_virtual(main, start_ms=OPEN_MS + phase_ms)


def test_entries_with_patience_wait_until_there_is_room() -> None:
    async def main(clock: VirtualClock) -> None:
        exchange = InProcess(clock)
        rest = rest_at(exchange, RestSettings(patience=Patience(entry_ms=21_500)))
        async with asyncio.TaskGroup() as group:
            entering = [group.create_task(outcome(ordered(rest, each))) for each in range(1_000)]
        entries = Counter(task.result() for task in entering)
        assert set(exchange.statuses) == {200}
        assert entries == {"answered": 3 * 90, REFUSED: 1_000 - 3 * 90}

    run_virtual(main, start_ms=OPEN_MS)


def test_the_guard_may_use_what_the_others_leave_and_no_more() -> None:
    async def main(clock: VirtualClock) -> None:
        exchange = InProcess(clock)
        rest = rest_at(exchange, RestSettings(patience=Patience(guard_ms=0)))
        async with asyncio.TaskGroup() as group:
            for number in range(400):
                group.create_task(outcome(ordered(rest, number)))
            guarding = [
                group.create_task(outcome(ordered(rest, number, Lane.GUARD)))
                for number in range(240)
            ]
        assert set(exchange.statuses) == {200}
        assert Counter(task.result() for task in guarding) == {"answered": 210, REFUSED: 30}

    run_virtual(main, start_ms=OPEN_MS)


def test_others_on_the_same_address_are_seen_before_their_use_and_ours_are_too_much() -> None:
    """Another process uses the same address: its weight is told by the answers to ours."""

    async def main(clock: VirtualClock) -> None:
        exchange = InProcess(clock)
        ours, theirs = (rest_at(exchange, RestSettings()) for _ in range(2))
        for _ in range(8):
            async with asyncio.TaskGroup() as group:
                for _ in range(20):
                    group.create_task(outcome(asked(ours)))
                    group.create_task(outcome(asked(theirs)))
            await clock.sleep_ms(1_000)
        async with asyncio.TaskGroup() as group:
            for _ in range(300):
                group.create_task(outcome(asked(ours)))
        assert set(exchange.statuses) == {200}

    run_virtual(main, start_ms=OPEN_MS)


async def test_on_sockets_too_the_exchange_never_has_to_say_that_it_is_too_much() -> None:
    terms = Terms(weight_per_minute=1_000, orders_per_10s=100)
    settings = RestSettings(
        shares=Shares(read=0.75, audit=0.85, entry=0.90, entry_orders=0.60),
        patience=Patience(read_ms=200, entry_ms=200),
        api=ApiSettings(timeout_ms=15_000, order_timeout_ms=15_000, recv_window_ms=60_000),
    )  # three hundred answers at once take a busy machine more than a second
    async with (
        loopback(speed=1, terms=terms) as exchange,
        rest_to(exchange, settings=settings) as rest,
    ):
        rest.gate.budget.learn(await _limits(rest))
        async with asyncio.TaskGroup() as group:
            first = [group.create_task(outcome(asked(rest))) for _ in range(250)]
            entries = [group.create_task(outcome(ordered(rest, each))) for each in range(500)]
            await asyncio.sleep(0)
            await ordered(rest, 0, Lane.GUARD)
            await rest.run(
                CANCEL, lambda: rest.client.cancel_open_orders("BTCUSDT"), lane=Lane.GUARD
            )
            last = [group.create_task(outcome(asked(rest))) for _ in range(250)]

        assert exchange.protocol._limits.address("127.0.0.1", 0).strikes == 0
        assert Counter(task.result() for task in entries) == {"answered": 60, REFUSED: 440}
        answered = Counter(task.result() for task in (*first, *last))["answered"]
        assert 140 <= answered <= 150  # of 750 in weight, less what set the clock


class _Row(msgspec.Struct, frozen=True, rename="camel"):
    rate_limit_type: str
    interval: str
    interval_num: int
    limit: int


class _Info(msgspec.Struct, frozen=True, rename="camel"):
    rate_limits: tuple[_Row, ...]


async def _limits(rest: BinanceRest) -> tuple[_Row, ...]:
    call = Call(
        name="GET exchangeInfo", safety=Safety.REPEATABLE, decoder=msgspec.json.Decoder(_Info)
    )
    return (await rest.run(call, rest.client.exchange_info, lane=Lane.READ)).rate_limits
