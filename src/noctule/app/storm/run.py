"""Runs one storm from its opening to the calm after it."""

import asyncio
import gc
import shutil
import tempfile
from functools import partial
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Final

from msgspec import Struct
from typing_extensions import override

from noctule.adapters.clock import VirtualClock
from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.messages import Response
from noctule.adapters.sim.protocol import Setup
from noctule.adapters.sim.rules_book import default_rules
from noctule.adapters.sim.venue import Market, make_venue
from noctule.app.in_process import InProcessTransport
from noctule.app.storm.clocks import SettableWall
from noctule.app.storm.exchange import Asked, StormExchange, Watcher
from noctule.app.storm.home import KEY, SECRET, config_at, write_ini
from noctule.app.storm.life import Life, Place
from noctule.app.storm.loop import StormLoop
from noctule.app.storm.road import StormRoad
from noctule.app.storm.story import Story
from noctule.app.storm.weather import weather

__all__ = ["Outcome", "run_storm"]

_MINUTE_MS: Final = 60_000
OPEN_MS: Final = 1_790_553_600_000  # Monday 2026-09-28 00:00
_HISTORY_MINUTES: Final = 60
_CALM_MINUTES: Final = 10


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of a storm."""

    digest: str
    events: int
    trades: int
    requests: int


class _Digest(Watcher):
    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.hash = blake2b(digest_size=16)
        self.events = self.requests = 0

    @override
    def answered(self, asked: Asked, response: Response) -> None:
        self.requests += 1
        self._note(f"{asked.method} {asked.path} {asked.sent} {response.status} {response.fate}")

    @override
    def told(self, event: UserEvent) -> None:
        self._note(repr(event))

    def _note(self, text: str) -> None:
        self.events += 1
        self.hash.update(f"{self._clock.now_us()} {text}\n".encode())


def run_storm(story: Story) -> Outcome:
    """Let it all happen; nothing here takes real time but the work itself."""
    clock = VirtualClock(OPEN_MS)
    with tempfile.TemporaryDirectory(prefix="noctule-storm-", dir=_memory()) as folder:
        with asyncio.Runner(debug=False, loop_factory=partial(StormLoop, clock)) as runner:
            return runner.run(_Run(story, Path(folder), clock).go())


class _Run:
    def __init__(self, story: Story, folder: Path, clock: VirtualClock) -> None:
        self.story, self.folder, self.clock = story, folder, clock
        self.wall = SettableWall(clock)
        rules = tuple(each for each in default_rules() if each.symbol in story.symbols)
        start_ms = OPEN_MS - _HISTORY_MINUTES * _MINUTE_MS
        market = Market(
            rules=rules,
            start_ms=start_ms,
            open_ms=OPEN_MS,
            source=lambda _accounts: weather(rules, story, start_ms=start_ms),
        )
        self.exchange = StormExchange(
            make_venue(market, seed=story.seed), Setup(clock=clock, speed=1, seed=story.seed)
        )
        self.account = self.exchange.open_for(KEY, SECRET, story.deposit)
        self.digest = _Digest(clock)
        self.exchange.watchers.append(self.digest)

    async def go(self) -> Outcome:
        calm_ms = OPEN_MS + self.story.minutes * _MINUTE_MS
        inside = InProcessTransport(self.exchange, clock=self.clock)
        async with asyncio.TaskGroup() as group:
            moving = group.create_task(inside.run())
            home = self.folder / "life-1"
            home.mkdir()
            write_ini(home)
            random = Random(f"{self.story.seed} way")
            place = Place(
                home=home,
                config=config_at(home, self.story, calm_ms=calm_ms),
                road=StormRoad(inside, way_ms=self.story.way_ms, random=random),
                clock=self.clock,
                wall=self.wall,
                random=Random(f"{self.story.seed} jitter"),
            )
            life = Life(place)
            await self.clock.sleep_until_ms(calm_ms + _CALM_MINUTES * _MINUTE_MS)
            life.bot.stop.ask("the storm is over")
            failure = await life.task
            if failure:
                raise failure
            moving.cancel()
        return Outcome(
            digest=self.digest.hash.hexdigest(),
            events=self.digest.events,
            trades=len(list(self.account.history.trades)),
            requests=self.digest.requests,
        )


def _memory() -> str | None:
    """Return a folder that is no disk, where there is one."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None
