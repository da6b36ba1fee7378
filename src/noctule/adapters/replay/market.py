"""All that a replay needs, from the files that hold it: the one door to recorded markets."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

from noctule.adapters.replay.cache import CandleCache
from noctule.adapters.replay.choice import Chosen, Wanted, chosen_of
from noctule.adapters.replay.columns import Recorded
from noctule.adapters.replay.names import NamedFile, data_files
from noctule.adapters.replay.reading import OnProgress, Reading
from noctule.adapters.replay.span import Span
from noctule.domain.errors import ConfigError
from noctule.domain.values import Symbol, Timeframe

__all__ = ["load_market"]

_PROBLEMS_MAX: Final = 10
_Columns = TypeVar("_Columns")


def load_market(  # noqa: PLR0913  # what is wanted, word by word
    paths: Sequence[Path],
    *,
    symbols: Sequence[str] | None = None,
    timeframe: Timeframe | None = None,
    finer: Timeframe | None = None,
    from_ms: int | None = None,
    to_ms: int | None = None,
    cache: CandleCache | None = None,
    on_progress: OnProgress = lambda _at, _last: None,
) -> Recorded:
    """Load the candles, marks and funding that these files and folders hold, all of it checked.

    Candles are those that open from `from_ms` on and before `to_ms`. Whatever is wrong is raised
    as one ConfigError with a line for each file.
    """
    wanted = Wanted(
        symbols=None if symbols is None else tuple(Symbol(symbol.upper()) for symbol in symbols),
        timeframe=timeframe,
        finer=finer,
    )
    chosen = chosen_of(data_files(paths), wanted)
    span = Span.between(from_ms, to_ms, chosen.timeframe)
    reading = Reading(_paths(chosen), cache=cache, on_progress=on_progress)
    recorded = Recorded(
        candles=_found(chosen.candles, span, reading.candles),
        finer=_found(chosen.finer, span, reading.candles),
        marks=_found(chosen.marks, span, reading.marks),
        funding=_found(chosen.funding, span, reading.funding),
    )
    if reading.problems:
        raise ConfigError(_told(reading.problems))
    return recorded


def _found(
    chosen: Mapping[Symbol, Sequence[NamedFile]],
    span: Span,
    read: Callable[[Sequence[NamedFile], Span], _Columns | None],
) -> dict[Symbol, _Columns]:
    """Read each symbol's files; whoever has nothing within the span is left out."""
    read_of = {symbol: read(files, span) for symbol, files in chosen.items()}
    return {symbol: columns for symbol, columns in read_of.items() if columns is not None}


def _told(problems: Sequence[str]) -> Sequence[str]:
    """Return as many problems as somebody reads."""
    more = len(problems) - _PROBLEMS_MAX
    if more <= 0:
        return problems
    return [*problems[:_PROBLEMS_MAX], f"and {more} more files are refused: see data verify"]


def _paths(chosen: Chosen) -> list[Path]:
    mappings = (chosen.candles, chosen.finer, chosen.marks, chosen.funding)
    return [file.path for each in mappings for files in each.values() for file in files]
