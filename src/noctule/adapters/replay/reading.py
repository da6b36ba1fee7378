"""Reads the files of a market one after the other, and goes on where one is refused."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from noctule.adapters.replay.blocks import Block, cut, joined
from noctule.adapters.replay.cache import CandleCache
from noctule.adapters.replay.candle_file import CandleFile, read_candles
from noctule.adapters.replay.columns import CandleColumns, FundingColumns
from noctule.adapters.replay.funding_file import read_funding
from noctule.adapters.replay.gaps import gaps_of
from noctule.adapters.replay.moments import moment
from noctule.adapters.replay.names import NamedFile
from noctule.adapters.replay.span import Span
from noctule.domain.errors import ConfigError
from noctule.domain.values import Timeframe

__all__ = ["OnProgress", "Reading"]

OnProgress = Callable[[int, int], None]  # bytes that were read, of so many


class Reading:
    """Turns files into columns; what is wrong with them gathers in `problems`."""

    def __init__(
        self, paths: Sequence[Path], *, cache: CandleCache | None, on_progress: OnProgress
    ) -> None:
        self.problems: list[str] = []
        self._cache = cache
        self._on_progress = on_progress
        self._sizes: Final = {path: path.stat().st_size for path in paths}
        self._bytes_read = 0

    def candles(self, files: Sequence[NamedFile], span: Span) -> CandleColumns | None:
        """Read one symbol's candles; none within the span is a problem."""
        parts = self._parts(files)
        if not parts:
            return None
        first, last = parts[0].block, parts[-1].block
        told = f"{moment(int(first.open_ms[0]))} to {moment(_end_ms(last, _timeframe(files)))}"
        columns = _columns(files, parts, span)
        if columns is None:
            self.problems.append(
                f"{files[0].symbol}: there are {_timeframe(files)} candles from {told},"
                f" none opens {span}"
            )
        return columns

    def marks(self, files: Sequence[NamedFile], span: Span) -> CandleColumns | None:
        """Read one symbol's mark prices, with the candle in whose middle the span begins."""
        parts = self._parts(files)
        if not parts:
            return None
        from_ms = None if span.from_ms is None else _timeframe(files).open_of(span.from_ms)
        return _columns(files, parts, Span(from_ms=from_ms, to_ms=span.to_ms))

    def funding(self, files: Sequence[NamedFile], span: Span) -> FundingColumns | None:
        """Read one symbol's funding."""
        read = []
        for file in files:
            try:
                read.append(read_funding(file.path))
            except ConfigError as exc:
                self.problems += exc.problems
            self._done(file.path)
        read.sort(key=lambda each: each.times_ms)
        self._refuse_overlaps(
            [(each.source.path, each.times_ms[0], each.times_ms[-1]) for each in read]
        )
        times_ms = np.array([at for each in read for at in each.times_ms], dtype=np.int64)
        first, last = _within(times_ms, span)
        if first == last:
            return None
        rates = [rate for each in read for rate in each.rates]
        return FundingColumns(
            symbol=files[0].symbol,
            time_ms=times_ms[first:last],
            rate=tuple(rates[first:last]),
            files=tuple(each.source for each in read),
        )

    def _parts(self, files: Sequence[NamedFile]) -> list[CandleFile]:
        """Read the files, in time order, unless one of them is refused."""
        parts = []
        for file in files:
            try:
                parts.append(
                    read_candles(
                        file.path, _timeframe([file]), cache=self._cache, on_bytes=self._on_bytes
                    )
                )
            except ConfigError as exc:
                self.problems += exc.problems
            self._done(file.path)
        parts.sort(key=lambda part: int(part.block.open_ms[0]))
        spans = [
            (part.source.path, int(part.block.open_ms[0]), int(part.block.open_ms[-1]))
            for part in parts
        ]
        is_whole = self._refuse_overlaps(spans) and len(parts) == len(files)
        return parts if is_whole else []

    def _refuse_overlaps(self, spans: Sequence[tuple[Path, int, int]]) -> bool:
        """Tell whether each file begins after the one before ends."""
        problems = [
            f"{path}: begins at {moment(from_ms)}, {before} ends at {moment(to_ms)}:"
            " leave one of them out"
            for (before, _, to_ms), (path, from_ms, _) in pairwise(spans)
            if from_ms <= to_ms
        ]
        self.problems += problems
        return not problems

    def _on_bytes(self, of_this_file: int) -> None:
        self._on_progress(self._bytes_read + of_this_file, sum(self._sizes.values()))

    def _done(self, path: Path) -> None:
        self._bytes_read += self._sizes[path]
        self._on_bytes(0)


def _columns(
    files: Sequence[NamedFile], parts: Sequence[CandleFile], span: Span
) -> CandleColumns | None:
    sources, blocks = [], []
    for part in parts:
        block = cut(part.block, *_within(part.block.open_ms, span))
        if len(block):
            sources.append(part.source)
            blocks.append(block)
    if not blocks:
        return None
    timeframe, whole = _timeframe(files), joined(blocks)
    return CandleColumns(
        symbol=files[0].symbol,
        timeframe=timeframe,
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
        files=tuple(sources),
        gaps=gaps_of(whole.open_ms, timeframe),
    )


def _within(times_ms: NDArray[np.int64], span: Span) -> tuple[int, int]:
    first = 0 if span.from_ms is None else int(np.searchsorted(times_ms, span.from_ms))
    last = len(times_ms) if span.to_ms is None else int(np.searchsorted(times_ms, span.to_ms))
    return first, last


def _end_ms(block: Block, timeframe: Timeframe) -> int:
    return timeframe.next_open(int(block.open_ms[-1]))


def _timeframe(files: Sequence[NamedFile]) -> Timeframe:
    timeframe = files[0].timeframe
    assert timeframe is not None, f"{files[0].path} holds candles of no timeframe"
    return timeframe
