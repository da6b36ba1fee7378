"""What a desk waits for, in words: asked when a person wants to know, and guarded like a turn."""

from collections.abc import Callable
from typing import Final

from noctule.domain.errors import StrategyError
from noctule.engine.desk import Desk
from noctule.engine.owners_code import AskedTooLong
from noctule.engine.turn import Turn

__all__ = ["Waiting"]

_MS: Final = 1_000_000  # nanoseconds
_TOLD_MAX: Final = 200  # characters of what a strategy says
_WINDOW_NS: Final = 1_000 * _MS
_SILENT: Final = "waits for its next signal, and does not say what that would take"
_LATER: Final = "was not asked just now: others took too long to answer"


class Waiting:
    """Asks strategies what they wait for; one that fails at it is asked that no more.

    That says nothing about its signals, so it goes on trading.
    """

    def __init__(
        self,
        turn: Turn,
        *,
        stopwatch_ns: Callable[[], int],
        too_slow_ms: int = 50,
        budget_ms: int = 100,
    ) -> None:
        self._turn = turn  # the watchdog's, who ends it when it is endless
        self._stopwatch_ns = stopwatch_ns
        self._too_slow_ms = too_slow_ms
        self._budget_ns = budget_ms * _MS  # of each second, for all strategies together
        self._window_ns = 0  # when the second began
        self._spent_ns = 0  # in it

    def told(self, desk: Desk) -> str:
        """Say what it waits for: enough candles, a move of the price, or somebody's decision."""
        if desk.disabled is not None:
            return f"is disabled: {desk.disabled}"
        if desk.warm_up_left is not None:
            taken, needed = desk.warm_up_left
            return f"warms up: {taken} of {needed} candles"
        if not desk.board.series[desk.board.base].taken:
            return "waits for its first candle"
        if desk.cannot_wait is not None:
            return desk.cannot_wait
        if self._is_spent():
            return _LATER
        return self._asked(desk) or _SILENT

    def _is_spent(self) -> bool:
        """Tell whether so much was asked within this second that the rest of the bot has waited."""
        now_ns = self._stopwatch_ns()
        if now_ns - self._window_ns >= _WINDOW_NS:
            self._window_ns, self._spent_ns = now_ns, 0
        return self._spent_ns >= self._budget_ns

    def _asked(self, desk: Desk) -> str | None:
        is_first = desk.is_new  # then its indicators read the history, which takes its time
        turn, told = self._turn, None
        turn.desk = desk
        turn.began_ns = began_ns = self._stopwatch_ns()
        try:
            try:
                told = desk.waits_for()
            finally:
                turn.began_ns = 0
        except StrategyError as exc:
            desk.cannot_wait = f"cannot say what it waits for: {exc.fault}"
        except AskedTooLong as exc:  # which came while we were putting its failure into words
            desk.cannot_wait = f"cannot say what it waits for: {str(exc).removeprefix('at ')}"
        took_ns = self._stopwatch_ns() - began_ns
        self._spent_ns += took_ns
        took_ms = took_ns // _MS
        if desk.cannot_wait is None and took_ms > self._too_slow_ms and not is_first:
            desk.cannot_wait = f"took {took_ms} ms to say what it waits for: nothing else ran"
        return desk.cannot_wait or _one_line(told)


def _one_line(told: str | None) -> str | None:
    if told is None:
        return None
    words = told[: 2 * _TOLD_MAX].encode(errors="replace").decode().split()
    return " ".join(words)[:_TOLD_MAX]
