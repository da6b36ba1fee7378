"""One account: its purse, its settings, and everything of it that is open."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from typing_extensions import override

from noctule.adapters.sim.history import History
from noctule.adapters.sim.model import (
    ZERO,
    AlgoOrder,
    MarginType,
    Order,
    Position,
    PositionSide,
)
from noctule.adapters.sim.open_orders import OpenOrders

__all__ = ["LEVERAGE_DEFAULT", "Account"]

# An enum's members are slow to look up.
_CROSSED: Final = MarginType.CROSSED
_ISOLATED: Final = MarginType.ISOLATED

LEVERAGE_DEFAULT: Final = 20


class Account:
    """What the exchange knows of one client; only the exchange's desks change it.

    There is one margin asset: a contract is paid in USDT, and so are its fees.
    """

    def __init__(self, *, key: str, secret: str) -> None:
        self.key = key
        self.secret = secret
        self.asset = "USDT"
        self.wallet = ZERO  # with what isolated positions hold, without unrealised profit
        self.dual_side = False
        self.multi_assets = False
        self.leverages: dict[str, int] = {}  # what was set; see `leverage`
        self.margin_types: dict[str, MarginType] = {}
        self.open_orders = OpenOrders()
        self.algos: dict[int, AlgoOrder] = {}  # waiting for their trigger, oldest first
        self.triggered: dict[int, AlgoOrder] = {}  # fired, and their order is still open
        self.positions: dict[tuple[str, PositionSide], Position] = {}
        self._positions_on: dict[str, list[Position]] = {}
        self.countdowns: dict[str, int] = {}  # symbol: when its open orders will be cancelled
        self.history = History()
        self.update_ms = 0
        self.is_in_liquidation = False
        self.called: set[str] = set()  # purses whose margin was called, see liquidation.py
        self.safe_marks: dict[str, tuple[Decimal, Decimal]] = {}  # see liquidation.py

    @override
    def __repr__(self) -> str:
        return f"Account({self.key!r}, wallet={self.wallet})"

    @property
    def orders(self) -> Mapping[int, Order]:
        """Return the open regular orders by number, oldest first."""
        return self.open_orders.by_id

    @property
    def cross_wallet(self) -> Decimal:
        """Return the wallet without what isolated positions hold."""
        wallet = self.wallet
        for leg in self.positions.values():
            if leg.isolated_wallet:
                wallet -= leg.isolated_wallet
        return wallet

    def leverage(self, symbol: str) -> int:
        """Return the leverage this symbol is set to."""
        return self.leverages.get(symbol, LEVERAGE_DEFAULT)

    def margin_type(self, symbol: str) -> MarginType:
        """Return how far a loss on this symbol may reach."""
        return self.margin_types.get(symbol, _CROSSED)

    def is_isolated(self, symbol: str) -> bool:
        """Tell whether a loss on this symbol stays within its own margin."""
        return self.margin_type(symbol) is _ISOLATED

    def position(self, symbol: str, side: PositionSide) -> Position:
        """Return this leg, flat if it was never traded."""
        leg = self.positions.get((symbol, side))
        if leg is None:
            leg = self.positions[symbol, side] = Position(symbol=symbol, side=side)
            self._positions_on.setdefault(symbol, []).append(leg)
        return leg

    def take_leg(self, leg: Position) -> None:
        """Take in a leg as another account had it."""
        assert (leg.symbol, leg.side) not in self.positions, f"{leg.symbol} has a leg"
        self.positions[leg.symbol, leg.side] = leg
        self._positions_on.setdefault(leg.symbol, []).append(leg)

    def legs(self, symbol: str) -> tuple[Position, ...]:
        """Return the open legs of this symbol."""
        return tuple([leg for leg in self._positions_on.get(symbol, ()) if leg.amount])

    def held(self) -> Iterator[Position]:
        """Yield every open leg."""
        return (leg for leg in self.positions.values() if leg.amount)

    def orders_on(self, symbol: str) -> list[Order]:
        """Return the open regular orders of this symbol, oldest first."""
        return self.open_orders.on(symbol)

    def algos_on(self, symbol: str) -> list[AlgoOrder]:
        """Return the waiting conditional orders of this symbol, oldest first."""
        return [algo for algo in self.algos.values() if algo.symbol == symbol]
