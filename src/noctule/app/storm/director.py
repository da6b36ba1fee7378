"""Lets happen what the story says, when it says so: at its time, or on the step it waits for."""

from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Protocol

from typing_extensions import override

from noctule.adapters.sim.faults import Fault
from noctule.app.storm.disk import Disk
from noctule.app.storm.exchange import Asked, Watcher
from noctule.app.storm.home import KILL_SWITCH, STRATEGY, write_ini
from noctule.app.storm.life import Life
from noctule.app.storm.owner import Owner
from noctule.app.storm.phases import Phases
from noctule.app.storm.scene import Scene
from noctule.app.storm.story import (
    ClockJump,
    Crash,
    DiskFailure,
    Hand,
    Mishap,
    Operate,
    OperatorDeed,
    Outage,
    Reload,
    Restart,
    SlowStreams,
    WireFault,
)
from noctule.domain.commands import (
    AnyCommand,
    CancelAll,
    DisableStrategy,
    EnableStrategy,
    Flatten,
    Pause,
    Resume,
)
from noctule.domain.events.desk import StopMoveRequested
from noctule.domain.values import Price, Symbol

__all__ = ["Director", "Stagehands"]

_WHO, _WHERE = "owner", "storm"


class Stagehands(Protocol):
    """Who ends processes and starts them, and does what takes a while."""

    def crash(self, trouble: Crash) -> None:
        """Let the process die."""
        ...

    def restart(self, trouble: Restart) -> None:
        """Ask the process to leave."""
        ...

    def beside(self, work: Coroutine[object, object, object]) -> None:
        """Do something beside all else."""
        ...

    def note(self, who: str, text: str) -> None:
        """Write a line of the story."""
        ...


