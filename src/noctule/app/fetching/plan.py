"""What is wanted, and what of it is missing in the folder."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from noctule.app.fetching.names import covered_by
from noctule.app.fetching.series import Kind, Series, Span
from noctule.app.fetching.spans import missing_of
from noctule.domain.errors import ConfigError
from noctule.domain.values import Symbol, Timeframe

__all__ = ["Errand", "errands_of", "series_of"]


class Errand(Struct, frozen=True, kw_only=True):
    """One series: from when to when it is wanted, which files are there, and what is missing."""

    series: Series
    wanted: Span
    found: tuple[str, ...]
    missing: tuple[Span, ...]


def series_of(
    symbols: Iterable[Symbol], timeframe: Timeframe, kinds: Iterable[Kind]
) -> list[Series]:
    """Return every series that is wanted, symbol by symbol."""
    kinds = tuple(kinds)
    return [
        Series(symbol=symbol, kind=kind, timeframe=None if kind is Kind.FUNDING else timeframe)
        for symbol in symbols
        for kind in kinds
    ]


def errands_of(wanted: Sequence[tuple[Series, Span]], folder: Path) -> list[Errand]:
    """Return what is to be fetched, by what the names of the files say that are there."""
    return [_errand(series, span, folder) for series, span in wanted]


def _errand(series: Series, span: Span, folder: Path) -> Errand:
    if span.from_ms >= span.to_ms:
        raise ConfigError([f"{series.title}: no row begins and is over in this stretch of time"])
    there = [(path, held) for path, held in covered_by(series, folder) if _meet(held, span)]
    return Errand(
        series=series,
        wanted=span,
        found=tuple(path.name for path, _ in there),
        missing=tuple(missing_of(span, [held for _, held in there])),
    )


def _meet(one: Span, other: Span) -> bool:
    return one.from_ms < other.to_ms and other.from_ms < one.to_ms
