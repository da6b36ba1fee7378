"""A turn of the owner's code ends, and what it raises ends nothing but the command."""

import inspect
import os
import re
import signal
from collections.abc import Callable
from contextlib import suppress

import pytest
from typing_extensions import override

from noctule.app.explain.turns import Turns, harmless
from noctule.domain.errors import ConfigError, StrategyError

FILES = frozenset({__file__})


class Slow(Exception):
    """Takes for ever to say what it is."""

    @override
    def __str__(self) -> str:
        loop()
        return ""


def turns(patience_s: float = 60) -> Turns:
    return Turns(FILES, patience_s=patience_s)


def loop() -> None:
    while True:
        pass


def loop_on() -> None:
    """Take no notice of being interrupted once."""
    with suppress(BaseException):
        loop()


def leave() -> None:
    raise SystemExit(3)


def leave_by_ctrl_c() -> None:
    raise KeyboardInterrupt


def leave_at_a_desk() -> None:
    try:
        leave()
    except SystemExit as exc:
        raise StrategyError("mine", "mine.py:3 in analyze: SystemExit: 3") from exc


def say_slowly() -> None:
    raise Slow


def test_what_it_returns_and_its_usual_mistakes_are_returned() -> None:
    mistake = ValueError("no idea")

    def fail() -> None:
        raise mistake

    assert turns().take(lambda: 7, "explain") == 7
    assert turns().take(fail, "explain") is mistake
    line = inspect.getsourcelines(fail)[1] + 1
    assert turns().told(mistake) == f"test_turns.py:{line} in fail: ValueError: no idea"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (leave, r"test_turns\.py:\d+ in leave: SystemExit: 3: a strategy must not end .*"),
        (leave_by_ctrl_c, r"test_turns\.py:\d+ in leave_by_ctrl_c: KeyboardInterrupt: a .*"),
        (leave_at_a_desk, r"mine\.py:3 in analyze: SystemExit: 3: a strategy must not end .*"),
    ],
)
def test_one_that_would_end_the_program_ends_the_command(
    call: Callable[[], None], told: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        turns().take(call, "explain")
    (problem,) = caught.value.problems
    assert re.fullmatch(told, problem)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (loop, r"test_turns\.py:\d+ in loop: did not come back within 0\.02 s"),
        (loop_on, r"explain: did not come back within 0\.02 s"),
    ],
)
def test_one_that_does_not_come_back_ends_the_command(call: Callable[[], None], told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        turns(0.02).take(call, "explain")
    (problem,) = caught.value.problems
    assert re.fullmatch(told, problem)


def test_what_speaks_without_end_ends_the_command() -> None:
    asking = turns(0.02)
    slow = asking.take(say_slowly, "explain")
    assert isinstance(slow, Slow)
    with pytest.raises(ConfigError, match="explain: did not come back"):
        asking.told(slow)


def test_the_person_at_the_keyboard_may_leave() -> None:
    before = signal.getsignal(signal.SIGINT)

    def press() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        loop()

    with pytest.raises(KeyboardInterrupt):
        turns().take(press, "explain")
    assert signal.getsignal(signal.SIGINT) is before


def test_a_text_neither_steers_nor_breaks_a_terminal() -> None:
    assert harmless("a\x1b[2Jb\nc\ud800 <é>") == "a\ufffd[2Jb\ufffdc\ufffd <é>"
