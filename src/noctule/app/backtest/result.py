"""What a backtest gives back: the course, what it amounts to, and on what it stands."""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from noctule.adapters.replay.columns import CandleColumns, Recorded, SourceFile
from noctule.config.describe import Row
from noctule.domain.values import Symbol, Timeframe
from noctule.performance.doubt import Doubt
from noctule.performance.records import Course, TradeRecord
from noctule.performance.summary import Summary

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["BacktestResult", "Source", "result_hash", "source_of"]


class Source(Struct, frozen=True, kw_only=True):
    """The data, and what is odd about them."""

    files: tuple[SourceFile, ...]
    data_hash: str  # of all files together
    timeframe: Timeframe
    from_ms: int
    to_ms: int
    quirks: tuple[str, ...] = ()


class BacktestResult(Struct, frozen=True, kw_only=True):
    """A run, measured; the frames are made when they are asked for."""

    course: Course
    summary: Summary
    doubts: tuple[Doubt, ...]
    fingerprint: str  # of the configuration
    settings: tuple[Row, ...]
    source: Source
    assumptions: tuple[str, ...]
    result_hash: str
    candles: Mapping[Symbol, CandleColumns]
    loading_s: float
    engine_s: float

    def trades_frame(self) -> "DataFrame":
        """Return the trades as a table, one row each, times as UTC timestamps."""
        from pandas import DataFrame, to_datetime

        rows = [msgspec.structs.asdict(each) for each in self.course.trades]
        frame = DataFrame(rows, columns=list(TradeRecord.__struct_fields__))
        for name in ("opened", "closed"):
            frame[name] = to_datetime(frame.pop(f"{name}_ms"), unit="ms", utc=True)
        return frame.set_index("number")

    def equity_frame(self) -> "DataFrame":
        """Return what the account was worth, and what was exposed, at each close."""
        from pandas import DataFrame, to_datetime

        curve = self.course.curve
        return DataFrame(
            {"equity": curve.equity, "exposure": curve.exposure},
            index=to_datetime(curve.at_ms, unit="ms", utc=True),
        )


def source_of(recorded: Recorded, quirks: tuple[str, ...]) -> Source:
    """Return what was read; the hash is the same wherever the files lie."""
    parts = (recorded.candles, recorded.marks, recorded.funding, recorded.finer)
    files = {
        each.path: each for part in parts for columns in part.values() for each in columns.files
    }
    words = sorted(f"{each.path.name} {each.sha256}" for each in files.values())
    candles = recorded.candles.values()
    return Source(
        files=tuple(files.values()),
        data_hash=hashlib.sha256("\n".join(words).encode()).hexdigest(),
        timeframe=next(iter(candles)).timeframe,
        from_ms=min(each.from_ms for each in candles),
        to_ms=max(each.to_ms for each in candles),
        quirks=quirks,
    )


def result_hash(course: Course) -> str:
    """Return the same for the same trades and the same curve, on every machine."""
    told = hashlib.sha256()
    for trade in course.trades:
        told.update(msgspec.json.encode(trade))
        told.update(b"\n")
    for column in (course.curve.at_ms, course.curve.equity, course.curve.exposure):
        told.update(column)
    return told.hexdigest()
