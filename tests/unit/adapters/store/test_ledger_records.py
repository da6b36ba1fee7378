"""What is kept of a candle can be read again, is small, and runs nobody's code."""

from enum import IntEnum

import pytest
from msgspec import structs

from noctule.adapters.store.ledger_records import (
    Measure,
    SaidRecord,
    SeenRecord,
    VerdictRecord,
    read_seen,
    read_verdict,
    seen_record,
    written,
)
from noctule.domain.observation import Answer, Observation, Readings
from noctule.domain.position import Position
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Timeframe
from noctule.indicators.bands import Channel
from tests.builders import BTCUSDT, candle


class Trend(IntEnum):
    UP = 1


class Loud(float):
    def __float__(self) -> float:  # type: ignore[explicit-override]
        raise AssertionError("somebody ran my code")


def seen(*values: object) -> Observation:
    names = tuple(f"n{number}" for number in range(len(values)))
    return Observation(
        at_ms=candle().close_ms + 15,
        candle=candle(),
        strategy="mine",
        candles=5,
        candles_needed=31,
        answer=Answer.NOTHING,
        readings=(Readings(Timeframe.M1, names, values),),
        position=Position(symbol=BTCUSDT),
        regime=None,
        mark=None,
        book=None,
    )


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (1.5, 1.5),
        (7, 7),
        (None, None),
        (Trend.UP, "up"),
        (Loud(2.5), 2.5),
        (2**70, "beyond counting"),
        (["my", "own"], "list"),
    ],
)
def test_a_value_is_kept_as_a_plain_number_or_says_what_it_is(value: object, kept: object) -> None:
    (measure,) = seen_record(seen(value)).measures
    assert measure == Measure("1m", "n0", kept)  # type: ignore[arg-type]
    assert type(measure.value) is type(kept)


def test_a_value_of_parts_is_kept_part_by_part() -> None:
    measures = seen_record(seen(Channel(3.0, 2.0, 1.0))).measures
    assert [(each.name, each.value) for each in measures] == [
        ("n0.upper", 3.0),
        ("n0.middle", 2.0),
        ("n0.lower", 1.0),
    ]


def test_of_too_many_numbers_the_first_are_kept() -> None:
    assert len(seen_record(seen(*range(100))).measures) == 64


def test_what_is_written_is_read_again_and_takes_few_bytes() -> None:
    record = seen_record(seen(60_010.5, 12.25, 1.0))
    read = read_seen(written(record))
    assert read == record
    assert isinstance(read, SeenRecord)
    assert (read.late_ms, read.position, read.entry_price) == (15, "0", None)
    assert len(written(record)) < 200


def test_a_signal_is_kept_whole() -> None:
    signal = Signal(direction=Direction.SHORT, reason="down", stop=61_000.0, factors={"a": 1.0})
    told = structs.replace(seen(), answer=Answer.SIGNAL, said=signal)
    assert read_seen(written(seen_record(told))).said == SaidRecord(
        direction=Direction.SHORT,
        reason="down",
        stop=61_000.0,
        target=None,
        confidence=1.0,
        factors={"a": 1.0},
    )


def test_a_verdict_is_read_again() -> None:
    verdict = VerdictRecord(
        strategy=None, direction=None, gates={"spread": "wide"}, shut=("spread",)
    )
    assert read_verdict(written(verdict)) == verdict
