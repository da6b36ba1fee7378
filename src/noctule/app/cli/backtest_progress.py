"""How far a backtest is, as a bar on a terminal; programs that listen are told nothing."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from noctule.app.backtest.backtesting import Progress as Tell

__all__ = ["told_progress"]


@contextmanager
def told_progress() -> Iterator[Tell]:
    """Give what tells of the progress, on stderr."""
    if not sys.stderr.isatty():
        yield lambda _what, _share: None
        return
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()
    with Progress(
        *columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True
    ) as bars:
        task = bars.add_task("", total=1.0)

        def tell(what: str, share: float) -> None:
            bars.update(task, description=what, completed=share)

        yield tell
