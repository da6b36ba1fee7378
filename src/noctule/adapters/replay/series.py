"""One symbol's candles, put together file by file, with little more memory than they need."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from typing_extensions import override

from noctule.adapters.replay.blocks import Pile, cut, reordered
from noctule.adapters.replay.candle_file import CandleFile
from noctule.adapters.replay.columns import CandleColumns, SourceFile
from noctule.adapters.replay.gaps import gaps_of
from noctule.adapters.replay.moments import moment
from noctule.adapters.replay.span import Span
from noctule.domain.values import Symbol, Timeframe

__all__ = ["Held", "Series", "overlaps_of", "within"]


class Held(Struct, frozen=True, kw_only=True):
    """From when to when a file reaches."""

    source: SourceFile
    first_ms: int
    last_ms: int  # both are there


class Series:
    """Takes files in any order; those in time order, which is the usual one, take the least."""

    def __init__(self, symbol: Symbol, timeframe: Timeframe, span: Span) -> None:
        self.held: list[Held] = []
        self._symbol = symbol
        self._timeframe = timeframe
        self._span = span
        self._pile = Pile()

    def add(self, file: CandleFile) -> None:
        """Take of a file what lies within the span."""
        times_ms = file.block.open_ms
        self.held.append(
            Held(source=file.source, first_ms=int(times_ms[0]), last_ms=int(times_ms[-1]))
        )
        self._pile.add(cut(file.block, *within(times_ms, self._span)))

    @override
    def __str__(self) -> str:
        """Tell from when to when there are candles, within the span or not."""
        first_ms = min(each.first_ms for each in self.held)
        end_ms = self._timeframe.next_open(max(each.last_ms for each in self.held))
        return f"{self._timeframe} candles from {moment(first_ms)} to {moment(end_ms)}"

    def columns(self) -> CandleColumns | None:
        """Return all that was taken, in time order; the series is done with."""
        whole = self._pile.whole()
        if not len(whole):
            return None
        if (whole.open_ms[1:] < whole.open_ms[:-1]).any():
            whole = reordered(whole, np.argsort(whole.open_ms))
        first_ms, last_ms = int(whole.open_ms[0]), int(whole.open_ms[-1])
        gaps = gaps_of(whole.open_ms, self._timeframe)
        whole.let_go()
        held = sorted(self.held, key=lambda each: each.first_ms)
        return CandleColumns(
            symbol=self._symbol,
            timeframe=self._timeframe,
            open_ms=whole.open_ms,
            open=whole.open,
            high=whole.high,
            low=whole.low,
            close=whole.close,
            volume=whole.volume,
            quote_volume=whole.quote_volume,
            taker_buy_volume=whole.taker_buy_volume,
            taker_buy_quote=whole.taker_buy_quote,
            trades=whole.trades,
            files=tuple(
                each.source
                for each in held
                if each.first_ms <= last_ms and each.last_ms >= first_ms
            ),
            gaps=gaps,
        )


def overlaps_of(held: Sequence[Held]) -> list[str]:
    """Say which files begin before the one before them ends."""
    in_order = sorted(held, key=lambda each: each.first_ms)
    return [
        f"{later.source.path}: begins at {moment(later.first_ms)},"
        f" {sooner.source.path} ends at {moment(sooner.last_ms)}: leave one of them out"
        for sooner, later in pairwise(in_order)
        if later.first_ms <= sooner.last_ms
    ]


def within(times_ms: NDArray[np.int64], span: Span) -> tuple[int, int]:
    """Return the first row that lies within a span, and the first after it that does not."""
    first = 0 if span.from_ms is None else int(np.searchsorted(times_ms, span.from_ms))
    last = len(times_ms) if span.to_ms is None else int(np.searchsorted(times_ms, span.to_ms))
    return first, last
