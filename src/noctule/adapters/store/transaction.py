"""One transaction of the store: all of it, or nothing, and one odd row costs only itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from sqlalchemy import Table, UpdateBase
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

from noctule.telemetry.attempt import attempted

__all__ = ["Change", "Row", "commit"]

Row = Mapping[str, object]

# The thread holds the interpreter while rows are made ready for SQLite: whoever trades waits.
_AT_ONCE_MAX: Final = 64


class Change(NamedTuple):
    """A statement, and the row it is for."""

    statement: UpdateBase
    row: Row


def commit(
    connection: Connection, changes: Sequence[Change], *, on_odd: Callable[[Exception], None]
) -> None:
    """Write all of them in their order; raise what the file has against it, and nothing is.

    A row that no file would take is left out, and told.
    """
    failure = attempted(lambda: _write(connection, changes))
    if failure is None:
        return
    _raise_if_outage(failure)
    with connection.begin():
        for change in changes:
            _write_if_sound(connection, change, on_odd)


def _write(connection: Connection, changes: Iterable[Change]) -> None:
    with connection.begin():
        for statement, rows in _runs(changes):
            connection.execute(statement, rows)


def _write_if_sound(
    connection: Connection, change: Change, on_odd: Callable[[Exception], None]
) -> None:
    def write() -> None:
        with connection.begin_nested():
            connection.execute(change.statement, change.row)

    failure = attempted(write)
    if failure is not None:
        _raise_if_outage(failure)
        on_odd(failure)


def _runs(changes: Iterable[Change]) -> Iterable[tuple[UpdateBase, list[Row]]]:
    """Put together what one statement can write, table by table, each in its order."""
    by_table: dict[str, list[Change]] = {}
    for change in changes:
        by_table.setdefault(_table_of(change.statement), []).append(change)
    for of_table in by_table.values():
        for _, run in groupby(of_table, key=lambda change: id(change.statement)):
            of_one = list(run)
            for start in range(0, len(of_one), _AT_ONCE_MAX):
                rows = [each.row for each in of_one[start : start + _AT_ONCE_MAX]]
                yield of_one[0].statement, rows


def _table_of(statement: UpdateBase) -> str:
    assert isinstance(statement.table, Table), f"{statement} writes no table"
    return statement.table.name


def _raise_if_outage(failure: Exception) -> None:
    """Raise what SQLite says where the file is the trouble, and not the row."""
    if isinstance(failure, DBAPIError) and type(failure) in _OUTAGES:
        raise failure.orig or failure


_OUTAGES: Final = (DatabaseError, OperationalError)
