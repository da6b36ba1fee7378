"""A storm with its whole story, lived through once for all tests that look at it."""

from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from noctule.app.storm.notes import Note
from noctule.app.storm.run import Outcome, run_storm
from noctule.app.storm.story import (
    ClockJump,
    Crash,
    DiskFailure,
    Hand,
    HandDeed,
    Mishap,
    Operate,
    OperatorDeed,
    Reload,
    Restart,
    SlowStreams,
    Step,
)
from tests.fakes.small_storms import a_story

__all__ = ["Lived", "lived"]

_MINUTE_MS = 60_000


class Lived(Struct, frozen=True, kw_only=True):
    """What came of it, and all that was told meanwhile."""

    outcome: Outcome
    notes: list[Note]

    def told(self, who: str, text: str) -> list[Note]:
        """Return the lines of somebody's that hold a text."""
        return [each for each in self.notes if each.who == who and text in each.text]


@cache
def lived() -> Lived:
    """Live through it; nobody may change what is returned."""
    notes: list[Note] = []
    outcome = run_storm(_EVENTFUL, note=notes.append)
    return Lived(outcome=outcome, notes=notes)


def _one_by_one(start_ms: int, *troubles: Mishap) -> tuple[Mishap, ...]:
    return tuple(
        replace(each, at_ms=start_ms + number * 5_000) for number, each in enumerate(troubles)
    )


_EVENTFUL = a_story(
    *_one_by_one(
        2 * _MINUTE_MS + 20_000,
        Crash(at_ms=0, awaits=40, down_ms=3_000),
        Reload(at_ms=0, setting="risk.max_positions", value="2"),
        SlowStreams(at_ms=0, delay_ms=2_000, for_ms=8_000),
        ClockJump(at_ms=0, by_ms=3_600_000),
        DiskFailure(at_ms=0, for_ms=4_000),
    ),
    *_one_by_one(
        3 * _MINUTE_MS + 10_000,
        *(Operate(at_ms=0, deed=each, symbol="BTCUSDT") for each in OperatorDeed),
    ),
    Crash(at_ms=0, on=Step.STOP, awaits=2, down_ms=2_000),
    Hand(at_ms=4 * _MINUTE_MS + 30_000, deed=HandDeed.CLOSE, symbol="BTCUSDT"),
    Restart(at_ms=5 * _MINUTE_MS, down_ms=1_000),
    symbols=("BTCUSDT", "ETHUSDT"),
    minutes=6,
    signals=0.6,
)
