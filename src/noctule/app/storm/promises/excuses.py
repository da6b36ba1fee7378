"""When nobody could have done better: no process, a ban, an order that nobody answered."""

from collections.abc import Callable
from typing import Final

import msgspec
from msgspec import Struct

from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.adapters.sim.messages import Response
from noctule.app.storm.exchange import Asked
from noctule.app.storm.scene import Scene
from noctule.app.storm.story import Step

__all__ = ["Excuses", "request_fault"]

_THROTTLED: Final = (418, 429)
_PATIENCE_MS: Final = 1_000  # after a ban: how long until somebody asks again
_ORDER_MS: Final = 1_000 + 1_200  # its time-out, and the longest pause before the next
_CANCEL_MS: Final = 1_000 + 5_200
_QUESTION_MS: Final = 2_500  # the longest pause between questions, and a way
_QUESTION_LOST_MS: Final = 5_000 + _QUESTION_MS
_START_MS: Final = 2_000  # of the three seconds that a start may take beside the naked limit
_START_LOST_MS: Final = 8_000
_SECOND_MS: Final = 1_000

# An answer that is whole is none of these; nobody is hindered by fields that he does not know.
_HARMLESS: Final = (FaultKind.EXTRA_FIELDS,)
_SILENT: Final = (FaultKind.LOST_BEFORE, FaultKind.LOST_AFTER, FaultKind.LATE_ANSWER)
_ORDERS: Final = (Step.ENTRY, Step.STOP, Step.TARGET, Step.EXIT)
# Refusals that have nothing to do with the order: the clocks differ, the market is out of bounds.
_NOT_NOW: Final = (-1021, -4131)


class _Refused(Struct):
    code: int = 0


_decode: Final = msgspec.json.Decoder(_Refused).decode


class Excuses:
    """Knows until when each symbol is excused; what lasts longer begins to count anew."""

    def __init__(self, scene: Scene, *, on_anew: Callable[[], None]) -> None:
        self._scene = scene
        self._on_anew = on_anew
        self._fault: Fault | None = None  # of the request in hand
        self._all_until_ms = 0
        self._until_ms: dict[str, int] = {}

    def until_ms(self, symbol: str) -> int:
        """Return until when nothing can be asked of the bot on a symbol."""
        return max(self._all_until_ms, self._until_ms.get(symbol, 0))

    def is_helpless(self, symbol: str) -> bool:
        """Tell whether nobody is there, or nobody may trade."""
        scene = self._scene
        life = scene.life
        if life is None or life.is_dead:
            return True
        return scene.exchange.venue.exchange.rules[symbol].status != "TRADING"

    def asking(self) -> None:
        """Know that another request is in hand."""
        self._fault = None

    def befallen(self, fault: Fault, subject: str) -> None:
        """Know that something went wrong with it."""
        if request_fault(subject) and fault.kind not in _HARMLESS:
            self._fault = fault

    def answered(self, asked: Asked, response: Response) -> None:
        """Judge by a request and its answer from when on one may count again."""
        fault, self._fault = self._fault, None
        if response.status in _THROTTLED:
            wait_ms = _SECOND_MS * int(response.headers.get("Retry-After", "0"))
            self._all_until_ms = max(self._all_until_ms, self._after(wait_ms + _PATIENCE_MS))
            self._on_anew()
            return
        if fault is not None and fault.kind is FaultKind.OVERLOADED and response.status < 500:
            fault = None  # what takes risk away is let through
        if fault is not None:
            self._hindered(asked, fault)
        elif (step := asked.step) in _ORDERS or step is Step.CANCEL:
            self._let_through(asked, response)

    def begin(self) -> None:
        """Know that a process was started."""
        self._until_ms.clear()
        self._all_until_ms = self._after(_START_MS)
        self._on_anew()

    def _hindered(self, asked: Asked, fault: Fault) -> None:
        life = self._scene.life
        if life is None or not life.is_running:
            self._all_until_ms = max(self._all_until_ms, self._after(_START_LOST_MS))
            return
        step = asked.step
        if step is None:
            return
        if step in _ORDERS:
            wait_ms = _ORDER_MS
        elif step is Step.CANCEL:
            wait_ms = _CANCEL_MS
        else:
            wait_ms = _QUESTION_LOST_MS if fault.kind in _SILENT else _QUESTION_MS
        symbol = asked.sent.get("symbol")
        for each in self._scene.story.symbols if symbol is None else (symbol,):
            self._until_ms[each] = max(self._until_ms.get(each, 0), self._after(wait_ms))

    def _let_through(self, asked: Asked, response: Response) -> None:
        """Count again from now on; a little later where it was refused for what passes."""
        symbol = asked.sent.get("symbol")
        if symbol is None:
            return
        if response.status != 200 and _decode(response.body).code in _NOT_NOW:
            self._until_ms[symbol] = self._after(_ORDER_MS)
        else:
            self._until_ms.pop(symbol, None)

    def _after(self, wait_ms: int) -> int:
        return self._scene.now_ms + wait_ms


def request_fault(subject: str) -> bool:
    """Tell whether a fault befell a request; all others befall frames."""
    return " /" in subject
