"""What a fetch came to, as a table for people or as JSON for programs."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from noctule.app.cli.terminal import headed, output
from noctule.app.fetching.series import Kind
from noctule.app.fetching.spans import at_utc
from noctule.app.fetching.tally import Absence, Fetched, Gap, Report
from noctule.domain.values import Symbol

__all__ = ["print_report", "report_as_json"]

_HEADINGS: Final = ("fetched", "files", "there before", "rows", "first (UTC)", "last (UTC)", "gaps")
_GAPS_MAX: Final = 10  # that are shown of a series; JSON has all


class _Series(Struct, frozen=True, kw_only=True):
    symbol: Symbol
    kind: Kind
    interval: str | None
    files: Sequence[str]
    found: Sequence[str]
    rows: int
    first: str | None
    last: str | None
    gaps: Sequence[Gap]
    absent: Sequence[Absence]
    flaws: Sequence[str]


class _Document(Struct, frozen=True, kw_only=True):
    folder: str
    source: str
    requests: int
    elapsed_ms: int
    fetched: Sequence[_Series]


def print_report(report: Report) -> None:
    """Print a table, and a line for whatever is missing."""
    console = output()
    console.print(headed(_HEADINGS, map(_cells, report.fetched)))
    for each in report.fetched:
        for line in _missing(each):
            console.print(line)
    files = sum(len(each.files) for each in report.fetched)
    rows = sum(each.rows for each in report.fetched)
    console.print(
        f"{rows:,} rows in {files} new {'file' if files == 1 else 'files'} in {report.folder}, "
        f"from {report.source}; "
        f"{report.requests} requests, {report.elapsed_ms / 1_000:.1f} s"
    )


def report_as_json(report: Report) -> str:
    """Write it for programs."""
    document = _Document(
        folder=report.folder,
        source=report.source,
        requests=report.requests,
        elapsed_ms=report.elapsed_ms,
        fetched=[_series(each) for each in report.fetched],
    )
    return msgspec.json.encode(document).decode()


def _cells(fetched: Fetched) -> tuple[str, ...]:
    counts = (len(fetched.files), len(fetched.found), fetched.rows)
    moments = (fetched.first_ms, fetched.last_ms)
    return (
        fetched.series.title,
        *(f"{count:,}" for count in counts),
        *("-" if each is None else _minute(each) for each in moments),
        f"{len(fetched.gaps)}",
    )


def _missing(fetched: Fetched) -> Iterator[str]:
    title = fetched.series.title
    for gap in fetched.gaps[:_GAPS_MAX]:
        yield f"{title}: {gap.rows} missing from {_minute(gap.from_ms)} to {_minute(gap.to_ms)}"
    if len(fetched.gaps) > _GAPS_MAX:
        yield f"{title}: and {len(fetched.gaps) - _GAPS_MAX} more gaps, --json lists them all"
    for each in fetched.absent:
        yield f"{title}: {each.why} from {_minute(each.from_ms)} to {_minute(each.to_ms)}"


def _series(fetched: Fetched) -> _Series:
    series = fetched.series
    return _Series(
        symbol=series.symbol,
        kind=series.kind,
        interval=series.timeframe,
        files=fetched.files,
        found=fetched.found,
        rows=fetched.rows,
        first=None if fetched.first_ms is None else _minute(fetched.first_ms),
        last=None if fetched.last_ms is None else _minute(fetched.last_ms),
        gaps=fetched.gaps,
        absent=fetched.absent,
        flaws=fetched.flaws,
    )


def _minute(at_ms: int) -> str:
    return f"{at_utc(at_ms):%Y-%m-%dT%H:%M}"
