"""Contracts as they are listed, refused, and changed while we run."""

import asyncio
import logging
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from noctule.adapters.binance.instruments import Instruments
from noctule.adapters.binance.rest.bans import Bans
from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.rest.failures import Halt, Throttled
from noctule.adapters.binance.venue import BinanceVenue
from noctule.adapters.clock import SystemClock, VirtualClock, run_virtual
from noctule.domain.errors import BudgetExhausted, OutcomeUnknown
from noctule.domain.instrument import Instrument, InstrumentStatus
from noctule.domain.values import Symbol
from noctule.engine.contracts import Contracts
from tests.builders import BTCUSDT
from tests.fakes.answers import ScriptedTransport, saying, scripted_rest
from tests.fakes.nearby import nearby
from tests.unit.adapters.binance.wire.test_rules import BTC

LIMITS = [
    {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6_000}
]


def listing(*contracts: dict[str, Any]) -> dict[str, Any]:
    return {"rateLimits": LIMITS, "symbols": list(contracts)}


def with_tick(tick: str) -> dict[str, Any]:
    grid, *others = BTC["filters"]
    return {**BTC, "filters": [{**grid, "tickSize": tick}, *others]}


async def test_what_is_listed_is_known_with_its_rules() -> None:
    async with nearby(SystemClock()) as exchange:
        instruments = Instruments(exchange.reach.rest)
        assert await instruments.refresh() == ()
    assert set(instruments.listed) == {"BTCUSDT", "ETHUSDT", "SOLUSDT"}
    assert instruments.listed[BTCUSDT].tick == Decimal("0.10")
    assert instruments.refused == {}


async def test_a_contract_nobody_can_trade_by_is_refused_and_the_others_stay() -> None:
    odd = {**with_tick("0"), "symbol": "OPENUSDT"}
    transport = ScriptedTransport(saying(listing(BTC, odd)))
    instruments = Instruments(scripted_rest(transport, VirtualClock(0)))
    await instruments.refresh()
    assert set(instruments.listed) == {"BTCUSDT"}
    assert instruments.refused == {"OPENUSDT": "its price grid or lot size is missing or zero"}


async def test_rules_that_changed_are_named_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    transport = ScriptedTransport(saying(listing(BTC)), saying(listing(with_tick("1"))))
    instruments = Instruments(scripted_rest(transport, VirtualClock(0)))
    assert await instruments.refresh() == ()
    assert await instruments.refresh() == (Symbol("BTCUSDT"),)
    assert instruments.listed[BTCUSDT].tick == 1
    assert [record.message for record in caplog.records] == ["contract rules changed"]


async def test_what_is_held_is_guarded_by_rules_that_are_read_though_others_may_not_ask() -> None:
    clock = VirtualClock(0)
    bans = Bans("fapi", clock=clock, wall=clock)
    bans.note(Throttled("403", halt=Halt.BROWSING, retry_after_ms=180_000))
    rest = scripted_rest(ScriptedTransport(saying(listing(BTC))), clock, bans=bans)
    instruments = Instruments(rest)
    with pytest.raises(BudgetExhausted, match="browsing"):
        await instruments.refresh()
    await instruments.refresh(lane=Lane.GUARD)
    assert BTCUSDT in instruments.listed


async def test_who_took_the_rules_once_sees_what_becomes_of_them() -> None:
    halted = {**BTC, "status": "SETTLING"}
    transport = ScriptedTransport(
        *(saying(listing(each)) for each in (BTC, with_tick("1"), halted))
    )
    rest = scripted_rest(transport, VirtualClock(0))
    instruments, contracts = Instruments(rest), Contracts()

    async def listed() -> Mapping[Symbol, Instrument]:
        return instruments.listed

    await instruments.refresh()
    await contracts.read_rules(BinanceVenue(rest, instruments=listed))
    seen = []
    for _ in range(3):
        known = contracts.instrument(BTCUSDT)
        assert known is not None
        seen.append((str(known.tick), known.status.value))
        await instruments.refresh()
    assert seen == [("0.10", "TRADING"), ("1", "TRADING"), ("0.10", "NOT_TRADING")]


@pytest.mark.parametrize("left", [(), ({**with_tick("0")},)])
async def test_what_is_not_listed_any_more_keeps_its_rules_and_is_not_open(
    left: tuple[dict[str, Any], ...], caplog: pytest.LogCaptureFixture
) -> None:
    transport = ScriptedTransport(saying(listing(BTC)), saying(listing(*left)))
    instruments = Instruments(scripted_rest(transport, VirtualClock(0)))
    await instruments.refresh()
    before = instruments.listed[BTCUSDT]
    assert await instruments.refresh() == (BTCUSDT,)
    assert instruments.listed == {BTCUSDT: replace(before, status=InstrumentStatus.NOT_TRADING)}
    assert set(instruments.refused) == ({BTCUSDT} if left else set())
    assert await instruments.refresh() == ()
    assert [record.message for record in caplog.records] == ["contract rules changed"]


def test_they_are_read_again_and_again_whatever_one_answer_is(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failing = OutcomeUnknown("no answer")
    transport = ScriptedTransport(saying(listing(BTC)), *[failing] * 9, saying(listing(BTC)))

    async def main(clock: VirtualClock) -> None:
        instruments = Instruments(scripted_rest(transport, clock))
        await instruments.refresh()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3 * 3_600):
                await instruments.keep_fresh(3_600_000)

    with caplog.at_level(logging.WARNING):
        run_virtual(main, start_ms=0)

    assert "contracts not refreshed" in [record.message for record in caplog.records]
    assert len(transport.requests) > 3


def test_contracts_that_are_doubted_are_read_at_once_and_then_every_few_seconds() -> None:
    async def main(clock: VirtualClock) -> None:
        transport = ScriptedTransport(*(saying(listing(with_tick(tick))) for tick in "1242"))
        rest = scripted_rest(transport, clock)
        instruments = Instruments(rest)
        await instruments.refresh()
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(instruments.keep_fresh(3_600_000))
            await clock.sleep_ms(1_000)
            for _ in range(20):
                instruments.doubt()
                await clock.sleep_ms(10)
            assert len(transport.requests) == 2
            assert instruments.listed[BTCUSDT].tick == 2
            await clock.sleep_ms(6_000)
            instruments.doubt()
            await clock.sleep_ms(10)
            assert len(transport.requests) == 3
            keeping.cancel()

    run_virtual(main, start_ms=0)
