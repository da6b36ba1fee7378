"""The lines of the control socket: what is a request, what is an answer, and what is neither."""

import pytest

from noctule.adapters.control.words import Answer, Ask, Request, read_answer, read_request, written
from noctule.domain.commands import CommandOutcome
from tests.builders import BTCUSDT, START_MS
from tests.fakes.controlled import a_view

PAUSE = Request(ask=Ask.PAUSE, reason="payrolls")


def test_a_request_says_only_what_it_needs() -> None:
    assert written(Request(ask=Ask.STATUS)) == b'{"ask":"status"}\n'
    assert written(PAUSE) == b'{"ask":"pause","reason":"payrolls"}\n'
    assert read_request(written(PAUSE)) == PAUSE


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"status", "this is not JSON: JSON is malformed"),
        (b'{"ask":"\xff"}', "this is "),
        (b"[" * 100_000, "this is no request: Expected `object`, got `array`"),
        (b'{"ask":"panic"}', "this is no request: Invalid enum value 'panic' - at `$.ask`"),
        (b'{"ask":"status","verbose":1}', "this is no request: Object contains unknown field"),
        (b'{"ask":"pause","reason":"%s"}' % (b"x" * 201), "this is no request: Expected `str` of"),
        (b'{"ask":"status","version":9}', "this bot speaks version 1, the request is of version 9"),
        (b'{"ask":"enable_strategy"}', "enable_strategy needs a strategy"),
        (b'{"ask":"disable_strategy","strategy":""}', "disable_strategy needs a strategy"),
    ],
)
def test_what_is_no_request_is_told_with_the_reason(line: bytes, problem: str) -> None:
    told = read_request(line)
    assert isinstance(told, str)
    assert told.startswith(problem)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(version=1, problem="nothing is held", is_early=True),
        Answer(version=1, status=a_view()),
        Answer(version=1, outcome=CommandOutcome(at_ms=START_MS, symbols=(BTCUSDT,))),
    ],
)
def test_an_answer_reads_back_as_it_was_written(answer: Answer) -> None:
    assert read_answer(written(answer)) == answer


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"{}", "the answer cannot be read: Object missing required field `version`"),
        (b'{"version":1,"status":{}}', "the answer cannot be read: Object missing"),
        (b'{"version":2}', "the bot speaks version 2 of the protocol, this command 1"),
    ],
)
def test_an_answer_of_another_program_is_told_as_such(line: bytes, problem: str) -> None:
    told = read_answer(line)
    assert isinstance(told, str)
    assert told.startswith(problem)
