"""A failure is told by the line of the owner's code that led to it."""

import inspect
import re
import signal
from collections.abc import Callable
from types import FrameType

import pytest
from typing_extensions import override

from noctule.engine.owners_code import (
    AskedTooLong,
    calls_above,
    failure_told,
    files_of,
    is_ctrl_c,
    place_told,
    stands_in,
    traceback_told,
)
from noctule.strategies import base
from noctule.strategies.sma_cross import SmaCross

HERE = frozenset({__file__})


class Unspeakable(Exception):
    """Cannot even be put into words."""

    instead: BaseException = ValueError()

    @override
    def __str__(self) -> str:
        raise self.instead


class Ending(Unspeakable):
    """Would end whoever wants to hear of it."""

    instead: BaseException = SystemExit()


class CtrlC(Unspeakable):
    """Would be taken for the person at the keyboard."""

    instead: BaseException = KeyboardInterrupt()


class Overdue(Unspeakable):
    """Takes so long for its words that it is interrupted."""

    instead: BaseException = AskedTooLong("in __str__")


def failure_of(text: str = "not a number") -> BaseException:
    try:
        int(text)
        re.compile("(")
    except (ValueError, re.error) as exc:
        return exc
    raise AssertionError


def raised(failure: BaseException) -> BaseException:
    try:
        raise failure  # noqa: TRY301  # it is what this is for
    except BaseException as exc:  # noqa: BLE001  # whatever a test gives
        return exc


def test_the_line_that_is_told_is_the_owners_even_where_a_library_failed() -> None:
    line = inspect.getsourcelines(failure_of)[1]
    assert failure_told(failure_of(), HERE) == (
        f"test_owners_code.py:{line + 2} in failure_of: "
        "ValueError: invalid literal for int() with base 10: 'not a number'"
    )
    assert failure_told(failure_of("1"), HERE).startswith(
        f"test_owners_code.py:{line + 3} in failure_of: "
    )


def test_a_failure_in_nobodys_code_is_told_where_it_happened() -> None:
    told = failure_told(failure_of("1"), ["elsewhere.py"])
    assert re.match(r"_parser\.py:\d+ in \w+: (error|PatternError): ", told)


@pytest.mark.parametrize(
    ("failure", "ending"),
    [
        (KeyError(), ": KeyError"),
        (ValueError("two\nlines"), ": ValueError: two lines"),
        (ValueError("x" * 1_000), ": ValueError: " + "x" * 300),
        (Unspeakable(), ": Unspeakable: (and cannot be written)"),
        (Ending(), ": Ending: (and cannot be written)"),
        (CtrlC(), ": CtrlC: (and cannot be written)"),
    ],
    ids=["nothing", "lines", "length", "unspeakable", "ending", "ctrl-c"],
)
def test_what_it_says_is_one_short_line(failure: Exception, ending: str) -> None:
    told = failure_told(raised(failure), HERE)
    assert told.endswith(ending)


def test_who_is_interrupted_while_it_puts_itself_into_words_is_interrupted() -> None:
    with pytest.raises(AskedTooLong):
        failure_told(raised(Overdue()), HERE)


def test_a_traceback_is_text_whatever_was_raised() -> None:
    told = traceback_told(failure_of())
    assert told.startswith("Traceback (most recent call last):")
    assert told.endswith("with base 10: 'not a number'")
    assert "Unspeakable" in traceback_told(raised(Unspeakable()))
    assert len(traceback_told(raised(ValueError("x" * 100_000)))) == 20_000


class Noted(Exception):
    """Has notes that cannot be read."""

    instead: BaseException = SystemExit()

    @property
    @override
    def __notes__(self) -> list[str]:  # type: ignore[override]  # it may do as it likes
        raise self.instead


class NotedForLong(Noted):
    """Has notes that are read until somebody interrupts."""

    instead: BaseException = AskedTooLong("in __notes__")


def test_a_traceback_that_cannot_be_written_is_none_and_one_without_end_is_interrupted() -> None:
    assert traceback_told(raised(Noted())) == "(a traceback cannot be written)"
    with pytest.raises(AskedTooLong):
        traceback_told(raised(NotedForLong()))


def test_a_class_stands_in_the_files_of_its_methods_and_of_those_it_inherits() -> None:
    assert files_of(SmaCross) >= {inspect.getfile(SmaCross), base.__file__}


def test_where_a_thread_is_now_is_told_by_the_innermost_line_of_the_files() -> None:
    frame = inspect.currentframe()
    assert place_told(frame, HERE).endswith(
        "in test_where_a_thread_is_now_is_told_by_the_innermost_line_of_the_files"
    )
    assert place_told(frame, ["elsewhere.py"]) == "outside of its files"
    assert place_told(None, HERE) == "outside of its files"


def test_the_calls_above_ours_are_told_and_whose_they_are() -> None:
    def asking(asked: Callable[[], list[FrameType]]) -> list[FrameType]:
        return asked()

    def asked() -> list[FrameType]:
        return list(calls_above(inspect.currentframe(), asking.__code__))

    (call,) = asking(asked)
    assert call.f_code is asked.__code__
    assert stands_in(call, HERE)
    assert not stands_in(call, ["elsewhere.py"])
    assert list(calls_above(None, asking.__code__)) == []


def test_code_that_was_a_text_stands_in_no_file() -> None:
    said = ["import inspect", "frame = inspect.currentframe()"]
    names: dict[str, FrameType] = {}
    exec(compile("\n".join(said), "<string>", "exec"), names)
    assert place_told(names["frame"], ["elsewhere.py"]) == "outside of its files"


def test_ctrl_c_is_the_persons_only_where_nobody_has_taken_it() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert is_ctrl_c(KeyboardInterrupt())
        assert not is_ctrl_c(SystemExit())
        signal.signal(signal.SIGINT, lambda _number, _frame: None)
        assert not is_ctrl_c(KeyboardInterrupt())
    finally:
        signal.signal(signal.SIGINT, before)


def test_what_catches_errors_lets_an_interruption_pass() -> None:
    assert not issubclass(AskedTooLong, Exception)
