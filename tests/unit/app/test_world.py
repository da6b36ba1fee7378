"""The parts behind the ports, made for a configuration; nothing is sent before they greet."""

from pathlib import Path
from random import Random

from noctule.adapters.binance.account_stream import BinanceAccountStream
from noctule.adapters.binance.collector import BinanceDataCollector
from noctule.adapters.binance.setup import AccountSetup
from noctule.adapters.clock import SystemClock
from noctule.app.world import binance_world
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT
from tests.fakes.home import config_at


async def test_in_sim_the_exchange_is_part_of_this_process_and_greets_us(tmp_path: Path) -> None:
    configuration = config_at(tmp_path).load()
    async with binance_world(configuration, clock=SystemClock(), jitter=Random(1)) as world:
        assert world.exchange == "the simulated exchange in this process, seed 1"
        await world.greet()
        assert await world.setup.unfit() == ()
        assert world.banned_ms() == 0
        assert world.account_silence_ms() is not None
        candles = await world.collector.history(BTCUSDT, Timeframe.M1, 5)
    assert [type(world.collector), type(world.account), type(world.setup)] == [
        BinanceDataCollector,
        BinanceAccountStream,
        AccountSetup,
    ]
    assert len(candles) == 5
    assert set(world.upkeep) == {"exchange time", "contracts"}


async def test_symbols_that_cannot_be_traded_are_told_once_it_greeted_and_nobody_follows_them(
    tmp_path: Path,
) -> None:
    configuration = config_at(tmp_path, "trading.symbols=NOSUCHUSDT,BTCUSDT").load()
    async with binance_world(configuration, clock=SystemClock(), jitter=Random(1)) as world:
        await world.greet()
        assert world.untradable() == {"NOSUCHUSDT": "is not listed there"}
        assert isinstance(world.collector, BinanceDataCollector)
        assert isinstance(world.account, BinanceAccountStream)
        assert {symbol for symbol, _ in world.collector._candles} == {BTCUSDT}
        assert world.account._merge.symbols() == {BTCUSDT}
