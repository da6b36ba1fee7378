"""A bot in a home of its own: configuration, logs and world under one temporary folder."""

import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from noctule.adapters.binance.settings import Environment
from noctule.app.bot import TradingBot
from noctule.app.user_strategies import strategy_catalogue
from noctule.app.wiring import Wiring
from noctule.app.world import World
from noctule.config.manager import ConfigManager, Sources
from noctule.config.settings import Configuration
from noctule.domain.instrument import Instrument
from noctule.domain.values import Symbol
from noctule.ports.clock import Clock
from noctule.ports.collector import Collector
from noctule.ports.executor import Executor
from noctule.ports.setup import Setup
from tests.builders import BTCUSDT, instrument
from tests.fakes.offline import OfflineExecutor, OfflineSetup, OfflineVenue

__all__ = ["bot_at", "config_at", "wiring"]

INI = """\
[trading]
symbols = BTCUSDT
[strategy]
name = sma_cross
fast = 1
slow = 2
"""


def config_at(home: Path, *overrides: str, ini: str = INI) -> ConfigManager:
    """Return the manager of a configuration whose every file lies at home."""
    (home / "configs").mkdir(exist_ok=True)
    (home / "configs/noctule.ini").write_text(ini)
    files = {"file": "noctule.log", "trade_log": "trades.jsonl", "audit_log": "audit.jsonl"}
    state = home / "logs/state"
    paths = (
        *(f"logging.{key}={home / 'logs' / name}" for key, name in files.items()),
        f"store.url=sqlite:///{state}/{{environment}}-{{account}}.db",
        f"risk.kill_switch_file={state}/STOP",
        "control.socket=",
    )
    sources = Sources(
        home=home,
        directory=Path("configs"),
        environment={},
        overrides=(*paths, *overrides),
    )
    return ConfigManager(
        sources,
        catalogue=strategy_catalogue(home),
    )


def wiring(
    clock: Clock,
    collector: Collector,
    *,
    executor: Executor | None = None,
    setup: Setup | None = None,
    exchange: str | None = "a scripted one",
) -> Wiring:
    """Return a world made of these parts."""
    world = World(
        exchange=exchange,
        clock=clock,
        collector=collector,
        executor=executor or OfflineExecutor(),
        venue=OfflineVenue(clock, instruments=_listed),
        setup=setup or OfflineSetup(),
        greet=_say_nothing,
    )

    @asynccontextmanager
    async def opened(
        _configuration: Configuration, *, clock: Clock, jitter: Random
    ) -> AsyncIterator[World]:
        yield world

    return Wiring(clock=lambda: clock, open=opened)


async def _listed() -> Mapping[Symbol, Instrument]:
    return {BTCUSDT: instrument()}


async def _say_nothing() -> None:
    """Know everything already."""


def bot_at(home: Path, world: Wiring, *overrides: str, console: io.StringIO) -> TradingBot:
    """Return a bot that lives in this world, whatever its environment is called."""
    environments: tuple[Environment, ...] = ("sim", "paper", "testnet", "live")
    return TradingBot.create(
        config_at(home, *overrides),
        wirings=dict.fromkeys(environments, world),
        jitter=Random(1),
        console=console,
    )
