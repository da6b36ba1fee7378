"""What the private stream says: orders, trades, purse and positions as they change (facts 3.1)."""

from decimal import Decimal
from typing import Final

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType, field
from msgspec.json import Decoder

from noctule.adapters.binance.wire.account import NET, net_position
from noctule.adapters.binance.wire.row import NamedSymbol, Row
from noctule.domain.errors import FeedMalformed
from noctule.domain.order import ClientOrderId
from noctule.domain.position import Fill, Position
from noctule.domain.values import Price, Quantity, Quote, Side, Symbol

__all__ = [
    "EXPIRY_CAUSES",
    "AccountUpdate",
    "AlgoTold",
    "AlgoUpdate",
    "ConfigUpdate",
    "LeverageTold",
    "ListenKeyExpired",
    "MarginCall",
    "OrderTold",
    "OrderUpdate",
    "TradeHint",
    "UserEvent",
    "fill_of",
    "moved_position_of",
    "read_user_event",
]


# Why the exchange ended an order (facts 3.1, field er).
EXPIRY_CAUSES: Final = {
    "1": "self-trade prevention",
    "2": "the rest of an immediate-or-cancel order",
    "3": "the rest of an immediate-or-cancel order, by self-trade prevention",
    "4": "a reduce-only order of higher priority, or the position would have reversed",
    "5": "liquidation",
    "6": "it could only stand with a position",
    "7": "the symbol was delisted",
    "8": "the original expired after its trigger",
    "9": "the rest of a market order",
}


class OrderTold(Row, frozen=True):
    """One regular order, and the trade that is the reason to tell it, if one is."""

    symbol: NamedSymbol = field(name="s")
    side: Side = field(name="S")
    order_id: int = field(name="i")
    execution: str = field(name="x")  # NEW, TRADE, CANCELED, EXPIRED, CALCULATED, AMENDMENT
    status: str = field(name="X")
    client_id: str = field(name="c", default="")
    type: str = field(name="o", default="")
    original_type: str = field(name="ot", default="")  # of what was conditional: what it was
    quantity: Decimal = field(name="q", default=Decimal(0))
    price: Decimal | None = field(name="p", default=None)
    average_price: Decimal | None = field(name="ap", default=None)
    executed: Decimal = field(name="z", default=Decimal(0))
    last_quantity: Decimal = field(name="l", default=Decimal(0))
    last_price: Decimal = field(name="L", default=Decimal(0))
    fee: Decimal | None = field(name="n", default=None)
    fee_asset: str | None = field(name="N", default=None)
    trade_id: int = field(name="t", default=0)
    is_maker: bool = field(name="m", default=False)
    reduces_only: bool = field(name="R", default=False)
    realized_pnl: Decimal | None = field(name="rp", default=None)
    expiry_reason: str | None = field(name="er", default=None)
    time_ms: int = field(name="T", default=0)


class OrderUpdate(Row, frozen=True):
    """ORDER_TRADE_UPDATE."""

    time_ms: int = field(name="T")
    order: OrderTold = field(name="o")


class AlgoTold(Row, frozen=True):
    """One conditional order; its child's id is a string, empty before the trigger."""

    algo_id: int = field(name="aid")
    client_id: str = field(name="caid")
    symbol: NamedSymbol = field(name="s")
    side: Side = field(name="S")
    status: str = field(name="X")
    type: str = field(name="o")
    quantity: Decimal | None = field(name="q", default=None)
    trigger_price: Decimal | None = field(name="tp", default=None)
    price: Decimal | None = field(name="p", default=None)
    child_id: str | None = field(name="ai", default=None)
    child_executed: Decimal | None = field(name="aq", default=None)
    child_price: Decimal | None = field(name="ap", default=None)
    reduces_only: bool = field(name="R", default=False)
    closes_position: bool = field(name="cp", default=False)
    failure: str | None = field(name="rm", default=None)


class AlgoUpdate(Row, frozen=True):
    """ALGO_UPDATE."""

    time_ms: int = field(name="T")
    order: AlgoTold = field(name="o")


class BalanceMoved(Row, frozen=True):
    """One asset of an ACCOUNT_UPDATE."""

    asset: str = field(name="a")
    wallet: Decimal = field(name="wb")
    change: Decimal = field(name="bc", default=Decimal(0))  # without profit and fees


class PositionMoved(Row, frozen=True):
    """One position of an ACCOUNT_UPDATE."""

    symbol: NamedSymbol = field(name="s")
    amount: Decimal = field(name="pa")
    entry_price: Decimal = field(name="ep", default=Decimal(0))
    side: str = field(name="ps", default=NET)


