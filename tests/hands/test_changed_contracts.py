"""A contract that changes while we run is traded by its new rules, or not at all."""

from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from noctule.domain.events.signal import SignalRefused
from tests.fakes.hands_exchange import HandsExchange, hands_exchange
from tests.fakes.hands_life import STOP, TARGET, enter
from tests.fakes.hands_rig import Rig, living_rig

_READ_EVERY_MS = 50


@pytest.fixture(autouse=True)
def _often_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("noctule.app.world._CONTRACTS_EVERY_MS", _READ_EVERY_MS)


async def test_a_symbol_that_stops_trading_is_refused_with_the_reason(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        await _change(exchange, rig, status="SETTLING")
        await rig.signal(stop=STOP, target=TARGET)
        await rig.until(lambda: any(isinstance(each, SignalRefused) for each in rig.events))
        refusals = [each for each in rig.events if isinstance(each, SignalRefused)]
        told = [reason.text for each in refusals for reason in each.reasons]
        assert "BTCUSDT is NOT_TRADING" in told
        assert not exchange.amount()
        assert exchange.resting() == []


async def test_a_coarser_price_grid_is_kept_to_from_the_next_entry_on(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        await _change(exchange, rig, tick=Decimal(50))
        await enter(rig)
        triggers = [algo.trigger_price for algo in exchange.account.algos_on("BTCUSDT")]
        assert len(triggers) == 2
        lowest = exchange.protocol.venue.exchange.rules["BTCUSDT"].min_price  # the grid's first
        assert [(price - lowest) % 50 for price in triggers] == [0, 0]


async def _change(exchange: HandsExchange, rig: Rig, **rules: object) -> None:
    """Let a contract have other rules, and wait until the bot has read them."""
    market = exchange.protocol.venue.exchange
    market.set_rules(replace(market.rules["BTCUSDT"], **rules))
    await rig.until(lambda: "contract rules changed" in rig.said)
