"""Lets happen what the story says, when it says so: at its time, or on the step it waits for."""

from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Final, Protocol

from msgspec.structs import replace
from typing_extensions import override

from noctule.adapters.sim.faults import Fault
from noctule.app.storm.disk import Disk
from noctule.app.storm.exchange import Asked, Watcher
from noctule.app.storm.operator import Operator
from noctule.app.storm.owner import Owner
from noctule.app.storm.phases import Phases
from noctule.app.storm.scene import Scene
from noctule.app.storm.story import (
    ClockJump,
    Crash,
    DiskFailure,
    Hand,
    KeyEnd,
    Mishap,
    Operate,
    OperatorDeed,
    Outage,
    Reload,
    Restart,
    SlowStreams,
    Trouble,
    WireFault,
)

__all__ = ["Director", "Stagehands"]

_NAMES: Final[Mapping[type[Trouble], str]] = {
    Crash: "crash",
    Restart: "restart",
    DiskFailure: "disk",
    ClockJump: "clock",
    SlowStreams: "slow",
    KeyEnd: "listen key",
    Operate: "operator",
    Hand: "hand",
    Reload: "reload",
}


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
        self._operator = operator = Operator(scene, self._disk, beside=hands.beside)
        self._acts: Mapping[type[Trouble], Callable[..., None]] = {
            WireFault: self._arm,
            Outage: self._begin_outage,
            Crash: hands.crash,
            Restart: hands.restart,
            DiskFailure: self._fail_disk,
            ClockJump: self._set_clock,
            SlowStreams: self._begin_slowness,
            KeyEnd: self._end_key,
            Operate: lambda trouble: operator.do(trouble.deed, trouble.symbol),
            Hand: lambda trouble: self.owner.do(trouble.deed, trouble.symbol),
            Reload: operator.reload,
        }
        self._waiting: list[Mishap] = []  # for a step
        self._asked: Asked | None = None  # the request in hand
        self._is_over = False

    async def direct(self) -> None:
        """Go through the story."""
        for trouble in sorted(self._scene.story.troubles, key=lambda each: each.at_ms):
            await self._scene.clock.sleep_until_ms(self._scene.open_ms + trouble.at_ms)
            if self._is_over:
                return
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
            self._perform(_about(trouble, asked, self._scene.story.symbols))

    def end(self) -> None:
        """Let nothing go wrong any more, and put right what only a person can."""
        self._is_over = True
        scene = self._scene
        self._waiting.clear()
        scene.exchange.faults.disarm()
        self._disk.clear()
        scene.wall.wrong_ms = 0
        self._let_read_promptly()
        self._operator.do(OperatorDeed.NO_KILL_SWITCH, "")
        for symbol in scene.story.symbols:
            self.owner.withdraw(symbol)

    def resume(self) -> None:
        """Let the owner lift whatever keeps entries off."""
        self._operator.do(OperatorDeed.NO_KILL_SWITCH, "")  # there may have been no process before
        self._operator.do(OperatorDeed.ENABLE, "")
        self._operator.do(OperatorDeed.RESUME, "")

    def clear_disk(self) -> Callable[[], None]:
        """Let files be copied; what is returned makes the disk as it was."""
        was_full = self._disk.is_full
        self._disk.clear()
        return self._disk.fill if was_full else lambda: None

    def _perform(self, trouble: Mishap) -> None:
        if not isinstance(trouble, WireFault | Outage):  # which are counted when they strike
            self._count(_kind(trouble), getattr(trouble, "symbol", None))
        self._acts[type(trouble)](trouble)

    def _arm(self, trouble: WireFault) -> None:
        self._scene.exchange.faults.arm(trouble.fault)

    def _fail_disk(self, trouble: DiskFailure) -> None:
        self._disk.fill()
        self._later(trouble.for_ms, self._disk.clear)

    def _set_clock(self, trouble: ClockJump) -> None:
        self._scene.wall.wrong_ms += trouble.by_ms

    def _end_key(self, trouble: KeyEnd) -> None:
        exchange, account = self._scene.exchange, self._scene.account
        (exchange.expire_listen_key if trouble.is_told else exchange.silence_listen_key)(account)

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


def _kind(trouble: Mishap) -> str:
    """Return what it is counted as."""
    name = _NAMES[type(trouble)]
    return f"{name} {trouble.deed}" if isinstance(trouble, Operate | Hand) else name


def _about(trouble: Mishap, asked: Asked, symbols: Sequence[str]) -> Mishap:
    """Return a trouble on the symbol of the request, if it names none of its own."""
    if isinstance(trouble, Hand | Operate) and not trouble.symbol:
        return replace(trouble, symbol=asked.sent.get("symbol", symbols[0]))
    return trouble
