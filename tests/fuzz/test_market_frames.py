"""Whatever arrives on a market stream, nothing is raised and nothing impossible is told."""

import os

import pytest

from noctule.adapters.binance.market.feed_counts import FeedCounts
from tests.conformance.fixtures import needs_data
from tests.fuzz.market_frames import Ears, fuzz, recorded_frames, simulated_frames

COUNT = int(os.environ.get("FUZZED_FRAMES", "10000"))  # of each kind


@pytest.fixture(scope="module")
def simulated() -> list[bytes]:
    return simulated_frames()


def test_every_frame_as_it_was_sent_is_understood(simulated: list[bytes]) -> None:
    counts = FeedCounts()
    ears = Ears(counts)
    for frame in simulated:
        ears.hear(frame)
    assert ears.told() > 20
    assert (counts.malformed, counts.unknown) == (0, 0)


def test_spoiled_frames_of_the_simulated_exchange_are_counted(simulated: list[bytes]) -> None:
    told, counts = fuzz(COUNT, seed=1, frames=simulated)
    assert counts.malformed > COUNT // 4
    assert told > COUNT // 100


@needs_data
def test_spoiled_recorded_frames_are_counted() -> None:
    told, counts = fuzz(COUNT, seed=2, frames=recorded_frames())
    assert counts.malformed > COUNT // 4
    assert told > COUNT // 100
