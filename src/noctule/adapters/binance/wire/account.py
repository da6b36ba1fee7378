"""What the exchange answers about purse, positions, trades and funding (facts 2.3, 2.4)."""

from decimal import Decimal
from typing import Final

from msgspec.json import Decoder

from noctule.adapters.binance.rest.calls import Call, Safety
from noctule.adapters.binance.wire.row import NamedSymbol, Row
from noctule.domain.order import ClientOrderId
from noctule.domain.position import Balance, Fill, Income, IncomeKind, Position
from noctule.domain.values import Price, Quantity, Quote, Side, Symbol

__all__ = [
    "BALANCE",
    "EXTEND_LISTEN_KEY",
    "INCOME",
    "NET",
    "OPEN_LISTEN_KEY",
    "POSITION_RISK",
    "USER_TRADES",
    "BalanceRow",
    "IncomeRow",
    "ListenKeyRow",
    "RiskRow",
    "TradeRow",
    "balance_of",
    "income_of",
    "net_position",
    "position_of",
    "traded_fill_of",
]

NET: Final = "BOTH"  # the position side of one-way mode; hedge mode is not traded here


# What moves money between the account and its owner, or swaps it for another asset, is no profit.
# A type nobody has heard of counts: a loss must not hide behind a new name.
_INCOME_KINDS: Final = {
    "REALIZED_PNL": IncomeKind.PROFIT,
    "DELIVERED_SETTELMENT": IncomeKind.PROFIT,  # the exchange's spelling
    "DELIVERED_SETTLEMENT": IncomeKind.PROFIT,
    "COMMISSION": IncomeKind.FEE,
    "COMMISSION_REBATE": IncomeKind.FEE,
    "API_REBATE": IncomeKind.FEE,
    "FEE_RETURN": IncomeKind.FEE,
    "FUNDING_FEE": IncomeKind.FUNDING,
    "SPECIAL_FUNDING_FEE": IncomeKind.FUNDING,
    **dict.fromkeys(
        (
            *("TRANSFER", "INTERNAL_TRANSFER", "CROSS_COLLATERAL_TRANSFER"),
            *("STRATEGY_UMFUTURES_TRANSFER", "COIN_SWAP_DEPOSIT", "COIN_SWAP_WITHDRAW"),
            *("AUTO_EXCHANGE", "WELCOME_BONUS", "CONTEST_REWARD", "REFERRAL_KICKBACK"),
        ),
        IncomeKind.TRANSFER,
    ),
}


class BalanceRow(Row, frozen=True, rename="camel"):
    """One asset of GET balance, version 3."""

    asset: str
    balance: Decimal
    available_balance: Decimal
    update_time: int = 0


class RiskRow(Row, frozen=True, rename="camel"):
    """One position of GET positionRisk, version 3: a flat symbol without orders has none."""

    symbol: NamedSymbol
    position_amt: Decimal
    entry_price: Decimal = Decimal(0)
    mark_price: Decimal = Decimal(0)
    position_side: str = NET
    update_time: int = 0


class TradeRow(Row, frozen=True, rename="camel"):
    """One row of GET userTrades; it does not tell the client order id."""

    symbol: NamedSymbol
    id: int
    order_id: int
    side: Side
    price: Decimal
    qty: Decimal
    commission: Decimal
    commission_asset: str
    time: int
    maker: bool = False
    realized_pnl: Decimal = Decimal(0)


class IncomeRow(Row, frozen=True, rename="camel"):
    """One row of GET income; a transfer's symbol is empty."""

    symbol: Symbol
    income_type: str
    income: Decimal
    asset: str
    time: int


class ListenKeyRow(Row, frozen=True, rename="camel"):
    """The answer of POST and PUT listenKey."""

    listen_key: str


BALANCE: Final = Call(
    name="GET balance",
    safety=Safety.REPEATABLE,
    decoder=Decoder(list[BalanceRow]),
    weight=5,
)
POSITION_RISK: Final = Call(
    name="GET positionRisk",
    safety=Safety.REPEATABLE,
    decoder=Decoder(list[RiskRow]),
    weight=5,
)
USER_TRADES: Final = Call(
    name="GET userTrades",
    safety=Safety.REPEATABLE,
    decoder=Decoder(list[TradeRow]),
    weight=5,
)
INCOME: Final = Call(
    name="GET income",
    safety=Safety.REPEATABLE,
    decoder=Decoder(list[IncomeRow]),
    weight=30,
)
OPEN_LISTEN_KEY: Final = Call(
    name="POST listenKey",
    safety=Safety.REPEATABLE,  # it answers with the living key, if there is one
    decoder=Decoder(ListenKeyRow),
)
EXTEND_LISTEN_KEY: Final = Call(
    name="PUT listenKey",
    safety=Safety.REPEATABLE,
    decoder=Decoder(ListenKeyRow),
)


def traded_fill_of(row: TradeRow, client_order_id: ClientOrderId) -> Fill:
    """Translate a trade of REST, for whose order somebody else knew the name."""
    return Fill(
        trade_id=row.id,
        venue_order_id=str(row.order_id),
        client_order_id=client_order_id,
        symbol=row.symbol,
        side=row.side,
        price=Price(row.price),
        quantity=Quantity(row.qty),
        fee=row.commission,
        fee_asset=row.commission_asset,
        is_maker=row.maker,
        realized_pnl=Quote(row.realized_pnl),
        at_ms=row.time,
    )


def balance_of(row: BalanceRow) -> Balance:
    """Translate one asset."""
    return Balance(
        asset=row.asset, wallet=Quote(row.balance), available=Quote(row.available_balance)
    )


def income_of(row: IncomeRow) -> Income:
    """Translate one booking."""
    return Income(
        kind=_INCOME_KINDS.get(row.income_type, IncomeKind.OTHER),
        asset=row.asset,
        amount=row.income,
        symbol=row.symbol or None,
        at_ms=row.time,
    )


def position_of(row: RiskRow) -> Position:
    """Translate a position that REST told."""
    return net_position(row.symbol, row.position_amt, row.entry_price, row.update_time)


def net_position(symbol: Symbol, amount: Decimal, entry_price: Decimal, at_ms: int) -> Position:
    """Build a position; a flat one has no entry price, whatever was told."""
    return Position(
        symbol=symbol,
        signed_quantity=amount,
        entry_price=Price(entry_price) if amount else None,
        updated_ms=at_ms,
    )
