"""A bot for benchmarks/execution.py: its home, its world, and a transport that notes moments."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path
from random import Random
from typing import Final

from msgspec.structs import replace
from typing_extensions import override

from benchmarks.adapter_rest import KEY, SECRET
from benchmarks.bot_home import config_at
from noctule.adapters.binance.executor import OrderExecutionManager
from noctule.adapters.binance.rest.client import keys_of
from noctule.adapters.binance.rest.parts import rest_over
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.settings import Environment
from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.binance.transport.road import HttpAnswer, HttpRequest, Method
from noctule.adapters.binance.wire.rules import RateLimit
from noctule.adapters.clock import SystemClock
from noctule.app.bot import TradingBot
from noctule.app.wiring import Wiring
from noctule.app.world import World, binance_world
from noctule.config.manager import ConfigManager
from noctule.config.settings import Configuration
from noctule.domain.events.base import DataEvent
from noctule.domain.events.signal import SignalGenerated
from noctule.engine.bus import EventBus
from noctule.ports.clock import Clock

__all__ = ["NotingTransport", "StandingTransport", "Whim", "living", "noting_rest"]

_MANY: Final = 10**9
_LIMITS: Final = (
    RateLimit("ORDERS", "SECOND", 10, _MANY),
    RateLimit("ORDERS", "MINUTE", 1, _MANY),
    RateLimit("REQUEST_WEIGHT", "MINUTE", 1, _MANY),
)
_INI: Final = """\
[trading]
symbols = BTCUSDT
warmup_candles = 5
[strategy]
name = sma_cross
fast = 99
slow = 100
"""
_ANSWER: Final = (
    b'{"orderId":7,"algoId":8,"symbol":"BTCUSDT","status":"NEW","algoStatus":"NEW","side":"BUY"}'
)


class Whim(DataEvent, frozen=True, kw_only=True):
    """What makes a strategy want something, in place of a candle."""

    signal: SignalGenerated


class NotingTransport(HttpTransport):
    """Notes when the first order's bytes were handed over to each service, until it is cleared."""

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self.left: dict[str, float] = {}

    @override
    async def request(self, request: HttpRequest) -> HttpAnswer:
        if request.method is Method.POST:
            self.left.setdefault(request.path, time.perf_counter())
        return await super().request(request)


class StandingTransport(NotingTransport):
    """Answers at once, whatever is asked."""

    @override
    async def request(self, request: HttpRequest) -> HttpAnswer:
        self.left[request.path] = time.perf_counter()
        return HttpAnswer(status=200, headers={}, body=_ANSWER)


@asynccontextmanager
async def living(
    port: int, home: Path
) -> AsyncIterator[tuple[EventBus, NotingTransport, BinanceRest]]:
    """Let a bot live that trades on this port, over a transport that notes."""
    noted = NotingTransport(f"http://127.0.0.1:{port}")
    rest = noting_rest(noted)
    await rest.measure_time()

    @asynccontextmanager
    async def opened(
        configuration: Configuration, *, clock: Clock, jitter: Random
    ) -> AsyncIterator[World]:
        async with binance_world(configuration, clock=clock, jitter=jitter) as world:
            yield replace(world, executor=OrderExecutionManager(rest))

    wirings: dict[Environment, Wiring] = {"testnet": Wiring(clock=SystemClock, open=opened)}
    bot = TradingBot.create(_config(port, home), wirings=wirings, console=StringIO())
    async with asyncio.TaskGroup() as group:
        await bot.initialize()
        bus = bot.bus  # a signal without a candle has no other door

        async def want(whim: Whim) -> None:
            await bus.publish(whim.signal)

        bus.subscribe(Whim, want)
        group.create_task(bot.run())
        yield bus, noted, rest
        bot.stop.ask("the benchmark is over")
    bot.close()
    await noted.close()


def _config(port: int, home: Path) -> ConfigManager:
    overrides = ("control.socket=",)
    return config_at(home, ini=_INI, port=port, keys=(KEY, SECRET), overrides=overrides)


def noting_rest(transport: NotingTransport) -> BinanceRest:
    """Return the REST side of a transport, with room for everything."""
    rest = rest_over(transport, keys=keys_of(KEY, SECRET), clock=SystemClock(), jitter=Random(1))
    rest.gate.budget.learn(_LIMITS)
    return rest
