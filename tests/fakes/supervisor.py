"""A supervisor whose waits are as short as its policy allows."""

from random import Random

from typing_extensions import override

from noctule.engine.supervisor import RestartPolicy, Supervisor
from noctule.ports.clock import Clock
from tests.fakes.component import FakeComponent

__all__ = ["Least", "supervisor_of"]


class Least(Random):
    """Always draws the smallest number."""

    @override
    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        return 0 if stop is None else start


def supervisor_of(
    *components: FakeComponent,
    clock: Clock,
    policy: RestartPolicy | None = None,
    causes: list[str] | None = None,
) -> Supervisor:
    """Make a supervisor with these components in its care; it notes why the bot had to stop."""
    noted = [] if causes is None else causes
    supervisor = Supervisor(clock=clock, jitter=Least(), on_fatal=noted.append)
    for component in components:
        supervisor.add(component, policy or RestartPolicy())
    return supervisor