class Director(Watcher):
    """Counts, for each kind of trouble, the phases it struck in."""

    def __init__(self, scene: Scene, phases: Phases, hands: Stagehands) -> None:
        self._scene, self._phases, self._hands = scene, phases, hands
        self.struck = Counter[str]()
        self.owner = Owner(scene)
        self._disk = Disk()
        self._waiting: list[Mishap] = []  # for a step
        self._asked: Asked | None = None  # the request in hand
        self._is_over = False

    async def direct(self) -> None:
        """Go through the story."""
        for trouble in sorted(self._scene.story.troubles, key=lambda each: each.at_ms):
            await self._scene.clock.sleep_until_ms(self._scene.open_ms + trouble.at_ms)
            if trouble.on is None:
                self._perform(trouble)
            else:
                self._waiting.append(trouble)

    @override
    def asking(self, asked: Asked) -> None:
        self._asked = asked
        if not self._waiting or (step := asked.step) is None:
            return
        for trouble in [each for each in self._waiting if each.on is step]:
            self._waiting.remove(trouble)
            self._perform(trouble)

    def end(self) -> None:
        """Let nothing go wrong any more, and put right what only a person can."""
        self._is_over = True
        scene = self._scene
        self._waiting.clear()
        scene.exchange.faults.disarm()
        self._disk.clear()
        scene.wall.wrong_ms = 0
        self._let_read_promptly()
        self._kill_switch(stands=False)
        for symbol in scene.story.symbols:
            self.owner.withdraw(symbol)

    def resume(self) -> None:
        """Let the owner lift whatever keeps entries off."""
        self._operate(OperatorDeed.ENABLE, "")
        self._operate(OperatorDeed.RESUME, "")

    def clear_disk(self) -> Callable[[], None]:
        """Let files be copied; what is returned makes the disk as it was."""
        was_full = self._disk.is_full
        self._disk.clear()
        return self._disk.fill if was_full else lambda: None

    def _perform(self, trouble: Mishap) -> None:
        scene = self._scene
        match trouble:
            case WireFault():
                scene.exchange.faults.arm(trouble.fault)
                return  # counted when it strikes
            case Outage():
                self._begin_outage(trouble)
                return
            case Crash():
                self._count("crash")
                self._hands.crash(trouble)
            case Restart():
                self._count("restart")
                self._hands.restart(trouble)
            case DiskFailure():
                self._count("disk")
                self._disk.fill()
                self._later(trouble.for_ms, self._disk.clear)
            case ClockJump():
                self._count("clock")
                scene.wall.wrong_ms += trouble.by_ms
            case SlowStreams():
                self._count("slow")
                self._begin_slowness(trouble)
            case Operate():
                self._count(f"operator {trouble.deed}", trouble.symbol)
                self._operate(trouble.deed, trouble.symbol)
            case Hand():
                self._count(f"hand {trouble.deed}", trouble.symbol)
                self.owner.do(trouble.deed, trouble.symbol)
            case Reload():
                self._count("reload")
                self._reload(trouble)

    def _begin_outage(self, trouble: Outage) -> None:
        faults, fault = self._scene.exchange.faults, trouble.fault
        faults.arm(fault)
        self._hands.note("fate", f"{fault.kind} on {fault.match} for {trouble.for_ms} ms")
        self._later(trouble.for_ms, lambda: faults.withdraw(fault))

    def _begin_slowness(self, trouble: SlowStreams) -> None:
        if self._scene.life is not None:
            self._scene.life.place.road.late_ms = trouble.delay_ms
            self._later(trouble.for_ms, self._let_read_promptly)

    def _let_read_promptly(self) -> None:
        if self._scene.life is not None:
            self._scene.life.place.road.late_ms = 0

    def _operate(self, deed: OperatorDeed, symbol: str) -> None:
        if deed in (OperatorDeed.KILL_SWITCH, OperatorDeed.NO_KILL_SWITCH):
            self._kill_switch(stands=deed is OperatorDeed.KILL_SWITCH)
            return
        life = self._scene.life
        if life is None or not life.is_running:
            return
        if deed is OperatorDeed.MOVE_STOP:
            self._move_stop(life, Symbol(symbol))
        else:
            self._hands.beside(life.bot.control.submit(_command(deed, symbol)))

    def _move_stop(self, life: Life, symbol: Symbol) -> None:
        """Let a stop follow the price, half of the way."""
        bracket = life.bot.trading.desk.brackets.get(symbol)
        if bracket is None:
            return
        exchange = self._scene.exchange.venue.exchange
        mark, tick = exchange.quote(symbol).mark, exchange.rules[symbol].tick
        wanted = StopMoveRequested(
            at_ms=self._scene.clock.now_ms(),
            trace=bracket.plan.trace,
            symbol=symbol,
            stop=Price((bracket.stop + mark) / 2 // tick * tick),
            reason="it follows the price",
        )
        self._hands.beside(life.bot.bus.publish(wanted))

    def _kill_switch(self, *, stands: bool) -> None:
        if self._scene.life is None or self._disk.is_full:
            return
        file = self._scene.life.place.home / KILL_SWITCH
        if stands:
            file.touch()
        else:
            file.unlink(missing_ok=True)

    def _reload(self, trouble: Reload) -> None:
        life = self._scene.life
        if life is not None and not self._disk.is_full:
            write_ini(life.place.home, (trouble.setting, trouble.value))
            life.bot.reload()

    def _later(self, after_ms: int, act: Callable[[], None]) -> None:
        async def do() -> None:
            await self._scene.clock.sleep_ms(after_ms)
            act()

        self._hands.beside(do())

    @override
    def befallen(self, fault: Fault, subject: str) -> None:
        asked = self._asked
        is_request = asked is not None and subject == f"{asked.method} {asked.path}"
        symbol = asked.sent.get("symbol") if asked is not None and is_request else None
        self._count(fault.kind.value, symbol, told=subject)

    def _count(self, kind: str, symbol: str | None = None, *, told: str = "") -> None:
        phase = self._phases.of(symbol)
        self.struck[f"{kind}|{phase}"] += 1
        self._hands.note("fate", f"{kind} {told or symbol or ''} while {phase}")


def _command(deed: OperatorDeed, symbol: str) -> AnyCommand:
    match deed:
        case OperatorDeed.PAUSE:
            return Pause(actor=_WHO, origin=_WHERE)
        case OperatorDeed.RESUME:
            return Resume(actor=_WHO, origin=_WHERE)
        case OperatorDeed.FLATTEN:
            return Flatten(actor=_WHO, origin=_WHERE)
        case OperatorDeed.FLATTEN_ONE:
            return Flatten(actor=_WHO, origin=_WHERE, symbol=Symbol(symbol))
        case OperatorDeed.CANCEL:
            return CancelAll(actor=_WHO, origin=_WHERE)
        case OperatorDeed.DISABLE:
            return DisableStrategy(actor=_WHO, origin=_WHERE, strategy=STRATEGY)
        case OperatorDeed.ENABLE:
            return EnableStrategy(actor=_WHO, origin=_WHERE, strategy=STRATEGY)
        case OperatorDeed.KILL_SWITCH | OperatorDeed.NO_KILL_SWITCH | OperatorDeed.MOVE_STOP:
            raise AssertionError(f"{deed} is no command")
