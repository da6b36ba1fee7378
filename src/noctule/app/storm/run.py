"""Runs one storm from its opening to the calm after it."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Coroutine, Mapping
from contextvars import Context
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final

from msgspec import Struct

from noctule.adapters.clock import VirtualClock
from noctule.adapters.sim.fills import Fills, Ladder, Queue
from noctule.adapters.sim.protocol import Setup
from noctule.adapters.sim.venue import Market, make_venue
from noctule.app.in_process import InProcessTransport
from noctule.app.storm.clocks import SettableWall
from noctule.app.storm.contracts import contract_changes, contracts
from noctule.app.storm.digest import Digest
from noctule.app.storm.director import Director
from noctule.app.storm.exchange import StormExchange
from noctule.app.storm.home import KEY, SECRET
from noctule.app.storm.jury import Jury
from noctule.app.storm.lives import Lives
from noctule.app.storm.loop import StormLoop
from noctule.app.storm.notes import TellNote
from noctule.app.storm.phases import Phases
from noctule.app.storm.rules import RULES
from noctule.app.storm.scene import Scene, Violation
from noctule.app.storm.story import Crash, Restart, Story
from noctule.app.storm.telling import Telling
from noctule.app.storm.weather import HISTORY_MS, weather
from noctule.domain.events.base import Event
from noctule.engine.outcome import outcome_of

__all__ = ["OPEN_MS", "Outcome", "clear_up_after", "run_storm"]

_MINUTE_MS: Final = 60_000
OPEN_MS: Final = 1_790_553_600_000  # Monday 2026-09-28 00:00
_LOOK_MS: Final = 1_000
_SETTLING_MS: Final = 2 * _MINUTE_MS  # of the calm, until its owner puts the account in order
_CALM_MS: Final = 12 * _MINUTE_MS
_VIOLATIONS_MAX: Final = 20  # more of them tell nothing new
_SHARE: Final = Decimal("0.2")  # of a trade goes to an order that rests in a thin market


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of a storm."""

    digest: str  # of all that happened, in its order
    violations: tuple[Violation, ...]
    coverage: Mapping[str, int]  # "kind|phase", and how often it struck there
    events: int
    trades: int
    requests: int
    lives: int
    market_ms: int


def run_storm(story: Story, *, note: TellNote | None = None) -> Outcome:
    """Let it all happen; nothing in here takes real time but the work itself."""
    clock = VirtualClock(OPEN_MS)
    new_loop = partial(StormLoop, clock)
    with (
        tempfile.TemporaryDirectory(prefix=_prefix(os.getpid()), dir=_memory()) as folder,
        asyncio.Runner(debug=False, loop_factory=new_loop) as runner,
    ):
        return runner.run(_Run(story, Path(folder), clock, note).go())


