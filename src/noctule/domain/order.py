"""One order: what is asked for, and what has become of it."""

from decimal import Decimal
from enum import StrEnum
from typing import NewType

from msgspec import Struct

from noctule.domain.values import Price, Quantity, Side, Symbol, Timeframe

__all__ = [
    "ClientOrderId",
    "Leg",
    "Order",
    "OrderKey",
    "OrderKind",
    "OrderRequest",
    "OrderState",
    "TimeInForce",
    "WorkingType",
]

ClientOrderId = NewType("ClientOrderId", str)


class OrderKind(StrEnum):
    """How an order trades, in the venue's own words."""

    MARKET = "MARKET"
    LIMIT = "LIMIT"
    STOP = "STOP"
    STOP_MARKET = "STOP_MARKET"
    TAKE_PROFIT = "TAKE_PROFIT"
    TAKE_PROFIT_MARKET = "TAKE_PROFIT_MARKET"
    TRAILING_STOP_MARKET = "TRAILING_STOP_MARKET"

    is_conditional: bool  # it waits for a trigger, and lives in the venue's conditional service
    trades_at_market: bool  # it takes whatever price there is

    def __init__(self, word: str) -> None:
        self.is_conditional = word not in ("MARKET", "LIMIT")
        self.trades_at_market = word.endswith("MARKET")


class TimeInForce(StrEnum):
    """How long an order may rest."""

    GTC = "GTC"  # until cancelled
    IOC = "IOC"  # what fills at once, cancel the rest
    FOK = "FOK"  # all at once or nothing
    GTX = "GTX"  # only as maker
    GTD = "GTD"  # until a date


class WorkingType(StrEnum):
    """Which price pulls a trigger."""

    CONTRACT_PRICE = "CONTRACT_PRICE"
    MARK_PRICE = "MARK_PRICE"


class Leg(StrEnum):
    """What an order is for; one character, for it stands in the client order id."""

    ENTRY = "e"
    STOP = "s"
    TARGET = "t"
    CLOSE = "c"  # the strategy wants out
    FLATTEN = "f"  # an operator, or the shutdown policy, wants out
    PROTECT = "p"  # recovery found the position naked


class OrderState(StrEnum):
    """Where an order is in its life; the in-flight states have names of their own."""

    RESERVED = "reserved"  # in our blotter, not sent
    SENDING = "sending"  # bytes may have left
    UNKNOWN = "unknown"  # may or may not exist: being asked for
    OPEN = "open"
    PARTIALLY_FILLED = "partially_filled"
    CANCELING = "canceling"
    FILLED = "filled"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REJECTED = "rejected"

    is_final: bool  # nothing can happen to the order any more

    def __init__(self, word: str) -> None:
        self.is_final = word in ("filled", "canceled", "expired", "rejected")


class OrderKey(Struct, frozen=True, kw_only=True):
    """Everything a client order id is derived from, and can be read back to."""

    close_ms: int  # of the candle that caused the order
    timeframe: Timeframe
    leg: Leg
    attempt: int


class OrderRequest(Struct, frozen=True, kw_only=True):
    """What we intend to send, complete and already on the instrument's grid."""

    client_order_id: ClientOrderId
    symbol: Symbol
    side: Side
    kind: OrderKind
    leg: Leg
    quantity: Quantity | None  # None closes the whole position
    price: Price | None = None
    trigger_price: Price | None = None
    callback_share: Decimal | None = None  # trailing stops
    time_in_force: TimeInForce | None = None
    working_type: WorkingType | None = None
    reduces_only: bool = False
    good_till_ms: int | None = None

    def __post_init__(self) -> None:
        """Assert what no order of ours may lack, whoever built it."""
        assert self.quantity is None or self.quantity > 0, f"quantity is {self.quantity}"
        assert self.quantity is not None or self.kind in _CLOSE_ALL, f"{self.kind} needs a size"
        assert self.price is None or self.price > 0, f"price is {self.price}"
        assert (self.price is not None) == (self.kind in _LIMITED), f"{self.kind} {self.price}"
        assert self.trigger_price is None or self.trigger_price > 0, (
            f"trigger is {self.trigger_price}"
        )
        is_trailing = self.kind is _TRAILING
        has_trigger = self.kind.is_conditional and not is_trailing
        assert (self.trigger_price is not None) == has_trigger, (
            f"{self.kind} with trigger {self.trigger_price}"
        )
        assert (self.callback_share is not None) == is_trailing, (
            f"{self.kind} with callback {self.callback_share}"
        )


class Order(Struct, frozen=True, kw_only=True):
    """A request and its fate so far."""

    request: OrderRequest
    state: OrderState
    venue_order_id: str | None = None
    filled: Quantity = Quantity(Decimal(0))
    average_price: Price | None = None
    updated_ms: int = 0

    @property
    def remaining(self) -> Quantity | None:
        """Return what is still to fill; None when the order closes whatever there is."""
        if self.request.quantity is None:
            return None
        return Quantity(self.request.quantity - self.filled)


# An enum's members are slow to look up.
_TRAILING = OrderKind.TRAILING_STOP_MARKET
_CLOSE_ALL = (OrderKind.STOP_MARKET, OrderKind.TAKE_PROFIT_MARKET)
_LIMITED = (OrderKind.LIMIT, OrderKind.STOP, OrderKind.TAKE_PROFIT)
