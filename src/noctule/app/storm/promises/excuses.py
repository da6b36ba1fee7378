"""When nobody could have done better: no process, a ban, an order that nobody answered."""

from collections.abc import Callable
from typing import Final

from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.adapters.sim.messages import Response
from noctule.app.storm.exchange import Asked
from noctule.app.storm.promises.refusals import refused
from noctule.app.storm.scene import Scene
from noctule.app.storm.story import Step

__all__ = ["THROTTLED", "Excuses", "banned_ms", "request_fault"]

_REFUSED: Final = 400
THROTTLED: Final = (418, 429)
_TOO_MANY_ORDERS: Final = -1015
# How long nothing may be asked where no Retry-After tells it: a limit's own window (facts 5).
_ORDERS_MS: Final = 10_000
_WEIGHT_MS: Final = 60_000
_BAN_MS: Final = 120_000
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
# Nothing was done, and the bot knows it: what it had to do counts from when it is done at last.
_TAKEN_BY_NOBODY: Final = (
    FaultKind.RESET_BEFORE,
    FaultKind.UNAVAILABLE,
    FaultKind.INTERNAL,
    FaultKind.OVERLOADED,
    FaultKind.MAINTENANCE,
    FaultKind.REFUSED,
)
_ORDERS: Final = (Step.ENTRY, Step.STOP, Step.TARGET, Step.EXIT)
# Refusals that have nothing to do with the order: the clocks differ, the market is out of bounds.
_NOT_NOW: Final = (-1021, -4131)


class Excuses:
    """Knows until when each symbol is excused; what lasts longer begins to count anew."""

    def __init__(self, scene: Scene, *, on_anew: Callable[[str | None], None]) -> None:
        self._scene = scene
        self._on_anew = on_anew  # of a symbol, or of all
        self._out: set[str] = set()  # symbols whose last order was taken by nobody
        self._fault: Fault | None = None  # of the request in hand
        self._all_until_ms = 0
        self._until_ms: dict[str, int] = {}
        self._hindered_at: dict[str, Step] = {}

    def until_ms(self, symbol: str) -> int:
        """Return until when nothing can be asked of the bot on a symbol."""
        return max(self._all_until_ms, self._until_ms.get(symbol, 0))

    def is_helpless(self, symbol: str) -> bool:
        """Tell whether nobody is there who trades it, or nobody may."""
        scene = self._scene
        life = scene.life
        if life is None or life.is_dead or symbol not in life.place.symbols:
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
        if response.status in THROTTLED:
            wait_ms = banned_ms(response) + _PATIENCE_MS
            self._all_until_ms = max(self._all_until_ms, self._after(wait_ms))
            self._on_anew(None)
            return
        if fault is not None and fault.kind is FaultKind.OVERLOADED and response.status < 500:
            fault = None  # what takes risk away is let through
        if fault is not None:
            self._hindered(asked, fault, response.status)
        elif (step := asked.step) is not None and step is not Step.QUESTION:
            symbol = self._symbol(asked)
            if symbol is not None:
                self._let_through(step, symbol, response)

    def begin(self) -> None:
        """Know that a process was started."""
        self._until_ms.clear()
        self._all_until_ms = self._after(_START_MS)
        self._on_anew(None)

    def _hindered(self, asked: Asked, fault: Fault, status: int) -> None:
        life, step = self._scene.life, asked.step
        if life is None or not life.is_running:
            self._all_until_ms = max(self._all_until_ms, self._after(_START_LOST_MS))
        elif step is Step.STOP and fault.kind is FaultKind.REFUSED and status == _REFUSED:
            return  # a position whose stop is refused is to be closed
        elif step is not None:
            self._excuse(step, self._symbol(asked), _wait_ms(step, fault))
            if step in _ORDERS and fault.kind in _TAKEN_BY_NOBODY and status != _REFUSED:
                self._out.add(asked.sent["symbol"])

    def _excuse(self, step: Step, symbol: str | None, wait_ms: int) -> None:
        until_ms = self._after(wait_ms)
        for each in self._scene.story.symbols if symbol is None else (symbol,):
            self._until_ms[each] = max(self._until_ms.get(each, 0), until_ms)
            self._hindered_at[each] = step

    def _let_through(self, step: Step, symbol: str, response: Response) -> None:
        """Count again from now on; a little later where it was refused for what passes."""
        if symbol in self._out:
            self._out.remove(symbol)
            self._on_anew(symbol)
        if response.status != 200 and refused(response).code in _NOT_NOW:
            self._excuse(step, symbol, _ORDER_MS)
        elif response.status == 200 or step is self._hindered_at.get(symbol):
            self._until_ms.pop(symbol, None)

    def _symbol(self, asked: Asked) -> str | None:
        """Return what a request is about; of a conditional order only the name is told."""
        symbol, name = asked.sent.get("symbol"), asked.sent.get("clientAlgoId")
        if symbol is not None or name is None:
            return symbol
        account = self._scene.account
        waiting = (algo for algo in account.algos.values() if algo.client_algo_id == name)
        algo = next(waiting, None) or account.history.algos.get(None, name)
        return None if algo is None else algo.symbol

    def _after(self, wait_ms: int) -> int:
        return self._scene.now_ms + wait_ms


def _wait_ms(step: Step, fault: Fault) -> int:
    """Return how long it may take until the same is tried again."""
    if step is Step.QUESTION:
        return _QUESTION_LOST_MS if fault.kind in _SILENT else _QUESTION_MS
    return _CANCEL_MS if step is Step.CANCEL else _ORDER_MS


def banned_ms(response: Response) -> int:
    """Return for how long nothing may be asked any more."""
    told_s = response.headers.get("Retry-After")
    if told_s is not None:
        return _SECOND_MS * int(told_s)
    if response.status == 418:
        return _BAN_MS
    code = refused(response).code
    return _ORDERS_MS if code == _TOO_MANY_ORDERS else _WEIGHT_MS


def request_fault(subject: str) -> bool:
    """Tell whether a fault befell a request; all others befall frames."""
    return " /" in subject
