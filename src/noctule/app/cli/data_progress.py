"""How far a fetch is: a bar for each series on a terminal, else a line every so often."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import typer
from rich.console import Console
from rich.progress import BarColumn, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from noctule.app.fetching.progress import Progress, Tell

__all__ = ["told_progress"]

_LINE_EVERY_MS: Final = 10_000


@contextmanager
def told_progress(elapsed_ms: Callable[[], int]) -> Iterator[Tell]:
    """Give what tells of the progress, on stderr."""
    if not sys.stderr.isatty():
        yield _Lines(elapsed_ms).tell
        return
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()
    with Bars(
        *columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True
    ) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(progress: Progress) -> None:
            title = progress.title
            if title not in tasks:
                tasks[title] = bars.add_task(title, total=progress.total_ms)
            bars.update(tasks[title], completed=progress.done_ms)

        yield tell


class _Lines:
    def __init__(self, elapsed_ms: Callable[[], int]) -> None:
        self._elapsed_ms = elapsed_ms
        self._told_ms = elapsed_ms()

    def tell(self, progress: Progress) -> None:
        now_ms = self._elapsed_ms()
        if now_ms - self._told_ms < _LINE_EVERY_MS:
            return
        self._told_ms = now_ms
        typer.echo(f"{progress.title}: {progress.done_ms / progress.total_ms:.0%}", err=True)
