"""A story is all that a run depends on, and survives being written down."""

import msgspec

from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.app.storm.story import (
    Crash,
    Hand,
    HandDeed,
    Shock,
    ShockKind,
    Step,
    Story,
    WireFault,
)
from tests.fakes.small_storms import a_story


def test_every_kind_of_trouble_is_the_same_after_it_was_written_and_read() -> None:
    story = a_story(
        Crash(at_ms=1, awaits=3, down_ms=10, on=Step.STOP),
        WireFault(at_ms=2, fault=Fault(kind=FaultKind.LOST_AFTER, match="POST *")),
        Hand(at_ms=3, deed=HandDeed.FLIP, symbol="BTCUSDT"),
        shocks=(Shock(at_ms=4, kind=ShockKind.GAP, symbol="BTCUSDT", size=-0.1),),
    )
    written = msgspec.json.encode(story)
    assert msgspec.json.decode(written, type=Story) == story
