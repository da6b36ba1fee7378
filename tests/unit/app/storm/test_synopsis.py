"""A story in words that a trader reads."""

import pytest

from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.app.storm.story import (
    ClockJump,
    Crash,
    DiskFailure,
    Hand,
    HandDeed,
    Mishap,
    Operate,
    OperatorDeed,
    Outage,
    Reload,
    Restart,
    Shock,
    ShockKind,
    SlowStreams,
    Step,
    WireFault,
)
from noctule.app.storm.synopsis import synopsis, time_text
from tests.fakes.small_storms import a_story

LOST = Fault(kind=FaultKind.LOST_AFTER, match="POST *")
BUSY = Fault(kind=FaultKind.UNAVAILABLE, times=None)


def test_it_begins_with_what_is_played_on() -> None:
    story = a_story(seed=7, symbols=("BTCUSDT", "ETHUSDT"), settings=("risk.max_positions=1",))

    assert list(synopsis(story)) == [
        "5 minutes of BTCUSDT, ETHUSDT, seed 7, profile calm",
        "with risk.max_positions=1",
    ]


def test_what_happens_is_told_in_the_order_of_time() -> None:
    story = a_story(
        Crash(at_ms=120_000, awaits=3, down_ms=9_000),
        ClockJump(at_ms=0, by_ms=-500),
        shocks=(Shock(at_ms=60_000, kind=ShockKind.GAP, symbol="BTCUSDT", size=-0.02),),
    )

    assert list(synopsis(story))[1:] == [
        "0:00:00.000  the wall clock is set: by_ms -500",
        "0:01:00.000  the market: kind gap symbol BTCUSDT size -0.02",
        "0:02:00.000  the process dies: awaits 3 down_ms 9000",
    ]


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (WireFault(at_ms=0, fault=LOST), "the exchange: lost_after on POST * 1 ×"),
        (
            WireFault(at_ms=0, on=Step.STOP, fault=LOST),
            "on the next stop, the exchange: lost_after on POST * 1 ×",
        ),
        (
            Outage(at_ms=0, fault=BUSY, for_ms=5_000),
            "the exchange, for a while: unavailable on * until it ends for_ms 5000",
        ),
        (Restart(at_ms=0, down_ms=1), "the process is restarted: down_ms 1"),
        (DiskFailure(at_ms=0, for_ms=1), "the disk is full: for_ms 1"),
        (
            SlowStreams(at_ms=0, delay_ms=2, for_ms=1),
            "the streams are read late: delay_ms 2 for_ms 1",
        ),
        (
            Operate(at_ms=0, deed=OperatorDeed.PAUSE, symbol=""),
            "the owner commands: deed pause",
        ),
        (
            Hand(at_ms=0, deed=HandDeed.FLIP, symbol="BTCUSDT"),
            "the owner's hand: deed flip symbol BTCUSDT",
        ),
        (
            Reload(at_ms=0, setting="risk.max_positions", value="2"),
            "the configuration is read anew: setting risk.max_positions value 2",
        ),
    ],
)
def test_each_kind_of_trouble_has_its_words(trouble: Mishap, words: str) -> None:
    assert list(synopsis(a_story(trouble)))[1:] == [f"0:00:00.000  {words}"]


@pytest.mark.parametrize(
    ("at_ms", "text"),
    [(0, "0:00:00.000"), (3_723_004, "1:02:03.004"), (-1_500, "-0:00:01.500")],
)
def test_times_count_from_the_opening(at_ms: int, text: str) -> None:
    assert time_text(at_ms) == text
