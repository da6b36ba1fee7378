"""A no is a no: a refused order is not sent again and again, as fast as the line carries it."""

from collections import deque
from collections.abc import Callable
from typing import Final

from typing_extensions import override

from noctule.adapters.sim.messages import Response
from noctule.app.storm.exchange import Asked
from noctule.app.storm.scene import Rule, Scene, Violation

__all__ = ["NoIsTaken"]

_REFUSED: Final = 400
_TIMES: Final = 20
_WITHIN_MS: Final = 5_000  # twice as long as the pauses of a close let so many take


class NoIsTaken(Rule):
    """Between two attempts that are refused there are pauses, and they grow."""

    name = "a no is taken"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._refused_ms: dict[tuple[str, str], deque[int]] = {}  # by symbol and step

    @override
    def answered(self, asked: Asked, response: Response) -> None:
        if response.status != _REFUSED or not asked.is_order:
            return
        key, now_ms = (asked.sent["symbol"], f"{asked.step}"), self.scene.now_ms
        times = self._refused_ms.setdefault(key, deque(maxlen=_TIMES))
        times.append(now_ms)
        if len(times) == _TIMES and now_ms - times[0] < _WITHIN_MS:
            self.broken(f"{key[0]}: {key[1]} was refused {_TIMES} times in {now_ms - times[0]} ms")
            times.clear()
