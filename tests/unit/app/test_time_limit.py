"""Code without end is interrupted where it stands; timers of others go on."""

import re
import signal
import threading
from contextlib import suppress
from typing import NoReturn

import pytest

from noctule.app.time_limit import TimeIsUp, time_limit


def wait_for_ever() -> None:
    while True:
        pass


def take_no_notice(*, times: int) -> None:
    for _ in range(times):
        with suppress(TimeIsUp):
            wait_for_ever()
    wait_for_ever()


def test_what_takes_too_long_is_interrupted() -> None:
    with pytest.raises(TimeIsUp, match=r"not done within 0\.01 s"), time_limit(0.01):
        wait_for_ever()


def test_code_that_takes_no_notice_is_interrupted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("noctule.app.time_limit._AGAIN_S", 0.01)
    with pytest.raises(TimeIsUp, match="not done"), time_limit(0.01):
        take_no_notice(times=3)


def test_code_that_cannot_be_stopped_ends_the_process_with_its_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Left(BaseException):
        """Stands for the end of the process."""

    def leave(why: str) -> NoReturn:
        raise Left(why)

    monkeypatch.setattr("noctule.app.time_limit._AGAIN_S", 0.01)
    with pytest.raises(Left) as left, time_limit(0.01, give_up=leave):
        take_no_notice(times=5)
    assert re.fullmatch(
        r"test_time_limit\.py:\d+: not done within 0\.01 s, and cannot be stopped", str(left.value)
    )


def test_what_is_done_in_time_leaves_everything_as_it_was() -> None:
    handler = signal.getsignal(signal.SIGALRM)
    before = signal.setitimer(signal.ITIMER_REAL, 500.0, 7.0)
    try:
        with time_limit(60):
            pass
        left_s, again_s = signal.getitimer(signal.ITIMER_REAL)
        assert 400 < left_s <= 500
        assert again_s == 7.0
        assert signal.getsignal(signal.SIGALRM) is handler
    finally:
        signal.setitimer(signal.ITIMER_REAL, *before)


def test_another_thread_is_left_alone() -> None:
    ended = threading.Event()

    def wait() -> None:
        with time_limit(0.000_001):
            ended.set()

    thread = threading.Thread(target=wait)
    thread.start()
    thread.join()
    assert ended.is_set()
