"""Reads the files of a market one after the other, and goes on where one is refused."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from noctule.adapters.replay.cache import CandleCache
from noctule.adapters.replay.candle_file import read_candles
from noctule.adapters.replay.columns import CandleColumns, FundingColumns
from noctule.adapters.replay.funding_file import read_funding
from noctule.adapters.replay.names import NamedFile
from noctule.adapters.replay.series import Held, Series, overlaps_of, within
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
        series = self._series(files, span)
        columns = None if series is None else series.columns()
        if series is not None and columns is None:
            self.problems.append(f"{files[0].symbol}: there are {series}, none opens {span}")
        return columns

    def marks(self, files: Sequence[NamedFile], span: Span) -> CandleColumns | None:
        """Read one symbol's mark prices, with the candle in whose middle the span begins."""
        from_ms = None if span.from_ms is None else _timeframe(files).open_of(span.from_ms)
        series = self._series(files, Span(from_ms=from_ms, to_ms=span.to_ms))
        return None if series is None else series.columns()

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
        self.problems += overlaps_of(
            [
                Held(source=each.source, first_ms=each.times_ms[0], last_ms=each.times_ms[-1])
                for each in read
            ]
        )
        times_ms = np.array([at for each in read for at in each.times_ms], dtype=np.int64)
        first, last = within(times_ms, span)
        if first == last:
            return None
        rates = [rate for each in read for rate in each.rates]
        return FundingColumns(
            symbol=files[0].symbol,
            time_ms=times_ms[first:last],
            rate=tuple(rates[first:last]),
            files=tuple(each.source for each in read),
        )

    def _series(self, files: Sequence[NamedFile], span: Span) -> Series | None:
        """Put the files together, unless one of them is refused."""
        timeframe = _timeframe(files)
        series = Series(files[0].symbol, timeframe, span)
        for file in files:
            try:
                series.add(
                    read_candles(file.path, timeframe, cache=self._cache, on_bytes=self._on_bytes)
                )
            except ConfigError as exc:
                self.problems += exc.problems
            self._done(file.path)
        overlaps = overlaps_of(series.held)
        self.problems += overlaps
        return None if overlaps or len(series.held) < len(files) else series

    def _on_bytes(self, of_this_file: int) -> None:
        self._on_progress(self._bytes_read + of_this_file, sum(self._sizes.values()))

    def _done(self, path: Path) -> None:
        self._bytes_read += self._sizes[path]
        self._on_bytes(0)


def _timeframe(files: Sequence[NamedFile]) -> Timeframe:
    timeframe = files[0].timeframe
    assert timeframe is not None, f"{files[0].path} holds candles of no timeframe"
    return timeframe
