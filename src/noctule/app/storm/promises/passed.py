"""A stop that cannot rest because its price is passed: then the loss is taken at once."""

from collections.abc import Callable
from typing import Final

import msgspec
from msgspec import Struct
from typing_extensions import override

from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.messages import Response
from noctule.app.storm.exchange import Asked
from noctule.app.storm.promises.standing import Standing, round_trip_ms
from noctule.app.storm.scene import Scene, Violation
from noctule.app.storm.story import Step

__all__ = ["PassedStopCloses"]

_PASSED: Final = -2021
_THINKING_MS: Final = 1_000


class _Refused(Struct):
    code: int = 0


_decode: Final = msgspec.json.Decoder(_Refused).decode


class PassedStopCloses(Standing):
    """After -2021 a close leaves within a second; no other stop is tried first."""

    name = "a passed stop closes"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._round_trip_ms = round_trip_ms(scene)
        self._passed: set[str] = set()

    @property
    @override
    def limit_ms(self) -> int:
        return _THINKING_MS + self._round_trip_ms

    @override
    def stands(self, symbol: str) -> str | None:
        is_held = self.holdings.is_ours(symbol) and self.scene.amount(symbol)
        return (
            "its stop was passed and nothing closes it"
            if is_held and symbol in self._passed
            else None
        )

    @override
    def asking(self, asked: Asked) -> None:
        super().asking(asked)
        if asked.step is Step.EXIT:
            self._end(asked.sent["symbol"])

    @override
    def answered(self, asked: Asked, response: Response) -> None:
        if asked.step is Step.STOP:
            symbol = asked.sent["symbol"]
            if response.status == 200:
                self._end(symbol)
            elif _code(response.body) == _PASSED:
                self._passed.add(symbol)
                self._changed.setdefault(symbol, (self.scene.now_ms, True))
        super().answered(asked, response)

    @override
    def told(self, event: UserEvent) -> None:
        super().told(event)
        for symbol in [each for each in self._passed if not self.scene.amount(each)]:
            self._end(symbol)

    def _end(self, symbol: str) -> None:
        self._passed.discard(symbol)
        self._spans.pop(symbol, None)


def _code(body: bytes) -> int:
    """Return the code of a refusal; none where a machine in between has written a page."""
    try:
        return _decode(body).code
    except msgspec.DecodeError:
        return 0
