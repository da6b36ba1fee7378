"""A store that writes where it is called, and a look into what it wrote."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Row, Table, select

from noctule.adapters.store.database import reading
from noctule.adapters.store.store import Store
from noctule.telemetry.writer import OnFailure, Runner

__all__ = ["TIMEOUT_MS", "open_store", "rows_of"]

TIMEOUT_MS = 10_000


@contextmanager
def open_store(
    path: Path, *, runner: Runner = Runner.INLINE, on_failure: OnFailure | None = None
) -> Iterator[Store]:
    """Open it, and let go of it whatever happens."""
    store = Store(path, runner=runner, on_failure=on_failure)
    store.start()
    try:
        yield store
    finally:
        store.close(TIMEOUT_MS)


def rows_of(path: Path, table: Table) -> list[Row[tuple[object, ...]]]:
    """Return all rows of a table, as somebody beside the owner sees them."""
    with reading(path) as connection:
        return list(connection.execute(select(table)).all())
