"""What Python knows of the tables is what stands in the file, and money survives it."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from noctule.adapters.store.schema import prepare
from noctule.adapters.store.tables import METADATA, equity, trades
from noctule.domain.trade import ClosedTrade, TradeStamps
from tests.fakes.open_store import TIMEOUT_MS, open_store, rows_of


def columns_of(connection: sqlite3.Connection, table: str) -> list[tuple[str, str, bool]]:
    """Return name, type and whether it may be missing, of each column in its order."""
    told = connection.execute(f"PRAGMA table_info({table})").fetchall()
    return [(name, kind, not (needed or key)) for _, name, kind, needed, _, key in told]


@pytest.mark.parametrize("table", METADATA.sorted_tables, ids=str)
def test_a_table_has_the_columns_that_the_migrations_made(table: object) -> None:
    named = METADATA.tables[str(table)]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        prepare(connection)
        known = [(each.name, str(each.type), bool(each.nullable)) for each in named.columns]
        assert columns_of(connection, named.name) == known


def test_a_trade_has_a_column_for_all_that_is_known_of_it() -> None:
    wanted = {*ClosedTrade.__struct_fields__} - {"stamps"}
    wanted |= {f"{name}_ms" for name in TradeStamps.__struct_fields__}
    assert wanted <= {each.name for each in trades.columns}


@pytest.mark.parametrize("amount", ["0.00000001", "-12345678901234567890.123456789", "1E+9"])
def test_money_keeps_its_last_decimal(tmp_path: Path, amount: str) -> None:
    names = ("wallet", "unrealized_pnl", "equity", "equity_peak", "exposure")
    with open_store(tmp_path / "a.db") as store:
        store.put(equity, {"at_ms": 1, **dict.fromkeys(names, Decimal(amount))})
        assert store.flush(TIMEOUT_MS)
    (row,) = rows_of(tmp_path / "a.db", equity)
    assert row.exposure == Decimal(amount)
