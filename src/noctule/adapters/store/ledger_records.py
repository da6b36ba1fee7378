"""What one row of the ledger holds: the smallest form in which an observation can be read again."""

from decimal import Decimal
from enum import Enum
from typing import Final

import msgspec
from msgspec import Struct

from noctule.domain.observation import Answer, Observation
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import plain_text

__all__ = [
    "Measure",
    "SaidRecord",
    "SeenRecord",
    "VerdictRecord",
    "read_seen",
    "read_verdict",
    "seen_record",
    "written",
]

_MEASURES_MAX: Final = 64
_WHOLE_MAX: Final = 2**53
Measured = float | int | str | None


class Measure(Struct, array_like=True, frozen=True):
    """One number that an indicator said."""

    timeframe: str  # of its candles
    name: str
    value: Measured


class SaidRecord(Struct, array_like=True, frozen=True, kw_only=True):
    """What was signalled."""

    direction: Direction
    reason: str
    stop: float | None
    target: float | None
    confidence: float
    factors: dict[str, float]


class SeenRecord(Struct, array_like=True, frozen=True, kw_only=True):
    """What was seen at one candle, and said; fields are added at the end only."""

    late_ms: int  # from its close until it was heard
    strategy: str
    open: float
    high: float
    low: float
    close: float
    volume: float
    trades: int
    candles: int
    candles_needed: int
    answer: Answer
    said: SaidRecord | None
    cause: str | None
    measures: tuple[Measure, ...]
    position: str  # signed; "0" is flat
    entry_price: str | None
    regime: str | None
    mark: float | None
    bid: float | None
    ask: float | None


class VerdictRecord(Struct, array_like=True, frozen=True, kw_only=True):
    """What became of a signal: each gate with its numbers, and those that were shut."""

    strategy: str | None
    direction: Direction | None
    gates: dict[str, str]
    shut: tuple[str, ...]


def seen_record(seen: Observation) -> SeenRecord:
    """Return what is kept of an observation."""
    candle, mark, book, position = seen.candle, seen.mark, seen.book, seen.position
    return SeenRecord(
        late_ms=seen.at_ms - candle.close_ms,
        strategy=seen.strategy,
        open=candle.open,
        high=candle.high,
        low=candle.low,
        close=candle.close,
        volume=candle.volume,
        trades=candle.trades,
        candles=seen.candles,
        candles_needed=seen.candles_needed,
        answer=seen.answer,
        said=None if seen.said is None else _said(seen.said),
        cause=seen.cause,
        measures=_measures(seen),
        position=plain_text(position.signed_quantity),
        entry_price=None if position.entry_price is None else _amount(position.entry_price),
        regime=None if seen.regime is None else seen.regime.value,
        mark=None if mark is None else mark.mark_price,
        bid=None if book is None else book.bid_price,
        ask=None if book is None else book.ask_price,
    )


def written(record: SeenRecord | VerdictRecord) -> bytes:
    """Write a record."""
    return msgspec.msgpack.encode(record)


def read_seen(record: bytes) -> SeenRecord:
    """Read what was seen."""
    return msgspec.msgpack.decode(record, type=SeenRecord)


def read_verdict(record: bytes) -> VerdictRecord:
    """Read what became of a signal."""
    return msgspec.msgpack.decode(record, type=VerdictRecord)


def _said(signal: Signal) -> SaidRecord:
    return SaidRecord(
        direction=signal.direction,
        reason=signal.reason,
        stop=signal.stop,
        target=signal.target,
        confidence=signal.confidence,
        factors=signal.factors,
    )


def _amount(amount: Decimal) -> str:
    return plain_text(amount)


def _measures(seen: Observation) -> tuple[Measure, ...]:
    """Return every number that an indicator said, the parts of a value one by one."""
    measures = [
        Measure(readings.timeframe.value, told, number)
        for readings in seen.readings
        for name, value in zip(readings.names, readings.values, strict=True)
        for told, number in _numbers(name, value)
    ]
    return tuple(measures[:_MEASURES_MAX])


def _numbers(name: str, value: object) -> list[tuple[str, Measured]]:
    if isinstance(value, Struct):
        parts = value.__struct_fields__
        return [(f"{name}.{part}", _plain(getattr(value, part))) for part in parts]
    return [(name, _plain(value))]


def _plain(value: object) -> Measured:
    """Return a number as one that nobody's class has a say in; what is none says what it is."""
    if value is None:
        return None
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, float):
        return float.__pos__(value)
    if isinstance(value, int):
        whole = int.__pos__(value)
        return whole if abs(whole) <= _WHOLE_MAX else "beyond counting"
    return type(value).__name__
