"""All promises together: whatever happens is shown to each, and one that fails itself is told."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeAlias

from typing_extensions import override

from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.faults import Fault
from noctule.adapters.sim.messages import Response
from noctule.app.storm.exchange import Asked, Watcher
from noctule.app.storm.life import Life
from noctule.app.storm.scene import Rule, Scene, Violation
from noctule.domain.events.base import Event
from noctule.telemetry.attempt import attempted

__all__ = ["Jury"]

_See: TypeAlias = Callable[..., None]


class Jury(Watcher):
    """Stands between the world and the rules: what one of them raises would end up in the bot."""

    def __init__(
        self,
        scene: Scene,
        kinds: Iterable[type[Rule]],
        tell: Callable[[Violation], None],
    ) -> None:
        self._scene, self._tell = scene, tell
        self.rules = [kind(scene, tell) for kind in kinds]
        self._asking = self._overridden("asking")
        self._answered = self._overridden("answered")
        self._told = self._overridden("told")
        self._befallen = self._overridden("befallen")
        self._heard = self._overridden("heard")
        self._looking = self._overridden("look")

    @override
    def asking(self, asked: Asked) -> None:
        self._show(self._asking, asked)

    @override
    def answered(self, asked: Asked, response: Response) -> None:
        self._show(self._answered, asked, response)

    @override
    def told(self, event: UserEvent) -> None:
        self._show(self._told, event)

    @override
    def befallen(self, fault: Fault, subject: str) -> None:
        self._show(self._befallen, fault, subject)

    def heard(self, event: Event) -> None:
        """Show them an event of the bot's bus."""
        self._show(self._heard, event)

    def born(self, life: Life) -> None:
        """Tell them that a process was started."""
        self._show(self._overridden("born"), life)

    def died(self, life: Life) -> None:
        """Tell them that one has ended."""
        self._show(self._overridden("died"), life)

    def look(self) -> None:
        """Let them look around."""
        self._show(self._looking)

    def calm(self) -> None:
        """Let them judge the calm."""
        self._show(self._overridden("calm"))

    def over(self) -> None:
        """Let them judge what is left on the disk."""
        self._show(self._overridden("over"))

    def _overridden(self, name: str) -> list[_See]:
        """Return what the rules have made of it, of those that have: most see few things."""
        return [
            getattr(rule, name)
            for rule in self.rules
            if getattr(type(rule), name) is not getattr(Rule, name)
        ]

    def _show(self, to: Iterable[_See], *seen: object) -> None:
        failure = attempted(partial(_show_each, to, seen))
        if isinstance(failure, Exception):
            self._tell(Violation(at_ms=self._scene.now_ms, rule="jury", text=repr(failure)))


def _show_each(to: Iterable[_See], seen: tuple[object, ...]) -> None:
    for see in to:
        see(*seen)
