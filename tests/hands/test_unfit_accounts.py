"""An account that must not be traded is told with its remedy, and left as it is."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from noctule.adapters.sim.rules_book import default_rules
from noctule.app.process import live
from tests.fakes.hands_exchange import HandsExchange, hands_exchange
from tests.fakes.hands_home import bot_on, config_of, shrunk
from tests.fakes.hands_life import enter
from tests.fakes.hands_owner import Owner
from tests.fakes.hands_process import Trader
from tests.fakes.hands_rig import living_rig

_START_S_MAX = 5


def _hedge(exchange: HandsExchange) -> None:
    market = exchange.protocol.venue.exchange
    market.set_position_mode(exchange.account, dual_side=True)


def _multi_assets(exchange: HandsExchange) -> None:
    market = exchange.protocol.venue.exchange
    market.set_multi_assets(exchange.account, multi_assets=True)


_MODES: dict[str, tuple[Callable[[HandsExchange], None], str]] = {
    "hedge mode": (_hedge, "set Position Mode to One-way"),
    "multi-assets mode": (_multi_assets, "set Asset Mode to Single-Asset"),
}


@pytest.mark.parametrize("mode", _MODES)
async def test_a_mode_of_the_account_that_is_not_ours_ends_the_start(
    tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, remedy = _MODES[mode]
    shrunk(monkeypatch)
    async with hands_exchange(tmp_path) as exchange:
        change(exchange)
        failure = await _start(exchange, tmp_path)
    assert mode in str(failure)
    assert remedy in str(failure)


async def test_too_little_balance_for_any_order_is_told_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrunk(monkeypatch)
    async with hands_exchange(tmp_path, deposit=2) as exchange:
        failure = await _start(exchange, tmp_path)
    assert "BTCUSDT" in str(failure)
    assert "deposit" in str(failure) or "transfer" in str(failure)


async def test_contracts_of_several_margin_assets_end_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrunk(monkeypatch)
    tether = next(each for each in default_rules() if each.symbol == "BTCUSDT")
    other = replace(tether, symbol="BTCUSDC", quote_asset="USDC")
    prices = {"BTCUSDT": "60000", "BTCUSDC": "60000"}
    async with hands_exchange(tmp_path, rules=(tether, other), prices=prices) as exchange:
        failure = await _start(exchange, tmp_path, "trading.symbols=BTCUSDT,BTCUSDC")
        asked = {each.asked.path for each in exchange.answered}
    assert "money is counted in one asset (USDC: BTCUSDC; USDT: BTCUSDT)" in str(failure)
    assert not {path for path in asked if "leverage" in path.lower()}, "something was set"


async def test_a_foreign_position_is_told_left_alone_and_blocks_its_symbol(
    tmp_path: Path,
) -> None:
    async with hands_exchange(tmp_path) as exchange:
        Owner(exchange).buy("0.010")
        exchange.watch.notes.clear()
        exchange.watch.spans.clear()
        async with living_rig(exchange, tmp_path) as rig:
            assert any("foreign" in line for line in rig.said), rig.said
            await rig.signal(stop=59_400, target=61_200)
            await rig.until(lambda: any("Refused" in type(each).__name__ for each in rig.events))
            assert str(exchange.amount()) == "0.010"
            assert exchange.resting() == []


async def test_a_second_bot_on_the_same_store_refuses_and_the_first_trades_on(
    tmp_path: Path,
) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        (tmp_path / "elsewhere").mkdir()
        store = f"store.url=sqlite:///{tmp_path}/state/{{environment}}-{{account}}.db"
        failure = await _start(exchange, tmp_path / "elsewhere", store)
        assert "stop it first" in str(failure), failure
        await enter(rig)
        assert exchange.amount(), rig.state


@pytest.mark.slow
async def test_a_second_process_with_a_home_of_its_own_refuses_the_same_account(
    tmp_path: Path,
) -> None:
    async with hands_exchange(tmp_path) as exchange:
        first = Trader(exchange, tmp_path)
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere/clock").hardlink_to(tmp_path / "clock")
        second = Trader(exchange, tmp_path / "elsewhere")
        try:
            await first.start()
            await second.start()
            assert first.is_alive, first.log
            assert not second.is_alive, "two bots trade one account"
            assert "trades on this account already, stop it first" in second.last_words
        finally:
            await first.end()
            await second.end()


async def _start(exchange: HandsExchange, home: Path, *overrides: str) -> Exception | None:
    """Start a bot, and return why it does not go on."""
    bot = bot_on(exchange.clock, config_of(exchange, home, *overrides))
    async with asyncio.timeout(_START_S_MAX):
        return await live(bot)
