"""All promises together: whatever happens is shown to each, and one that fails itself is told."""

from collections.abc import Callable, Iterable
from functools import partial

from typing_extensions import override

from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.messages import Response
from noctule.app.storm.exchange import Asked, Watcher
from noctule.app.storm.life import Life
from noctule.app.storm.scene import Rule, Scene, Violation
from noctule.domain.events.base import Event
from noctule.telemetry.attempt import attempted

__all__ = ["Jury"]


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

    @override
    def asking(self, asked: Asked) -> None:
        self._each(lambda rule: rule.asking(asked))

    @override
    def answered(self, asked: Asked, response: Response) -> None:
        self._each(lambda rule: rule.answered(asked, response))

    @override
    def told(self, event: UserEvent) -> None:
        self._each(lambda rule: rule.told(event))

    def heard(self, event: Event) -> None:
        """Show them an event of the bot's bus."""
        self._each(lambda rule: rule.heard(event))

    def born(self, life: Life) -> None:
        """Tell them that a process was started."""
        self._each(lambda rule: rule.born(life))

    def died(self, life: Life) -> None:
        """Tell them that one has ended."""
        self._each(lambda rule: rule.died(life))

    def look(self) -> None:
        """Let them look around."""
        self._each(lambda rule: rule.look())

    def calm(self) -> None:
        """Let them judge the calm."""
        self._each(lambda rule: rule.calm())

    def over(self) -> None:
        """Let them judge what is left on the disk."""
        self._each(lambda rule: rule.over())

    def _each(self, show: Callable[[Rule], None]) -> None:
        failure = attempted(partial(self._show_all, show))
        if isinstance(failure, Exception):
            self._tell(Violation(at_ms=self._scene.now_ms, rule="jury", text=repr(failure)))

    def _show_all(self, show: Callable[[Rule], None]) -> None:
        for rule in self.rules:
            show(rule)
