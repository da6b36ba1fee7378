"""An end for code that is not ours and may have none: it is interrupted where it stands."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

__all__ = ["TimeIsUp", "time_limit"]

_AGAIN_S: Final = 1.0  # code that takes no notice is interrupted every so often


class TimeIsUp(Exception):  # not a TimeoutError: the code may know what to do with those
    """Raised in the midst of code that took too long."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeIsUp inside the block once it lasts longer; only the main thread can be stopped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
        raise TimeIsUp(f"not done within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, interrupt)
    left_s, again_s = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left_s, again_s)
        signal.signal(signal.SIGALRM, before)
