"""Files named after what they hold, so that a folder tells what is missing.

`BTCUSDT-5m-20230501-20230531.csv.gz` holds every candle that opens on these days. Where a file
begins or ends within a day its name says the minute of its first and last candle:
`BTCUSDT-5m-20230501T0000-20230514T1155.csv.gz`. Names of the archive's are read too.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from noctule.app.fetching.series import Kind, Series, Span
from noctule.app.fetching.spans import DAY_MS, at_utc, next_month
from noctule.domain.values import MINUTE_MS

__all__ = ["covered_by", "name_of", "span_named"]

_SUFFIXES: Final = re.compile(r"\.(csv|csv\.gz|zip|parquet)")
_DAYS: Final = re.compile(r"(\d{8})-(\d{8})")
_MINUTES: Final = re.compile(r"(\d{8}T\d{4})-(\d{8}T\d{4})")
_MONTH: Final = re.compile(r"(\d{4}-\d\d)")  # as the archive names a month
_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)")


def name_of(series: Series, span: Span, *, suffix: str = ".csv.gz") -> str:
    """Return the name of the file that holds this much of a series."""
    if span.from_ms % DAY_MS == 0 and span.to_ms % DAY_MS == 0:
        last_ms = span.to_ms - DAY_MS
        told = f"{at_utc(span.from_ms):%Y%m%d}-{at_utc(last_ms):%Y%m%d}"
    else:
        step_ms = series.timeframe.ms_max if series.timeframe else 60 * MINUTE_MS
        last_ms = span.to_ms - step_ms
        told = f"{at_utc(span.from_ms):%Y%m%dT%H%M}-{at_utc(last_ms):%Y%m%dT%H%M}"
    return f"{series.stem}-{told}{suffix}"


def span_named(series: Series, name: str) -> Span | None:
    """Return what a file of this name holds of a series; None where it holds nothing of it."""
    rest = next((name[len(stem) :] for stem in _stems(series) if name.startswith(stem)), None)
    if rest is None:
        return None
    told = _SUFFIXES.split(rest, maxsplit=1)[0]
    if not _SUFFIXES.fullmatch(rest[len(told) :]):
        return None
    try:
        return _span(series, told)
    except ValueError:  # the 31st of February
        return None


def covered_by(series: Series, folder: Path) -> Iterator[tuple[Path, Span]]:
    """Yield the files of a folder that hold some of a series, and what each holds."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        span = span_named(series, path.name)
        if span is not None and path.is_file():
            yield path, span


def _stems(series: Series) -> tuple[str, ...]:
    match series.kind:
        case Kind.MARKS:  # both are understood by whoever reads such files
            return f"{series.stem}-", f"{series.symbol}-{series.timeframe}-MARK-"
        case Kind.FUNDING:
            return f"{series.stem}-", f"{series.symbol}-fundingRate-"
        case Kind.CANDLES:
            return (f"{series.stem}-",)


def _span(series: Series, told: str) -> Span | None:
    if found := _DAYS.fullmatch(told):
        first_ms, last_ms = (_ms(each, "%Y%m%d") for each in found.groups())
        return _forwards(first_ms, last_ms + DAY_MS)
    if found := _MINUTES.fullmatch(told):
        first_ms, last_ms = (_ms(each, "%Y%m%dT%H%M") for each in found.groups())
        step_ms = series.timeframe.ms_max if series.timeframe else 60 * MINUTE_MS
        return _forwards(first_ms, last_ms + step_ms)
    if found := _MONTH.fullmatch(told):
        first_ms = _ms(found[1], "%Y-%m")
        return Span(first_ms, next_month(first_ms))
    if found := _DAY.fullmatch(told):
        first_ms = _ms(found[1], "%Y-%m-%d")
        return Span(first_ms, first_ms + DAY_MS)
    return None


def _forwards(from_ms: int, to_ms: int) -> Span | None:
    return Span(from_ms, to_ms) if from_ms < to_ms else None


def _ms(text: str, layout: str) -> int:
    since = datetime.strptime(text, layout).replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return since // timedelta(milliseconds=1)
