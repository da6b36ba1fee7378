"""Whatever ended a process, the next one comes up and trades."""

from collections.abc import Callable
from typing import Final

from typing_extensions import override

from noctule.adapters.sim.faults import Fault
from noctule.adapters.sim.messages import Response
from noctule.app.storm.exchange import Asked
from noctule.app.storm.promises.excuses import THROTTLED, banned_ms, request_fault
from noctule.app.storm.scene import Rule, Scene, Violation

__all__ = ["ProcessComesBack"]

_LONGEST_MS: Final = 10 * 60_000  # of which somebody who starts it anew needs two


class ProcessComesBack(Rule):
    """Within ten minutes in which the exchange answers whatever it is asked."""

    name = "a process comes back"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._since_ms = 0  # when it last traded, or something kept it from starting
        self._is_told = False

    @override
    def befallen(self, fault: Fault, subject: str) -> None:
        if request_fault(subject):
            self._since_ms = max(self._since_ms, self.scene.now_ms)

    @override
    def answered(self, asked: Asked, response: Response) -> None:
        if response.status in THROTTLED:
            until_ms = self.scene.now_ms + banned_ms(response)
            self._since_ms = max(self._since_ms, until_ms)

    @override
    def look(self) -> None:
        now_ms, life = self.scene.now_ms, self.scene.life
        if life is not None and life.is_running:
            self._since_ms, self._is_told = now_ms, False
        elif now_ms - self._since_ms > _LONGEST_MS and not self._is_told:
            self._is_told = True
            self.broken(f"none has traded for {_LONGEST_MS // 60_000} minutes")
