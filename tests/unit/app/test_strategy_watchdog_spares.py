"""A strategy is not interrupted in the midst of what somebody else needs done."""

import logging
import signal
import threading
import time
from types import FrameType

import pytest
from typing_extensions import override

from noctule.engine.owners_code import AskedTooLong
from tests.unit.app.watched import Watched, loop


class Waiting(logging.Handler):
    """Nearly all of its time goes by where it has its lock and could not give it back."""

    @override
    def acquire(self) -> None:
        super().acquire()
        time.sleep(0.02)

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Write nothing."""

    def is_free(self) -> bool:
        """Tell whether another thread could have it."""
        free: list[bool] = []
        assert self.lock is not None
        lock = self.lock

        def take() -> None:
            if lock.acquire(blocking=False):
                lock.release()
                free.append(True)

        thread = threading.Thread(target=take)
        thread.start()
        thread.join()
        return bool(free)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_is_being_heard_is_heard_to_its_end(number: int) -> None:
    watched, heard = Watched(), []

    def hear(number: int, _frame: FrameType | None) -> None:
        time.sleep(0.07)  # long enough to be overdue, and be struck
        heard.append(number)

    def be_told() -> None:
        signal.raise_signal(number)
        loop()

    before = signal.signal(number, hear)
    try:
        with watched.dog.watching(), pytest.raises(AskedTooLong):
            watched.has_turn(be_told)
    finally:
        signal.signal(number, before)
    assert heard == [number]
    assert len(watched.condemned) == 1


def test_one_that_is_about_to_log_leaves_no_log_locked() -> None:
    watched, handler = Watched(), Waiting()
    log = logging.Logger("mine")  # noqa: LOG001  # of nobody else
    log.addHandler(handler)

    def talk() -> None:
        for _ in range(4):
            log.warning("hello")
        loop()

    with watched.dog.watching(), pytest.raises(AskedTooLong):
        watched.has_turn(talk)
    assert handler.is_free()


def test_one_that_imports_for_the_first_time_leaves_no_module_locked() -> None:
    watched = Watched()
    done: list[str] = []
    text = "import time\ntime.sleep(0.07)\ndone.append('unlocked')"
    importing = compile(text, "<frozen importlib._bootstrap>", "exec")

    def bring_in() -> None:
        exec(importing, {"done": done})
        loop()

    with watched.dog.watching(), pytest.raises(AskedTooLong):
        watched.has_turn(bring_in)
    assert done == ["unlocked"]
