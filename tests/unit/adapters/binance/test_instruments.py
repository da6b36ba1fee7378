"""Contracts as they are listed, refused, and changed while we run."""

import asyncio
import logging
from decimal import Decimal
from typing import Any

import pytest

from noctule.adapters.binance.instruments import Instruments
from noctule.adapters.clock import SystemClock, VirtualClock, run_virtual
from noctule.domain.errors import OutcomeUnknown
from noctule.domain.values import Symbol
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
