"""Whatever is heard or answered about the account, nothing is raised but our own errors."""

import os

import pytest

from tests.conformance.fixtures import needs_data
from tests.fuzz.account_frames import (
    Simulated,
    fuzz_answers,
    fuzz_frames,
    recorded_frames,
    simulated,
)

COUNT = int(os.environ.get("FUZZED_FRAMES", "10000"))  # of each kind


@pytest.fixture(scope="module")
def said() -> Simulated:
    return simulated()


def test_spoiled_user_events_of_the_simulated_exchange_are_counted(said: Simulated) -> None:
    harm = fuzz_frames(COUNT, seed=1, frames=said.frames)
    assert harm.malformed > COUNT // 4
    assert harm.events > COUNT // 10


@needs_data
def test_spoiled_recorded_user_events_are_counted() -> None:
    harm = fuzz_frames(COUNT, seed=2, frames=recorded_frames())
    assert harm.malformed > COUNT // 4
    assert harm.events > COUNT // 10


def test_spoiled_answers_about_the_account_are_told_as_such(said: Simulated) -> None:
    harm = fuzz_answers(COUNT, seed=3, answers=said.answers)
    assert harm.answers >= COUNT
    assert harm.refused > COUNT // 100
    assert harm.events > COUNT // 100
