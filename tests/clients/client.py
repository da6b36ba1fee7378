"""What the story asks of a foreign client, in words that all of them can be brought to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from tests.clients.figures import Fill

__all__ = ["Account", "Client", "Heard", "Hedger", "Leg", "Market", "Order", "Waiting"]


@dataclass(frozen=True, kw_only=True)
class Market:
    """What a client makes of the market of one symbol."""

    tick: Decimal
    step: Decimal
    bid: Decimal
    ask: Decimal
    mark: Decimal
    last_close: Decimal  # of the newest candle


@dataclass(frozen=True, kw_only=True)
class Account:
    """What a client makes of its account's settings."""

    maker_rate: Decimal
    taker_rate: Decimal
    is_hedged: bool
    leverage: int
    margin_type: str


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a client makes of a regular order; an answer to POST has no average price."""

    id: str
    client_id: str
    status: str
    type: str
    filled: Decimal
    price: Decimal
    average: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What a client makes of a conditional order."""

    id: str
    client_id: str
    status: str
    type: str
    trigger: Decimal


@dataclass(frozen=True, kw_only=True)
class Leg:
    """What a client makes of one side of a hedged position."""

    amount: Decimal
    entry: Decimal
    wallet: Decimal  # its isolated margin, without what it has gained
    liquidation: Decimal  # to the cent


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What the user stream has told since the last time: fills, and how things stand."""

    fills: list[Fill] = field(default_factory=list)
    orders: dict[str, str] = field(default_factory=dict)  # client id: last status
    algos: dict[str, str] = field(default_factory=dict)
    wallet: Decimal | None = None
    names: list[str] = field(default_factory=list)  # none if the client keeps them to itself


class Client(Protocol):
    """One foreign client, connected to the exchange and to its account's stream."""

    def server_time(self) -> int: ...
    def market(self) -> Market: ...
    def account(self) -> Account: ...
    def wallet(self) -> Decimal: ...
    def position(self) -> tuple[Decimal, Decimal] | None: ...  # amount and entry; None: flat
    def set_leverage(self, leverage: int) -> int: ...
    def set_margin_type(self, margin_type: str) -> None: ...

    def buy(self, quantity: str) -> Order: ...
    def sell_limit(self, quantity: str, price: str, client_id: str) -> Order: ...
    def modify(self, order: Order, *, quantity: str, price: str) -> Order: ...
    def cancel(self, order: Order) -> Order: ...
    def order(self, order_id: str) -> Order: ...
    def open_orders(self) -> Sequence[str]: ...  # client ids

    def wait_to_sell(self, **parameters: str) -> Waiting: ...
    def cancel_waiting(self, waiting: Waiting) -> str: ...  # its id
    def waiting(self, waiting: Waiting) -> Waiting: ...
    def open_waiting(self) -> Sequence[str]: ...  # client ids

    def fees_paid(self) -> Decimal: ...  # the sum over userTrades
    def profit_made(self) -> Decimal: ...  # the sum over the income history

    def listen(self, is_complete: Callable[[Heard], bool]) -> Heard: ...
    def hear_trade(self, move: Callable[[], None]) -> Decimal: ...  # its price, from the market
    def refusal(self, call: Callable[[], object]) -> int | None: ...  # the code, None if accepted
    def place_nonsense(self, **parameters: str) -> None: ...  # a regular order as it is given
    def leave(self) -> None: ...


class Hedger(Protocol):
    """A client that can also hold both sides of a symbol, each with a margin of its own."""

    def account(self) -> Account: ...
    def set_hedged(self, is_hedged: str) -> None: ...  # "true" or "false"
    def set_margin_type(self, margin_type: str) -> None: ...
    def pay_margin(self, position_side: str, amount: str) -> Decimal: ...  # what was paid in
    def take_margin(self, position_side: str, amount: str) -> Decimal: ...  # what was taken out
    def trade(self, side: str, position_side: str, quantity: str) -> Order: ...  # at the market
    def legs(self) -> dict[str, Leg]: ...  # by position side, flat ones left out
    def refusal(self, call: Callable[[], object]) -> int | None: ...
