"""Exceptions that nobody caught reach the log."""

import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from noctule.telemetry.hooks import uncaught_told_to

Told = list[tuple[str, BaseException, str]]


@pytest.fixture
def told() -> Iterator[Told]:
    seen: Told = []
    with uncaught_told_to(lambda message, exc, where: seen.append((message, exc, str(where)))):
        yield seen


def in_a_thread(target: Callable[[], object]) -> None:
    thread = threading.Thread(target=target, name="foreign")
    thread.start()
    thread.join()


def test_what_ends_a_thread_is_told(told: Told) -> None:
    failure = ValueError("why")

    def fail() -> None:
        raise failure

    in_a_thread(fail)
    assert told == [("uncaught exception", failure, "foreign")]


def test_a_thread_may_exit(told: Told) -> None:
    in_a_thread(sys.exit)
    assert told == []


def test_what_comes_out_of_a_finalizer_is_told(told: Told) -> None:
    class Leaky:
        def __del__(self) -> None:
            raise ValueError("why")

    Leaky()
    ((message, exception, where),) = told
    assert (message, str(exception)) == ("exception ignored", "why")
    assert "Leaky.__del__" in where


def test_what_ends_the_program_is_told(told: Told) -> None:
    failure = ValueError("why")
    sys.excepthook(ValueError, failure, None)
    assert told == [("uncaught exception", failure, "program")]


def test_the_hooks_are_given_back() -> None:
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    with uncaught_told_to(lambda *_: None):
        assert sys.excepthook is not before[0]
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before
