"""Four books of the same trades: the exchange's, the trade log, the audit trail and the store."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from msgspec import Struct
from sqlalchemy import select

from noctule.adapters.store.tables import fills

__all__ = ["Books", "books_of"]

# Symbol and number, side, price, quantity, fee.
_Trade: TypeAlias = tuple[str, int, str, Decimal, Decimal, Decimal]


class Books(Struct, kw_only=True):
    """How many trades each tells, and which of them the others do not tell alike."""

    counts: dict[str, int]
    differences: list[str]

    @property
    def agree(self) -> bool:
        """Tell whether all of them tell the same, and anything at all."""
        return not self.differences and min(self.counts.values()) > 0


def books_of(home: Path) -> Books:
    """Compare them all with the exchange's own."""
    books = {
        "exchange": Counter(_exchange(home)),
        "trade log": Counter(_trade_log(home)),
        "audit": Counter(_audit(home)),
        "store": Counter(_store(home)),
    }
    truth = books["exchange"]
    return Books(
        counts={name: book.total() for name, book in books.items()},
        differences=[
            f"{name} {'lacks' if wanting else 'has'} {trade}"
            for name, book in books.items()
            for wanting, odd in ((True, truth - book), (False, book - truth))
            for trade in list(odd)[:5]
        ],
    )


def _exchange(home: Path) -> Iterator[_Trade]:
    for line in _lines(home / "exchange/trades.jsonl"):
        yield _trade(line.__getitem__, fee="fee")


def _trade_log(home: Path) -> Iterator[_Trade]:
    for line in _lines(home / "logs/trades.jsonl"):
        if line["event"] == "fill":
            yield _trade(line.__getitem__, fee="fee")


def _audit(home: Path) -> Iterator[_Trade]:
    for line in _lines(home / "logs/audit.jsonl"):
        if line["event"] == "order_answered" and line["answer"] == "filled":
            yield _trade(line.__getitem__, fee="fee")


def _store(home: Path) -> Iterator[_Trade]:
    from noctule.adapters.store.database import reading

    (path,) = (home / "logs/state").glob("*.db")
    with reading(path) as connection:
        for row in connection.execute(select(fills)).mappings():
            yield _trade(row.__getitem__, fee="fee")


def _trade(told: Callable[[str], Any], *, fee: str) -> _Trade:
    amounts = (Decimal(str(told(name))).normalize() for name in ("price", "quantity", fee))
    price, quantity, paid = amounts
    return (told("symbol"), int(told("trade_id")), told("side"), price, quantity, paid)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open() as file:
        for line in file:
            yield json.loads(line)
