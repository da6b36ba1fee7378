"""What is booked for good: an account's trades, and the lines of its income history."""

from decimal import Decimal

from msgspec import Struct

from noctule.adapters.sim.model import PositionSide, Side

__all__ = ["Income", "Numbers", "Trade"]


class Numbers(Struct, kw_only=True):
    """The numbers given out last; far apart, so that an order's is never a conditional order's."""

    order_id: int = 8_886_774_001
    trade_id: int = 123_456_001
    algo_id: int = 4_000_001_000_000_001
    tran_id: int = 9_689_322_001


class Trade(Struct, frozen=True, kw_only=True, gc=False):  # thousands are kept
    """One fill of one order of an account."""

    trade_id: int
    order_id: int
    client_id: str
    symbol: str
    side: Side
    position_side: PositionSide
    price: Decimal
    qty: Decimal
    commission: Decimal  # positive is paid
    commission_asset: str
    realized_pnl: Decimal
    is_maker: bool
    time_ms: int


class Income(Struct, frozen=True, kw_only=True, gc=False):  # thousands are kept
    """One line of the income history."""

    symbol: str
    income_type: str  # COMMISSION, REALIZED_PNL, FUNDING_FEE, TRANSFER, INSURANCE_CLEAR …
    income: Decimal
    asset: str
    info: str
    tran_id: int
    trade_id: int | None
    time_ms: int
