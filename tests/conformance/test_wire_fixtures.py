"""Our exchange's answers and events have the keys and types of Binance's own."""

import pytest

from tests.conformance.allowed_differences import ALLOWED, UNANSWERED, matches
from tests.conformance.fixtures import needs_data, shapes
from tests.conformance.shapes import Shape, differences
from tests.conformance.wire_calls import calls
from tests.conformance.wire_keys import GOLDEN, golden, written
from tests.conformance.wire_messages import messages
from tests.conformance.wire_run import run

EXPECTED = golden()
BY_HAND = sorted(messages().items())
CALLED = list(calls())
IN_A_RUN = run()
OURS = [*BY_HAND, *CALLED, *IN_A_RUN]
FOUND = [(name, line) for name, shape in OURS for line in differences(EXPECTED[name], shape)]


@needs_data
def test_the_keys_written_down_are_those_of_the_examples() -> None:
    assert GOLDEN.read_bytes() == written(shapes())


@pytest.mark.parametrize(("name", "ours"), BY_HAND, ids=[name for name, _ in BY_HAND])
def test_a_message_has_the_keys_and_types_of_the_example(name: str, ours: Shape) -> None:
    assert _unexplained(name, ours) == []


@pytest.mark.parametrize(("name", "ours"), CALLED, ids=[name for name, _ in CALLED])
def test_a_call_is_answered_with_the_keys_and_types_of_the_example(name: str, ours: Shape) -> None:
    assert _unexplained(name, ours) == []


def test_no_call_is_answered_with_an_empty_list_that_would_prove_nothing() -> None:
    assert [name for name, shape in CALLED if shape == [""]] == []


@pytest.mark.parametrize(("name", "ours"), IN_A_RUN, ids=[name for name, _ in IN_A_RUN])
def test_what_is_told_in_a_run_has_the_keys_and_types_of_the_example(
    name: str, ours: Shape
) -> None:
    assert _unexplained(name, ours) == []


def test_every_example_is_answered_or_there_is_a_reason_why_not() -> None:
    silent = [
        name
        for name in sorted(_unanswered())
        if not any(matches(pattern, name) for pattern in UNANSWERED)
    ]
    assert silent == []


def test_every_reason_for_no_answer_is_needed() -> None:
    names = _unanswered()
    idle = [pattern for pattern in UNANSWERED if not any(matches(pattern, name) for name in names)]
    assert idle == []


def test_every_allowed_difference_still_occurs() -> None:
    idle = [
        (entry.examples, each)
        for entry in ALLOWED
        for each in entry.differences
        if not any(matches(entry.examples, name) and matches(each, line) for name, line in FOUND)
    ]
    assert idle == []


def _unanswered() -> set[str]:
    return EXPECTED.keys() - dict(OURS).keys()


def _unexplained(name: str, ours: Shape) -> list[str]:
    reasons = [
        difference
        for entry in ALLOWED
        if matches(entry.examples, name)
        for difference in entry.differences
    ]
    return [
        line
        for line in differences(EXPECTED[name], ours)
        if not any(matches(reason, line) for reason in reasons)
    ]
