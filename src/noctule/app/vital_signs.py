"""How well the whole bot is: looked at once a second, told to whoever asks or listens."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, Protocol

from noctule.app.control import Overseen
from noctule.domain.status import HealthView, Phase
from noctule.domain.values import Symbol
from noctule.engine.ailments import Ailments
from noctule.engine.desk import Desk
from noctule.engine.heartbeat import Heartbeat
from noctule.engine.lifecycle import ComponentState
from noctule.engine.queue_watch import QueueWatch
from noctule.engine.vitals import AccountVitals, Vital, Vitals
from noctule.ports.clock import Clock
from noctule.telemetry.health import WELL, Health, Part, Role, fold

__all__ = ["VitalSigns", "Writes", "component_parts", "strategy_part", "vitals_of", "writer_parts"]

_NEEDED: Final = ("account", "collector", "lanes")  # of the components; all others are beside
_SCORES: Final[Mapping[ComponentState, int]] = {
    ComponentState.STARTING: WELL // 2,
    ComponentState.RUNNING: WELL,
    ComponentState.DEGRADED: WELL // 2,
    ComponentState.FAILED: 0,
}
_ON_PURPOSE: Final[Mapping[ComponentState, int]] = {
    ComponentState.STOPPING: WELL // 2,
    ComponentState.STOPPED: 0,
}


class Writes(Protocol):
    """Who writes something down behind our backs."""

    @property
    def is_failing(self) -> bool:
        """Tell whether the latest could not be written."""
        ...

    @property
    def lost(self) -> int:
        """Return how many lines or rows never reached their place."""
        ...

    @property
    def last_error(self) -> Exception | None:
        """Return why not."""
        ...


class VitalSigns:
    """Looks, folds, notes what begins to ail and what is over, and keeps the latest look."""

    def __init__(
        self,
        vitals: Vitals,
        *,
        parts: Callable[[Phase], Iterable[Part]],
        phase: Callable[[], Phase],
        clock: Clock,
    ) -> None:
        self.ailments = Ailments()
        self.health = fold(())
        self.readings: tuple[Vital, ...] = ()
        self._vitals = vitals
        self._parts = parts
        self._phase = phase
        self._clock = clock
        self._looked_ms: int | None = None  # elapsed
        self._is_begun = False

    @property
    def phase(self) -> Phase:
        """Return how far the bot has come."""
        return self._phase()

    @property
    def age_ms(self) -> int | None:
        """Return how old the latest look is; None before the first."""
        return None if self._looked_ms is None else self._clock.elapsed_ms() - self._looked_ms

    @property
    def view(self) -> HealthView:
        """Return the latest look as `status` tells it."""
        worst = self.health.worst
        text = None if worst is None else f"{worst.name}: {worst.text}"
        return HealthView(score=self.health.score / WELL, worst=text)

    def look(self) -> Health:
        """Look at everything; called once a second."""
        phase, self._looked_ms = self._phase(), self._clock.elapsed_ms()
        if phase is Phase.RUNNING and not self._is_begun:
            self._is_begun = True
            self._vitals.begin()
        self.readings = self._vitals.read()
        self.health = fold((*(each.part for each in self.readings), *self._parts(phase)))
        if phase is Phase.RUNNING:  # what is being started or left is told by those who do it
            self.ailments.note(self.health.parts, elapsed_ms=self._looked_ms)
        return self.health


def vitals_of(overseen: Overseen, heartbeat: Heartbeat) -> Vitals:
    """Return what must not stand still in this bot."""
    world, trading, bus = overseen.world, overseen.trading, overseen.machine.bus
    account = AccountVitals(
        silence_ms=world.account_silence_ms,
        compared_ms=lambda: trading.caretaker.compared_ms,
        banned_ms=world.banned_ms,
    )
    return Vitals(
        clock=trading.clock,
        freshness=trading.market.freshness,
        symbols=overseen.desks,
        stale_ms=trading.risk.limits.stale_data_seconds * 1_000,
        heartbeat=heartbeat,
        queues=QueueWatch(lambda: bus.metrics().queues, clock=trading.clock),
        account=None if world.account is None else account,
    )


def component_parts(states: Mapping[str, ComponentState], *, is_leaving: bool) -> Iterator[Part]:
    """Judge the components by their states; one that is new has not had its turn."""
    scores = _SCORES if is_leaving else {**_SCORES, **_ON_PURPOSE}
    for name, state in states.items():
        score = scores.get(state, WELL)
        role = Role.NEEDED if name in _NEEDED else Role.BESIDE
        yield Part(name=name, score=score, text="" if score == WELL else state.value, role=role)


def writer_parts(writers: Mapping[str, Writes]) -> Iterator[Part]:
    """Judge those who write things down: they can, or they cannot."""
    for name, each in writers.items():
        text = f"cannot be written: {each.last_error}" if each.is_failing else ""
        yield Part(name=name, score=0 if text else WELL, text=text, role=Role.BESIDE)


def strategy_part(desks: Mapping[Symbol, Desk]) -> Part:
    """Judge the strategies by how many of the traded symbols have one that is asked."""
    ended = [f"{desk.label} on {symbol}" for symbol, desk in desks.items() if desk.disabled]
    score = WELL * (len(desks) - len(ended)) // len(desks) if desks else WELL
    text = f"asked no more: {', '.join(ended)}" if ended else ""
    return Part(name="strategies", score=score, text=text, role=Role.BESIDE)
