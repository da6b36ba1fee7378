"""A turn of the owner's code while a command asks it: it may neither hang the command nor end it.

What it raises of the usual kind is returned. One that would end the program, or does not come
back, ends the command with a line that names the place.
"""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final, NoReturn, TypeVar

from noctule.app.strategy_source import MUST_NOT_END
from noctule.app.time_limit import time_limit
from noctule.domain.errors import ConfigError, StrategyError
from noctule.engine.owners_code import failure_told
from noctule.telemetry.attempt import contained

__all__ = ["PATIENCE_S", "Turns", "harmless"]

T = TypeVar("T")

PATIENCE_S: Final = 10.0  # for one call


class Turns:
    """Calls one strategy's code again and again."""

    def __init__(self, files: frozenset[str], *, patience_s: float = PATIENCE_S) -> None:
        self._files = files
        self._patience_s = patience_s

    def take(self, call: Callable[[], T], what: str) -> T | Exception:
        """Return what the call returns, or what went wrong in it as a usual mistake does."""
        began_s = time.perf_counter()
        with _ctrl_c() as pressed:
            outcome = contained(lambda: self._limited(call))
        if pressed:
            raise KeyboardInterrupt
        if time.perf_counter() - began_s >= self._patience_s:  # it may have taken no notice
            _end(self._place(outcome, what), f"did not come back within {self._patience_s:g} s")
        if isinstance(outcome, BaseException):
            raised = outcome.__cause__ if isinstance(outcome, StrategyError) else outcome
            if raised is not None and not isinstance(raised, Exception):
                _end(self._fault(outcome, what), MUST_NOT_END)
            assert isinstance(outcome, Exception), f"{outcome!r} is no usual mistake"
        return outcome

    def told(self, failure: Exception) -> str:
        """Say in one harmless line what went wrong; its own words may loop, so this is a turn."""
        return harmless(str(self.take(lambda: failure_told(failure, self._files), "explain")))

    def _limited(self, call: Callable[[], T]) -> T:
        with time_limit(self._patience_s):
            return call()

    def _place(self, outcome: object, what: str) -> str:
        return self._fault(outcome, what).partition(": ")[0]

    def _fault(self, outcome: object, what: str) -> str:
        """Say what went wrong and where, as far as it can be told."""
        if isinstance(outcome, StrategyError):
            return outcome.fault
        if not isinstance(outcome, BaseException):
            return what
        told = contained(lambda: self._limited(lambda: failure_told(outcome, self._files)))
        return told if isinstance(told, str) else what


def _end(where: str, why: str) -> NoReturn:
    raise ConfigError([harmless(f"{where}: {why}")])


def harmless(text: str) -> str:
    """Return a text in which nothing steers a terminal, breaks a line or cannot be written."""
    return "".join(each if each.isprintable() else "\ufffd" for each in text)


@contextmanager
def _ctrl_c() -> Iterator[list[bool]]:
    """Note whether the person at the keyboard pressed it: the owner's code may raise it, too."""
    pressed: list[bool] = []

    def press(_number: int, _frame: object) -> None:
        pressed.append(True)
        raise KeyboardInterrupt

    with ExitStack() as leaving:
        leaving.callback(signal.signal, signal.SIGINT, signal.signal(signal.SIGINT, press))
        yield pressed