class AccountMoved(Row, frozen=True):
    """What moved in an ACCOUNT_UPDATE, and why."""

    cause: str = field(name="m")
    balances: list[BalanceMoved] = field(name="B", default_factory=list)
    positions: list[PositionMoved] = field(name="P", default_factory=list)
    symbol: Symbol | None = field(name="S", default=None)  # of funding, since 2026-08-07

    @property
    def symbols(self) -> frozenset[Symbol]:
        """Return every symbol it is about."""
        named = frozenset() if self.symbol is None else frozenset({self.symbol})
        return named | {each.symbol for each in self.positions}


class AccountUpdate(Row, frozen=True):
    """ACCOUNT_UPDATE."""

    time_ms: int = field(name="T")
    account: AccountMoved = field(name="a")


class TradeHint(Row, frozen=True):
    """TRADE_LITE: somebody traded, and the event that counts is on its way."""

    time_ms: int = field(name="T")
    symbol: NamedSymbol = field(name="s")
    order_id: int = field(name="i")
    trade_id: int = field(name="t")


class LeverageTold(Row, frozen=True):
    """The leverage of a symbol."""

    symbol: NamedSymbol = field(name="s")
    leverage: int = field(name="l")


class ConfigUpdate(Row, frozen=True):
    """ACCOUNT_CONFIG_UPDATE: leverage, or the asset mode, which nobody here acts upon."""

    time_ms: int = field(name="T")
    leverage: LeverageTold | None = field(name="ac", default=None)


class CalledPosition(Row, frozen=True):
    """A position near its liquidation."""

    symbol: NamedSymbol = field(name="s")


class MarginCall(Row, frozen=True):
    """MARGIN_CALL: a warning that may come late or not at all."""

    time_ms: int = field(name="E")
    positions: list[CalledPosition] = field(name="p", default_factory=list)


class ListenKeyExpired(Row, frozen=True):
    """The key is dead; the socket stays open and says nothing more (facts 3)."""

    time_ms: int = field(name="E", default=0)
    listen_key: str = field(name="listenKey", default="")


UserEvent = (
    OrderUpdate
    | AccountUpdate
    | AlgoUpdate
    | TradeHint
    | ConfigUpdate
    | MarginCall
    | ListenKeyExpired
)


class _Head(Struct, frozen=True):
    """What an event is, and the event itself where a combined stream wraps it."""

    event: str | UnsetType = field(name="e", default=UNSET)
    wrapped: Raw = field(name="data", default=Raw(b""))


_HEAD: Final = Decoder(_Head)
_EVENTS: Final[dict[str, Decoder[UserEvent]]] = {
    "ORDER_TRADE_UPDATE": Decoder(OrderUpdate),
    "ACCOUNT_UPDATE": Decoder(AccountUpdate),
    "ALGO_UPDATE": Decoder(AlgoUpdate),
    "TRADE_LITE": Decoder(TradeHint),
    "ACCOUNT_CONFIG_UPDATE": Decoder(ConfigUpdate),
    "MARGIN_CALL": Decoder(MarginCall),
    "listenKeyExpired": Decoder(ListenKeyExpired),
}


def read_user_event(frame: bytes) -> UserEvent | None:
    """Read a frame of the private stream; None where it tells nothing that we listen for."""
    try:
        head = _HEAD.decode(frame)
        body: bytes | Raw = frame
        if head.event is UNSET and bytes(head.wrapped):
            body = head.wrapped
            head = _HEAD.decode(body)
        if head.event is UNSET:
            raise FeedMalformed("a user event without a type")
        decoder = _EVENTS.get(head.event)
        return None if decoder is None else decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise FeedMalformed(f"unreadable user event: {exc}") from exc


def fill_of(order: OrderTold) -> Fill | None:
    """Return the trade an order event tells; None where it tells none (a zero one is none)."""
    if order.trade_id <= 0 or order.last_quantity <= 0:
        return None
    return Fill(
        trade_id=order.trade_id,
        venue_order_id=str(order.order_id),
        client_order_id=ClientOrderId(order.client_id),
        symbol=order.symbol,
        side=order.side,
        price=Price(order.last_price),
        quantity=Quantity(order.last_quantity),
        fee=order.fee or Decimal(0),
        fee_asset=order.fee_asset or "",
        is_maker=order.is_maker,
        realized_pnl=Quote(order.realized_pnl or Decimal(0)),
        at_ms=order.time_ms,
    )


def moved_position_of(moved: PositionMoved, at_ms: int) -> Position:
    """Translate a position that an event told."""
    return net_position(moved.symbol, moved.amount, moved.entry_price, at_ms)