class _Run:
    def __init__(
        self, story: Story, folder: Path, clock: VirtualClock, note: TellNote | None
    ) -> None:
        self._story, self._clock = story, clock
        wall = SettableWall(clock)
        self._exchange = exchange = _exchange_of(story, clock)
        account = exchange.open_for(KEY, SECRET, story.deposit)
        self._scene = scene = Scene(
            story, exchange, account, clock=clock, wall=wall, open_ms=OPEN_MS
        )
        self.violations: list[Violation] = []
        self._besides: list[asyncio.Task[None]] = []
        self._telling = Telling(scene, note)
        self._phases = Phases(scene)
        self._director = Director(scene, self._phases, self)
        self._jury = Jury(scene, RULES, self._tell)
        self._digest = Digest(clock, folder=folder)
        inside = InProcessTransport(exchange, clock=clock)
        self._inside = inside
        self._lives = Lives(
            scene,
            folder,
            inside,
            jury=self._jury,
            hear=self._hear,
            tell=self._tell,
            calm_ms=OPEN_MS + story.minutes * _MINUTE_MS,
            clear_disk=self._director.clear_disk,
        )
        exchange.watchers += [self._phases, self._digest, self._director, self._telling]
        exchange.watchers.append(self._jury)

    async def go(self) -> Outcome:
        """Live through it."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._note_unhandled)
        with self._telling.hearing_logs():
            await self._go()
        self._jury.over()
        return self._outcome()

    async def _go(self) -> None:
        async with asyncio.TaskGroup() as group:
            self._group = group
            work = [
                group.create_task(self._inside.run()),
                group.create_task(self._director.direct()),
                group.create_task(self._look()),
                group.create_task(self._change_contracts()),
            ]
            living = group.create_task(self._lives.go_on())
            await self._weather_it()
            await self._lives.end()
            await living
            for each in work:
                each.cancel()
            self._besides_cancel()

    async def _weather_it(self) -> None:
        await self._clock.sleep_until_ms(OPEN_MS + self._story.minutes * _MINUTE_MS)
        self._telling.note("fate", "calm")
        self._director.end()
        await self._clock.sleep_ms(_SETTLING_MS)
        self._put_in_order()
        self._director.resume()
        await self._clock.sleep_ms(_CALM_MS - _SETTLING_MS)
        self._jury.calm()

    def _put_in_order(self) -> None:
        """Let the owner close what the bot does not take for its own."""
        for symbol in self._story.symbols:
            if self._scene.amount(symbol) and not self._scene.ours(symbol):
                self._telling.note("owner", f"closes {symbol}, which nobody guards")
                self._director.owner.close(symbol)

    async def _change_contracts(self) -> None:
        for change in contract_changes(self._story):
            await self._clock.sleep_until_ms(OPEN_MS + change.at_ms)
            rules = change.rules
            self._exchange.venue.exchange.set_rules(rules)
            self._telling.note("market", f"{rules.symbol} is {rules.status}, tick {rules.tick}")

    async def _look(self) -> None:
        while True:
            await self._clock.sleep_ms(_LOOK_MS)
            self._jury.look()

    # What the director wants done

    def crash(self, trouble: Crash) -> None:
        """Let the process die, so many awaits later."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, StormLoop), "a storm has a loop of its own"
        loop.after_awaits(trouble.awaits, partial(self._lives.crash, trouble.down_ms))

    def restart(self, trouble: Restart) -> None:
        """Ask the process to leave."""
        self._lives.restart(trouble.down_ms)

    def beside(self, work: Coroutine[object, object, object]) -> None:
        """Do something beside all else; what is left of it at the end is let go."""
        # Not in the name of the life in whose midst it is asked for: it would die with it.
        task = self._group.create_task(_contained(work), context=Context())
        self._besides = [each for each in self._besides if not each.done()]
        self._besides.append(task)

    def _besides_cancel(self) -> None:
        for each in self._besides:
            each.cancel()

    def note(self, who: str, text: str) -> None:
        """Write a line of the story."""
        self._telling.note(who, text)

    def _hear(self, event: Event) -> None:
        self._digest.hear(event)
        self._telling.hear(event)
        self._jury.heard(event)

    def _tell(self, violation: Violation) -> None:
        self._telling.note("watch", f"BROKEN {violation.rule}: {violation.text}")
        if len(self.violations) < _VIOLATIONS_MAX:
            self.violations.append(violation)

    def _note_unhandled(
        self, _loop: asyncio.AbstractEventLoop, context: Mapping[str, object]
    ) -> None:
        text = f"{context.get('message')}: {context.get('exception')!r}"
        self._tell(Violation(at_ms=self._scene.now_ms, rule="unhandled", text=text))

    def _outcome(self) -> Outcome:
        return Outcome(
            digest=self._digest.hex,
            violations=tuple(self.violations),
            coverage=dict(sorted(self._director.struck.items())),
            events=self._digest.events,
            trades=len(list(self._scene.account.history.trades)),
            requests=self._digest.requests,
            lives=self._lives.count,
            market_ms=self._scene.now_ms,
        )


async def _contained(work: Coroutine[object, object, object]) -> None:
    """Do it; what the owner is refused is no failure of the storm."""

    async def done() -> None:
        await work

    await outcome_of(done())


def _exchange_of(story: Story, clock: VirtualClock) -> StormExchange:
    rules = contracts(story)
    start_ms = OPEN_MS - HISTORY_MS
    market = Market(
        rules=rules,
        start_ms=start_ms,
        open_ms=OPEN_MS,
        source=lambda _accounts: weather(rules, story, start_ms=start_ms),
    )
    make = make_venue(market, seed=story.seed, fills=_fills(story), switches=story.quirks)
    return StormExchange(make, Setup(clock=clock, speed=1, seed=story.seed))


def _fills(story: Story) -> Fills | None:
    """Return how orders trade: where the market is thin, level after level, trade after trade."""
    if story.depth_quote is None:
        return None
    depth = Ladder(level_quote=Decimal(story.depth_quote))
    return Fills(depth=depth, queue=Queue(ahead_quote=Decimal(0), share=_SHARE))


def clear_up_after(pid: int) -> None:
    """Remove what a process that was killed has left of its storms."""
    for folder in Path(_memory() or tempfile.gettempdir()).glob(f"{_prefix(pid)}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _prefix(pid: int) -> str:
    return f"noctule-storm-{pid}-"


def _memory() -> str | None:
    """Return a folder that is no disk, where there is one."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # a folder of ours in it
