"""What is printed for people: as wide as their terminal, or whole where none shows it."""

import shutil
import sys
from collections.abc import Iterable
from typing import Final

from rich.console import Console
from rich.table import Table

from noctule.app.online.findings import Finding, line_of, wrapped

__all__ = ["PLAIN_WIDTH", "headed", "output", "shown"]

PLAIN_WIDTH: Final = 200  # of a table that no terminal shows


def output(*, plain_width: int = PLAIN_WIDTH) -> Console:
    """Return what prints tables: texts as they are, within the width of who looks at them."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else plain_width
    return Console(width=width, highlight=False, markup=False)


def headed(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> Table:
    """Return a table under its headings; what is too long for its column is folded."""
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def shown(finding: Finding) -> str:
    """Write a finding in one line, and on a terminal within its width."""
    if not sys.stdout.isatty():
        return line_of(finding)
    return wrapped(finding, shutil.get_terminal_size().columns)
