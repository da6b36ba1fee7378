"""An end for code that is not ours and may have none: it is interrupted where it stands."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

from noctule.app.exits import refuse

__all__ = ["TimeIsUp", "time_limit"]

_AGAIN_S: Final = 1.0  # code that takes no notice is interrupted every so often
_STRIKES_MAX: Final = 5  # and then ends the process: nothing else would end it


class TimeIsUp(BaseException):
    """Raised in the midst of code that took too long; few handlers stop it."""


@contextmanager
def time_limit(seconds: float, *, give_up: Callable[[str], NoReturn] = refuse) -> Iterator[None]:
    """Raise TimeIsUp inside the block once it lasts longer; only the main thread can be stopped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    strikes, is_over = 0, False

    def interrupt(_number: int, frame: FrameType | None) -> None:
        nonlocal strikes
        if is_over:  # or the alarm would go on for ever
            return
        strikes += 1
        if strikes > _STRIKES_MAX:
            give_up(f"{_place(frame)}: not done within {seconds:g} s, and cannot be stopped")
        raise TimeIsUp(f"not done within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, interrupt)
    left_s, again_s = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_S)
    try:
        yield
    finally:
        is_over = True  # before anything else: nobody may be interrupted from here on
        signal.setitimer(signal.ITIMER_REAL, left_s, again_s)
        signal.signal(signal.SIGALRM, before)


def _place(frame: FrameType | None) -> str:
    assert frame is not None, "a signal interrupts something"
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
