"""The ledger read back: one candle, a stretch of them, and what followed from a signal."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from sqlalchemy import Select, and_, func, select
from sqlalchemy.engine import Connection

from noctule.adapters.store.ledger_records import (
    SeenRecord,
    VerdictRecord,
    read_seen,
    read_verdict,
)
from noctule.adapters.store.tables import ledger, verdicts
from noctule.domain.values import Timeframe

__all__ = [
    "Seen",
    "Span",
    "Verdict",
    "seen_at",
    "seen_between",
    "spans",
    "symbols",
    "verdicts_between",
]

_TIMEFRAMES: Final = tuple(Timeframe)  # shortest first


class Seen(Struct, frozen=True, kw_only=True):
    """A candle, and what was seen and said at it."""

    symbol: str
    timeframe: Timeframe
    close_ms: int
    record: SeenRecord

    @property
    def open_ms(self) -> int:
        """Return when it opened."""
        return self.timeframe.open_of(self.close_ms)


class Verdict(Struct, frozen=True, kw_only=True):
    """What became of the signal of one candle."""

    close_ms: int
    at_ms: int
    outcome: str
    record: VerdictRecord


class Span(Struct, frozen=True, kw_only=True):
    """The candles of one timeframe that the ledger knows."""

    timeframe: Timeframe
    candles: int
    first_ms: int  # closes
    last_ms: int


def symbols(connection: Connection) -> list[str]:
    """Return the symbols that it knows candles of."""
    wanted = select(ledger.c.symbol).distinct().order_by(ledger.c.symbol)
    return list(connection.execute(wanted).scalars())


def spans(connection: Connection, symbol: str) -> list[Span]:
    """Return what it knows of a symbol, the shortest timeframe first."""
    found = []
    for timeframe in _TIMEFRAMES:
        of_it = and_(ledger.c.symbol == symbol, ledger.c.timeframe == timeframe.value)
        bounds = func.count(), func.min(ledger.c.close_ms), func.max(ledger.c.close_ms)
        candles, first_ms, last_ms = connection.execute(select(*bounds).where(of_it)).one()
        if candles:
            span = Span(timeframe=timeframe, candles=candles, first_ms=first_ms, last_ms=last_ms)
            found.append(span)
    return found


def seen_at(connection: Connection, symbol: str, at_ms: int, timeframe: Timeframe) -> Seen | None:
    """Return the candle that closed at this instant, or else holds it; None if it is not known."""
    wanted = _seen(symbol, timeframe).where(ledger.c.close_ms >= at_ms - 1).limit(1)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    seen = Seen(
        symbol=symbol, timeframe=timeframe, close_ms=row.close_ms, record=read_seen(row.record)
    )
    return seen if seen.open_ms <= at_ms else None


def seen_between(
    connection: Connection, symbol: str, timeframe: Timeframe, *, from_ms: int, to_ms: int
) -> Iterator[Seen]:
    """Yield the candles that closed from one instant to another, in their order."""
    closes = ledger.c.close_ms.between(from_ms, to_ms)
    for row in connection.execute(_seen(symbol, timeframe).where(closes)):
        yield Seen(
            symbol=symbol, timeframe=timeframe, close_ms=row.close_ms, record=read_seen(row.record)
        )


def verdicts_between(
    connection: Connection, symbol: str, timeframe: Timeframe, *, from_ms: int, to_ms: int
) -> list[Verdict]:
    """Return what became of the signals of candles that closed in a stretch, as it came."""
    wanted = (
        select(verdicts.c.close_ms, verdicts.c.at_ms, verdicts.c.outcome, verdicts.c.record)
        .where(verdicts.c.symbol == symbol, verdicts.c.timeframe == timeframe.value)
        .where(verdicts.c.close_ms.between(from_ms, to_ms))
        .order_by(verdicts.c.close_ms, verdicts.c.at_ms)
    )
    return [
        Verdict(
            close_ms=row.close_ms,
            at_ms=row.at_ms,
            outcome=row.outcome,
            record=read_verdict(row.record),
        )
        for row in connection.execute(wanted)
    ]


def _seen(symbol: str, timeframe: Timeframe) -> Select[tuple[int, bytes]]:
    return (
        select(ledger.c.close_ms, ledger.c.record)
        .where(ledger.c.symbol == symbol, ledger.c.timeframe == timeframe.value)
        .order_by(ledger.c.close_ms)
    )
