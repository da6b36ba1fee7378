"""The key to the account's stream: when it expired, the exchange is asked for another."""

from collections.abc import Callable
from typing import Final

from typing_extensions import override

from noctule.adapters.sim.events import ListenKeyExpired, UserEvent
from noctule.adapters.sim.faults import Fault
from noctule.adapters.sim.messages import Response
from noctule.app.storm.exchange import Asked
from noctule.app.storm.life import Life
from noctule.app.storm.scene import Rule, Scene, Violation

__all__ = ["KeyIsRenewed"]

_LISTEN_KEY: Final = "/fapi/v1/listenKey"
_LIMIT_MS: Final = 60_000  # the longest pause between two attempts to connect
_THROTTLED: Final = (403, 418, 429)


class KeyIsRenewed(Rule):
    """Within a minute in which nothing else goes wrong: on the old one nothing comes any more."""

    name = "an expired key is renewed"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._since_ms: int | None = None

    @override
    def told(self, event: UserEvent) -> None:
        if isinstance(event, ListenKeyExpired):
            self._since_ms = self.scene.now_ms

    @override
    def asking(self, asked: Asked) -> None:
        if asked.path == _LISTEN_KEY and asked.method == "POST":
            self._since_ms = None

    @override
    def answered(self, asked: Asked, response: Response) -> None:
        if response.status in _THROTTLED:
            self._begin_anew()

    @override
    def befallen(self, fault: Fault, subject: str) -> None:
        self._begin_anew()

    @override
    def born(self, life: Life) -> None:
        self._since_ms = None

    @override
    def look(self) -> None:
        life = self.scene.life
        if self._since_ms is None or life is None or not life.is_running:
            return
        if life.place.road.late_ms:
            self._begin_anew()
        elif self.scene.now_ms - self._since_ms > _LIMIT_MS:
            self._since_ms = None
            self.broken(f"no other is asked for in {_LIMIT_MS} ms")

    def _begin_anew(self) -> None:
        if self._since_ms is not None:
            self._since_ms = self.scene.now_ms
