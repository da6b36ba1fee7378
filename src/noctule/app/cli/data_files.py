"""`data verify` and `data list`: what the files of recorded markets are good for."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer
from msgspec import Struct
from rich.console import Console
from rich.progress import Progress

from noctule.app.cli.terminal import PLAIN_WIDTH, output
from noctule.app.exits import ExitCode
from noctule.domain.values import Timeframe

if TYPE_CHECKING:
    from noctule.adapters.replay.verdicts import Verdict

__all__ = ["list_files", "verify_files"]

_SPACE: Final = 2  # between columns
_BAR_FROM_BYTES: Final = 8_000_000  # what is read in less than a moment needs no bar
_GAPS_MAX: Final = 5  # told of each file; JSON has all
_MIDNIGHT: Final = "T00:00"

Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH…", help="Files, or folders.", show_default=False)
]
Symbol = Annotated[
    str | None, typer.Option(metavar="S", help="What files hold whose names do not say it.")
]
Interval = Annotated[
    Timeframe | None, typer.Option(metavar="5m", help="The length of their candles, too.")
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Read all anew and keep nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


class _Series(Struct, frozen=True, kw_only=True):
    """All files of one kind, symbol and interval."""

    symbol: str
    kind: str
    timeframe: Timeframe | None
    from_ms: int
    to_ms: int
    rows: int
    files: int
    bytes: int


def verify_files(
    paths: Paths,
    *,
    symbol: Symbol = None,
    interval: Interval = None,
    no_cache: NoCache = False,
    as_json: Json = False,
) -> None:
    """Check files of candles, mark prices and funding, and list what each of them lacks.

    Example: noctule data verify data/BTCUSDT-1m-2024-05.csv.gz
    """
    verdicts = _judged(paths, symbol=symbol, interval=interval, no_cache=no_cache)
    if as_json:
        typer.echo(msgspec.json.encode({"files": verdicts}, enc_hook=str).decode())
    else:
        _print_verdicts(verdicts)
        for line in _gap_lines(verdicts):
            typer.echo(line)
    _refuse(verdicts)


def list_files(
    paths: Paths,
    *,
    symbol: Symbol = None,
    interval: Interval = None,
    no_cache: NoCache = False,
    as_json: Json = False,
) -> None:
    """List which symbols and intervals are there, from when to when.

    Example: noctule data list data
    """
    verdicts = _judged(paths, symbol=symbol, interval=interval, no_cache=no_cache)
    series = _series_of(verdicts)
    if as_json:
        typer.echo(msgspec.json.encode({"series": series}).decode())
    else:
        _print_series(series)
    _refuse(verdicts)


def _judged(
    paths: Sequence[Path], *, symbol: str | None, interval: Timeframe | None, no_cache: bool
) -> "list[Verdict]":
    # Here, not above: numpy and Arrow take a moment, and other commands are listed without them.
    from noctule.adapters.replay.cache import usual_cache
    from noctule.adapters.replay.names import data_files, unnamed_files
    from noctule.adapters.replay.verdicts import verdict_of

    files = data_files(paths)
    for path in unnamed_files(paths):
        typer.echo(f"{path}: left out, its name does not say what it holds", err=True)
    cache = None if no_cache else usual_cache(os.environ)
    verdicts: list[Verdict] = []
    with _progress([path.stat().st_size for path in files]) as of_file:
        for path, tell in zip(files, of_file, strict=True):
            verdict = verdict_of(
                path,
                symbol=None if symbol is None else symbol.upper(),
                timeframe=interval,
                cache=cache,
                on_bytes=tell,
            )
            verdicts.append(verdict)
    return verdicts


@contextmanager
def _progress(sizes: Sequence[int]) -> Iterator[Iterable[Callable[[int], None]]]:
    """Give what tells how far each file is, to whoever looks on, where it takes a while."""
    if not sys.stderr.isatty() or sum(sizes) < _BAR_FROM_BYTES:
        yield [lambda _at: None] * len(sizes)
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=sum(sizes))

        def show(before: int, at: int) -> None:
            bar.update(task, completed=before + at)

        yield [partial(show, sum(sizes[:place])) for place in range(len(sizes))]


def _refuse(verdicts: "Iterable[Verdict]") -> None:
    for each in verdicts:
        if each.problem is not None:
            typer.echo(each.problem, err=True)
    if any(each.problem is not None for each in verdicts):
        raise typer.Exit(ExitCode.WRONG_USE)


def _print_verdicts(verdicts: "Iterable[Verdict]") -> None:
    _print(
        ("file", "symbol", "of", "from", "to", "<rows", "<gaps", "<idle", "<flaws"),
        [
            (
                each.path.name,
                each.symbol or "-",
                _length(each.kind, each.timeframe),
                _moment(each.from_ms),
                _moment(each.to_ms),
                f"{each.rows}",
                f"{len(each.gaps)}",
                "-" if each.idle is None else f"{each.idle}",
                f"{each.flaws}",
            )
            for each in verdicts
        ],
    )


def _gap_lines(verdicts: "Iterable[Verdict]") -> Iterator[str]:
    for each in verdicts:
        for gap in each.gaps[:_GAPS_MAX]:
            missing = "1 candle is" if gap.candles == 1 else f"{gap.candles} candles are"
            span = f"{_moment(gap.from_ms)} to {_moment(gap.to_ms)}"
            yield f"{each.path}: {missing} missing, {span}"
        if len(each.gaps) > _GAPS_MAX:
            yield f"{each.path}: and {len(each.gaps) - _GAPS_MAX} more gaps, --json has all"


def _series_of(verdicts: "Iterable[Verdict]") -> list[_Series]:
    """Put the files of each series together; a refused file is in none."""
    together: dict[tuple[str, str, int], list[Verdict]] = {}
    for each in verdicts:
        if each.problem is None:
            length_ms = 0 if each.timeframe is None else each.timeframe.ms_max
            key = (each.symbol or "", each.kind or "", length_ms)
            together.setdefault(key, []).append(each)
    return [_one_series(found) for _, found in sorted(together.items())]


def _one_series(files: "Sequence[Verdict]") -> _Series:
    first = files[0]
    return _Series(
        symbol=first.symbol or "",
        kind=first.kind or "",
        timeframe=first.timeframe,
        from_ms=min(each.from_ms or 0 for each in files),
        to_ms=max(each.to_ms or 0 for each in files),
        rows=sum(each.rows for each in files),
        files=len(files),
        bytes=sum(each.bytes for each in files),
    )


def _print_series(series: Iterable[_Series]) -> None:
    _print(
        ("symbol", "of", "from", "to", "<rows", "<files", "<size"),
        [
            (
                each.symbol,
                _length(each.kind, each.timeframe),
                _moment(each.from_ms),
                _moment(each.to_ms),
                f"{each.rows}",
                f"{each.files}",
                _size(each.bytes),
            )
            for each in series
        ],
    )


def _print(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; a heading that begins with < stands over figures.

    Where it is too wide, the first column has a line of its own above each row.
    """
    columns = [*zip(*([each.removeprefix("<") for each in headings], *rows), strict=True)]
    widths = [max(map(len, column)) for column in columns]
    is_narrow = sum(widths) + _SPACE * len(widths) > output(plain_width=PLAIN_WIDTH).width
    for row in zip(*columns, strict=True):
        cells = [
            cell.rjust(width) if heading.startswith("<") else cell.ljust(width)
            for cell, width, heading in zip(row, widths, headings, strict=True)
        ]
        if is_narrow:
            typer.echo(row[0])
            cells[0] = ""
        typer.echo((" " * _SPACE).join(cells).rstrip())


def _length(kind: str | None, timeframe: Timeframe | None) -> str:
    if kind == "funding":
        return kind
    return "-" if timeframe is None else f"{timeframe} marks" if kind == "marks" else timeframe


def _moment(at_ms: int | None) -> str:
    """Write a day, and the time where it is not midnight."""
    if at_ms is None:
        return "-"
    at = datetime.fromtimestamp(at_ms / 1_000, UTC)
    return f"{at:%Y-%m-%dT%H:%M}".removesuffix(_MIDNIGHT)


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size / 1_000:.1f} kB"
