"""One life of the bot in a storm, from the start of its process to its end or its death."""

import asyncio
import io
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import copy_context
from pathlib import Path
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from noctule.adapters.binance.endpoints import endpoints_of
from noctule.adapters.binance.market.settings import CollectorSettings
from noctule.adapters.binance.rest.bans import Bans
from noctule.adapters.binance.rest.client import keys_of
from noctule.adapters.binance.rest.parts import RestSettings, rest_over
from noctule.adapters.clock import VirtualClock
from noctule.app.bot import TradingBot
from noctule.app.process import lived
from noctule.app.reach import Reach
from noctule.app.storm.clocks import SettableWall
from noctule.app.storm.home import KEY, SECRET
from noctule.app.storm.loop import LIFE
from noctule.app.storm.road import StormRoad
from noctule.app.surroundings import Surroundings
from noctule.app.wiring import Wiring
from noctule.app.world import World, world_of
from noctule.config.manager import ConfigManager
from noctule.config.settings import Configuration
from noctule.domain.events.base import Event
from noctule.domain.ids import account_tag
from noctule.ports.clock import Clock
from noctule.telemetry.writer import Runner

__all__ = ["TAG", "Life", "Place"]

TAG = account_tag(KEY)

# A storm trades four times a candle and marks every three seconds: longer silence is suspicious.
_COLLECTED = CollectorSettings(book_ticker=True, mark_price="3s", silence_ms=16_000, check_ms=2_000)


class Place(Struct, frozen=True, kw_only=True):
    """What a life begins with."""

    home: Path
    symbols: Sequence[str]  # what it is told to trade
    config: ConfigManager
    road: StormRoad
    clock: VirtualClock
    wall: SettableWall
    random: Random


class Life:
    """The bot runs as one task; whoever lets it die copies what it had written until then."""

    def __init__(self, place: Place, *, hear: Callable[[Event], None]) -> None:
        self.place = place
        self.is_dead = self.is_made = False
        loop = asyncio.get_running_loop()
        self.end: asyncio.Future[None] = loop.create_future()  # of the process, however it came
        self._hear = hear
        clock = place.clock
        self.bot = TradingBot.create(
            place.config,
            wirings={"testnet": Wiring(clock=lambda: place.wall, open=self._open)},
            jitter=place.random,
            console=io.StringIO(),
            surroundings=Surroundings(
                writers=Runner.TIMER,
                stopwatch_ns=lambda: clock.now_us() * 1_000,
                wall=place.wall,
                watches_turns=False,
                beat_ms=60_000,
                looks_every_ms=10_000,
            ),
        )
        self._tasks: list[asyncio.Task[object]] = []
        context = copy_context()
        context.run(LIFE.set, self._tasks)
        living = lived(self.bot, on_made=self._listen)
        self.task = loop.create_task(living, name="the bot", context=context)
        self.task.add_done_callback(self._note_end)

    @property
    def is_running(self) -> bool:
        """Tell whether it has come so far that it trades."""
        return self.is_made and not self.is_dead and self.bot.is_running

    @property
    def traded(self) -> Sequence[str]:
        """Return what it trades: of what it was told to, whatever was open when it began."""
        return [each.symbol for each in self.bot.control.status().markets]

    def die(self, next_home: Path) -> None:
        """Let the process end between two instructions: what it does from now on reaches nobody."""
        self.is_dead = True
        self.place.road.sever()
        shutil.copytree(self.place.home, next_home)
        self._note_end()

    def _note_end(self, _task: object = None) -> None:
        if not self.end.done():
            self.end.set_result(None)

    def _listen(self) -> None:
        self.is_made = True
        self.bot.bus.add_tap(self._tell)

    def _tell(self, event: Event) -> None:
        if not self.is_dead:
            self._hear(event)

    async def buried(self) -> None:
        """Wait until nothing of a dead life is left."""
        while left := [each for each in (self.task, *self._tasks) if not each.done()]:
            for each in left:
                each.cancel()
            await asyncio.wait(left)
        self.bot.close()

    @asynccontextmanager
    async def _open(
        self, configuration: Configuration, *, clock: Clock, jitter: Random
    ) -> AsyncIterator[World]:
        place, api = self.place, configuration.settings.api
        rest = rest_over(
            place.road,
            keys=keys_of(KEY, SECRET),
            clock=clock,
            jitter=jitter,
            bans=Bans("storm", clock=clock, wall=clock, path=place.home / "logs/state/bans.json"),
            settings=RestSettings(api=api),
        )
        reached = Reach(
            exchange="the storm",
            rest=rest,
            transport=place.road,
            endpoints=endpoints_of(api),
            clock=clock,
            account=TAG,
        )
        world = world_of(
            configuration, market=reached, trading=reached, jitter=jitter, collected=_COLLECTED
        )
        yield replace(world, understudy=None)
