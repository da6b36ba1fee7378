"""The thread that ends a strategy's turn when the strategy does not: nothing else could."""

import asyncio
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import takewhile
from types import FrameType
from typing import Final, NoReturn

from noctule.app.exits import abandon
from noctule.app.last_resort import LastResort
from noctule.engine.desk import Desk
from noctule.engine.opinions import OpinionLimits
from noctule.engine.owners_code import AskedTooLong, calls_above, place_told, stands_in
from noctule.engine.turn import Turn
from noctule.telemetry.attempt import attempted
from noctule.telemetry.logs import get_log

__all__ = ["StrategyWatchdog"]

_MS: Final = 1_000_000  # nanoseconds
_STRIKE: Final = signal.SIGUSR2  # SIGALRM is for time limits; this one is nobody's
_LOOKS: Final = 20  # in the time that a strategy has
_STRIKES: Final = 40  # in the time that it has after that
_STARVED_S: Final = 5.0  # that the process computes, and we do not come to look
_IMPORTING: Final = "<frozen importlib."
_LOCKING: Final = ("acquire", "release", "_acquireLock", "_releaseLock")  # of a log
_WRITING_S: Final = 0.5  # in which the logs, whose threads go on, write what was said last

_log = get_log(__name__)


class StrategyWatchdog:
    """Looks a few times a second whose turn it is, and since when.

    A strategy that is overdue is interrupted where it stands: that ends a loop in Python, and
    sleep. What takes no notice of it ends with the process; what starts that anew finds the
    strategy marked. `condemn` is told first, in the watchdog's thread. Against what lets no
    thread run but its own there is the last resort.
    """

    def __init__(
        self,
        turn: Turn,
        *,
        stopwatch_ns: Callable[[], int],
        limits: OpinionLimits,
        condemn: Callable[[str, str], None],
        last_resort: LastResort,
        abandon: Callable[[str], NoReturn] = abandon,
    ) -> None:
        self._turn = turn
        self._stopwatch_ns = stopwatch_ns
        self._limits = limits
        self._condemn = condemn
        self._last_resort = last_resort
        self._abandon = abandon
        self._is_over = threading.Event()

    async def keep_watch(self) -> None:
        """Watch until cancelled."""
        with self.watching():
            await asyncio.get_running_loop().create_future()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch while this lasts; outside of the main thread nobody can be interrupted."""
        strategies = threading.current_thread()
        can_strike = strategies is threading.main_thread()
        ident = strategies.ident if can_strike else None
        watch = threading.Thread(
            target=self._watch, args=(ident,), name="strategy watchdog", daemon=True
        )
        with ExitStack() as leaving:
            if can_strike:
                leaving.callback(signal.signal, _STRIKE, signal.signal(_STRIKE, self._interrupt))
                leaving.enter_context(self._last_resort.ready())
                self._last_resort.put_off(_STARVED_S)  # the first candle may be held already
            watch.start()
            leaving.callback(watch.join)
            leaving.callback(self._is_over.set)
            yield

    def _interrupt(self, _number: int, frame: FrameType | None) -> None:
        """Raise in the midst of the strategy's code, if it is still its turn.

        Not in the midst of what somebody else needs done: the next one soon finds it elsewhere.
        """
        desk = self._turn.desk
        if self._turn.is_struck and desk is not None and not _is_needed(frame, desk):
            raise AskedTooLong(place_told(frame, desk.files))

    def _watch(self, ident: int | None) -> None:
        look_s = self._limits.endless_ms / 1_000 / _LOOKS
        try:
            while not self._is_over.wait(look_s):
                self._last_resort.put_off(_STARVED_S)
                self._look(ident)
        finally:
            self._last_resort.call_off()  # for nobody would put it off any more

    def _look(self, ident: int | None) -> None:
        desk, began_ns = self._turn.desk, self._turn.began_ns
        if desk is None or not began_ns:
            return
        if self._stopwatch_ns() - began_ns >= self._limits.endless_ms * _MS:
            self._end(desk, began_ns, ident)

    def _end(self, desk: Desk, began_ns: int, ident: int | None) -> None:
        """Interrupt it until its turn is over, or the patience with it."""
        reason = f"did not come back within {self._limits.endless_ms} ms, it was {_where(desk)}"
        self._turn.struck_ns = began_ns
        _strike(ident)
        untold = attempted(lambda: self._condemn(desk.label, reason))
        if untold is not None:  # whatever it was, the loop must not go on for it
            _log.exception("strategy not marked", untold, strategy=desk.label)
        _log.error(
            "strategy does not come back", strategy=desk.label, symbol=desk.board.symbol, why=reason
        )
        for _ in range(_STRIKES):
            if self._is_over.wait(self._limits.stuck_ms / 1_000 / _STRIKES):
                return
            if self._turn.began_ns != began_ns:
                return
            _strike(ident)
        self._give_up(desk, reason)

    def _give_up(self, desk: Desk, reason: str) -> None:
        """End the process: stops and targets rest at the exchange, and the next one guards them."""
        told = {"strategy": desk.label, "symbol": desk.board.symbol, "where": _where(desk)}
        _log.error("strategy is stuck and ends the process", **told)
        self._is_over.wait(_WRITING_S)
        self._abandon(
            f"strategy {desk.label} {reason} on {desk.board.symbol} and cannot be interrupted; "
            "the process ends, and the next one starts with it disabled"
        )


def _is_needed(frame: FrameType | None, desk: Desk) -> bool:
    """Tell whether it is at what others need done: hearing a signal, locking a log, importing.

    A signal that is not heard to its end is lost, and a lock that is not given back holds us all.
    """
    hearing = {getattr(signal.getsignal(each), "__code__", None) for each in signal.valid_signals()}
    calls = list(calls_above(frame, Desk.opinion.__code__))
    called = takewhile(lambda each: not stands_in(each, desk.files), calls)
    return any(each.f_code in hearing for each in calls) or any(map(_is_locking, called))


def _is_locking(call: FrameType) -> bool:
    code, caller = call.f_code, call.f_back
    if code.co_filename.startswith(_IMPORTING):
        return True
    callers = caller.f_code.co_filename if caller is not None else ""
    return code.co_name in _LOCKING and logging.__file__ in (code.co_filename, callers)


def _where(desk: Desk) -> str:
    """Say at which of its lines a strategy is now."""
    frames = sys._current_frames()  # noqa: SLF001  # there is no other way to look at a thread
    return place_told(frames.get(threading.main_thread().ident or 0), desk.files)


def _strike(ident: int | None) -> None:
    if ident is not None:
        signal.pthread_kill(ident, _STRIKE)
