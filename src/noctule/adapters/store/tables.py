"""The tables of the store, as SQLAlchemy Core knows them; schema.py makes and migrates them."""

from decimal import Decimal
from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine
from typing_extensions import override

from noctule.domain.values import plain_text

__all__ = [
    "METADATA",
    "Amount",
    "equity",
    "fills",
    "halts",
    "journal",
    "ledger",
    "orders",
    "records",
    "trades",
    "verdicts",
]

METADATA: Final = MetaData()


class Amount(TypeDecorator[Decimal]):
    """Money to its last decimal: SQLite has no such number, so it stands there as text."""

    impl: TypeEngine[str] | type[TypeEngine[str]] = Text
    cache_ok: bool | None = True

    @override
    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Write an amount as people do, without an exponent."""
        return None if value is None else plain_text(value)

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Read it back, digit by digit."""
        return None if value is None else Decimal(value)


def _number() -> Column[int]:
    """Return the column that says in which order rows were written."""
    return Column("number", Integer, primary_key=True)


def _amount(name: str, *, is_optional: bool = False) -> Column[Decimal]:
    return Column(name, Amount, nullable=is_optional)


def _text(name: str, *, is_optional: bool = False) -> Column[str]:
    return Column(name, Text, nullable=is_optional)


def _integer(name: str, *, is_optional: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=is_optional)


records: Final = Table(
    "records",
    METADATA,
    Column("name", Text, primary_key=True),
    _integer("saved_ms", is_optional=True),
    Column("json", LargeBinary, nullable=False),
)

journal: Final = Table(
    "journal",
    METADATA,
    _number(),  # never used again, not even when the last row is pruned
    _integer("at_ms"),  # market time when it was heard
    _integer("elapsed_ms"),  # real time since the process's own beginning, when it was heard
    _text("queue"),  # data, signal, order; or journal, for what no queue carries
    _text("kind"),  # the event's class
    _text("trace"),
    Column("record", LargeBinary, nullable=False),  # the event as MessagePack
    _integer("checksum"),  # CRC-32 of the record
    sqlite_autoincrement=True,
)

trades: Final = Table(
    "trades",
    METADATA,
    _number(),
    _text("trace"),
    _text("symbol"),
    _text("strategy"),
    _text("direction"),
    _amount("quantity"),
    _amount("entry_price"),
    _amount("exit_price"),
    _amount("gross_pnl"),
    _amount("fees"),
    _amount("funding"),
    _amount("net_pnl"),
    _amount("slippage"),
    _text("exit_reason"),
    _integer("opened_ms"),
    _integer("closed_ms"),
    Column("signal_price", Float),
    Column("has_converted_fees", Boolean, nullable=False),
    _integer("candle_closed_ms", is_optional=True),
    _integer("received_ms", is_optional=True),
    _integer("decided_ms", is_optional=True),
    _integer("sent_ms", is_optional=True),
    _integer("acknowledged_ms", is_optional=True),
    _integer("filled_ms", is_optional=True),
    _integer("protected_ms", is_optional=True),
)

fills: Final = Table(
    "fills",
    METADATA,
    Column("symbol", Text, primary_key=True),
    Column("trade_id", Integer, primary_key=True),
    _text("trace"),
    _text("client_order_id"),
    _text("venue_order_id"),
    _text("side"),
    _amount("price"),
    _amount("quantity"),
    _amount("fee"),
    _text("fee_asset"),
    Column("is_maker", Boolean, nullable=False),
    _amount("realized_pnl"),
    _integer("at_ms"),
)

orders: Final = Table(
    "orders",
    METADATA,
    Column("client_order_id", Text, primary_key=True),
    _text("trace"),
    _text("symbol"),
    _text("strategy"),
    _text("leg"),
    _text("side"),
    _text("kind"),
    _amount("quantity", is_optional=True),  # none closes the whole position
    _amount("price", is_optional=True),
    _amount("trigger_price", is_optional=True),
    _text("state"),
    _text("venue_order_id", is_optional=True),
    _text("cause", is_optional=True),  # of an end that nobody here wanted
    _integer("requested_ms"),
    _integer("changed_ms"),
)

equity: Final = Table(
    "equity",
    METADATA,
    _number(),
    _integer("at_ms"),
    _amount("wallet"),
    _amount("unrealized_pnl"),
    _amount("equity"),
    _amount("equity_peak"),
    _amount("exposure"),  # sum of notionals
)

halts: Final = Table(
    "halts",
    METADATA,
    _number(),
    _integer("at_ms"),
    _text("trace"),
    _text("event"),  # halted or resumed
    _text("cause", is_optional=True),
    _text("actor"),
    _integer("ends_ms", is_optional=True),
)

ledger: Final = Table(
    "ledger",
    METADATA,
    Column("symbol", Text, primary_key=True),
    Column("timeframe", Text, primary_key=True),
    Column("close_ms", Integer, primary_key=True),
    Column("record", LargeBinary, nullable=False),  # what a strategy saw and said, as MessagePack
    sqlite_with_rowid=False,
)

verdicts: Final = Table(
    "verdicts",
    METADATA,
    Column("symbol", Text, primary_key=True),
    Column("timeframe", Text, primary_key=True),
    Column("close_ms", Integer, primary_key=True),  # of the candle that the signal was seen at
    Column("at_ms", Integer, primary_key=True),
    Column("outcome", Text, primary_key=True),
    Column("record", LargeBinary, nullable=False),  # every gate with its numbers, as MessagePack
    sqlite_with_rowid=False,
)
