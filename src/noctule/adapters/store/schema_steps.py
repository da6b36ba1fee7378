"""What made each version of the store's file of the one before; a step is never changed again.

Tables that came since stand in tables.py; a test holds both beside each other.
"""

from typing import Final

__all__ = ["STEPS"]

_MEMORY: Final = (
    "CREATE TABLE schema (version INTEGER NOT NULL)",
    "INSERT INTO schema (version) VALUES (0)",
    "CREATE TABLE records (name TEXT PRIMARY KEY, saved_ms INTEGER, json BLOB NOT NULL)",
)

_HISTORY: Final = (
    """CREATE TABLE journal (
        number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        at_ms INTEGER NOT NULL, elapsed_ms INTEGER NOT NULL, queue TEXT NOT NULL,
        kind TEXT NOT NULL, trace TEXT NOT NULL, record BLOB NOT NULL, checksum INTEGER NOT NULL)
    """,
    """CREATE TABLE trades (
        number INTEGER NOT NULL PRIMARY KEY,
        trace TEXT NOT NULL, symbol TEXT NOT NULL, strategy TEXT NOT NULL, direction TEXT NOT NULL,
        quantity TEXT NOT NULL, entry_price TEXT NOT NULL, exit_price TEXT NOT NULL,
        gross_pnl TEXT NOT NULL, fees TEXT NOT NULL, funding TEXT NOT NULL, net_pnl TEXT NOT NULL,
        slippage TEXT NOT NULL, exit_reason TEXT NOT NULL,
        opened_ms INTEGER NOT NULL, closed_ms INTEGER NOT NULL,
        signal_price FLOAT, has_converted_fees BOOLEAN NOT NULL,
        candle_closed_ms INTEGER, received_ms INTEGER, decided_ms INTEGER, sent_ms INTEGER,
        acknowledged_ms INTEGER, filled_ms INTEGER, protected_ms INTEGER)
    """,
    """CREATE TABLE fills (
        symbol TEXT NOT NULL, trade_id INTEGER NOT NULL, trace TEXT NOT NULL,
        client_order_id TEXT NOT NULL, venue_order_id TEXT NOT NULL, side TEXT NOT NULL,
        price TEXT NOT NULL, quantity TEXT NOT NULL, fee TEXT NOT NULL, fee_asset TEXT NOT NULL,
        is_maker BOOLEAN NOT NULL, realized_pnl TEXT NOT NULL, at_ms INTEGER NOT NULL,
        PRIMARY KEY (symbol, trade_id))
    """,
    """CREATE TABLE orders (
        client_order_id TEXT NOT NULL PRIMARY KEY, trace TEXT NOT NULL, symbol TEXT NOT NULL,
        strategy TEXT NOT NULL, leg TEXT NOT NULL, side TEXT NOT NULL, kind TEXT NOT NULL,
        quantity TEXT, price TEXT, trigger_price TEXT, state TEXT NOT NULL,
        venue_order_id TEXT, cause TEXT, requested_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL)
    """,
    """CREATE TABLE equity (
        number INTEGER NOT NULL PRIMARY KEY, at_ms INTEGER NOT NULL, wallet TEXT NOT NULL,
        unrealized_pnl TEXT NOT NULL, equity TEXT NOT NULL, equity_peak TEXT NOT NULL,
        exposure TEXT NOT NULL)
    """,
    """CREATE TABLE halts (
        number INTEGER NOT NULL PRIMARY KEY, at_ms INTEGER NOT NULL, trace TEXT NOT NULL,
        event TEXT NOT NULL, cause TEXT, actor TEXT NOT NULL, ends_ms INTEGER)
    """,
)

_LEDGER: Final = (
    """CREATE TABLE ledger (
        symbol TEXT NOT NULL, timeframe TEXT NOT NULL, close_ms INTEGER NOT NULL,
        record BLOB NOT NULL, PRIMARY KEY (symbol, timeframe, close_ms)) WITHOUT ROWID
    """,
    """CREATE TABLE verdicts (
        symbol TEXT NOT NULL, timeframe TEXT NOT NULL, close_ms INTEGER NOT NULL,
        at_ms INTEGER NOT NULL, outcome TEXT NOT NULL, record BLOB NOT NULL,
        PRIMARY KEY (symbol, timeframe, close_ms, at_ms, outcome)) WITHOUT ROWID
    """,
)

# The step at place n makes version n + 1 of version n; a new file takes all of them.
STEPS: Final = (_MEMORY, _HISTORY, _LEDGER)
