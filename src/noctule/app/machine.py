"""The running machine: the bus, its timers, and the supervisor that owns every task."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from random import Random
from typing import TypeVar

from noctule.app.surroundings import Surroundings
from noctule.domain.events.base import Event, QueueName
from noctule.engine.breather import Breather
from noctule.engine.bus import EventBus
from noctule.engine.lifecycle import Component
from noctule.engine.pumps import Feed, FeedPump
from noctule.engine.supervisor import GiveUp, RestartPolicy, Supervisor
from noctule.engine.timers import Axis, Timers
from noctule.ports.clock import Clock

__all__ = ["Machine"]

E = TypeVar("E", bound=Event)


class Machine:
    """Made at the eighth step of the start; its queues move before the first component is up."""

    def __init__(
        self,
        *,
        clock: Clock,
        jitter: Random,
        on_fatal: Callable[[str], None],
        on_move: Callable[[], None],
        around: Surroundings | None = None,
    ) -> None:
        self.around = around or Surroundings()
        self.bus = EventBus(stopwatch_ns=self.around.stopwatch_ns)
        self.breather = Breather(stopwatch_ns=self.around.stopwatch_ns)
        self.timers = Timers(clock=clock, bus=self.bus)
        self.supervisor = Supervisor(clock=clock, jitter=jitter, on_fatal=on_fatal, on_move=on_move)

    def hear(
        self,
        name: str,
        feed: Feed[E],
        publish: Callable[[E], Awaitable[None]],
        *,
        give_up: GiveUp = GiveUp.ESCALATE,
    ) -> None:
        """Add a component that publishes what a feed tells; the only one that does cannot be left.

        Where there are several, one that is given up need not take the others with it.
        """
        pump = FeedPump(name=name, feed=feed, publish=publish)
        self.supervisor.add(pump, RestartPolicy(give_up=give_up))

    def add(self, component: Component) -> None:
        """Add a component that the bot cannot trade without."""
        self.supervisor.add(component, RestartPolicy(give_up=GiveUp.ESCALATE))

    def move(self, upkeep: Mapping[str, Callable[[], Coroutine[object, object, None]]]) -> None:
        """Let the three queues and the timers run, and beside them what keeps the world up."""
        for queue in QueueName:
            self.supervisor.spawn_vital(f"bus:{queue.label}", self.bus.process(queue))
        for axis in Axis:
            self.supervisor.spawn_vital(f"timers:{axis.value}", self.timers.run(axis))
        for name, keep_up in upkeep.items():
            self.supervisor.spawn(name, keep_up())
