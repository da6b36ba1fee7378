"""One symbol as the venue told it, beside what we remember of it: what is judged."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from noctule.domain.ids import belongs_to_account, parse_client_order_id
from noctule.domain.instrument import Instrument
from noctule.domain.memory import BracketMemory, DeskMemory
from noctule.domain.order import ClientOrderId, Leg, OrderKey
from noctule.domain.position import AccountSnapshot, Position
from noctule.domain.report import OrderReport
from noctule.domain.signals import Direction
from noctule.domain.values import Symbol, Timeframe

__all__ = ["Evidence", "RecoveryTerms", "SymbolCase", "case_of", "cases_of"]


class RecoveryTerms(Struct, frozen=True, kw_only=True):
    """What the configuration says that a recovery needs."""

    account: str  # the tag of our orders
    strategies: Mapping[Symbol, str]  # the label on each traded symbol
    stop_loss: Decimal  # shares of the entry price, where nothing better is known
    take_profit: Decimal
    timeframe: Timeframe


class Evidence(Struct, frozen=True, kw_only=True):
    """All that is known when a recovery is planned."""

    snapshot: AccountSnapshot
    instruments: Mapping[Symbol, Instrument]
    memory: DeskMemory = DeskMemory()
    history: Mapping[Symbol, Sequence[OrderReport]] = {}  # ended orders too, oldest first
    strangers: frozenset[ClientOrderId] = frozenset()  # with our tag, and from another bot


class SymbolCase(Struct, frozen=True, kw_only=True):
    """Everything about one symbol."""

    symbol: Symbol
    position: Position
    account: str
    orders: tuple[OrderReport, ...] = ()  # that rest
    instrument: Instrument | None = None
    memory: BracketMemory | None = None
    history: tuple[OrderReport, ...] = ()
    is_traced: bool = False  # the history was told; one that was not is empty, too
    strangers: frozenset[ClientOrderId] = frozenset()

    def is_ours(self, report: OrderReport) -> bool:
        """Tell whether an order came from this bot, in this life or an earlier one."""
        name = report.client_order_id
        return belongs_to_account(name, self.account) and name not in self.strangers

    @property
    def ours(self) -> tuple[OrderReport, ...]:
        """Return the orders of ours that rest."""
        return tuple(each for each in self.orders if self.is_ours(each))

    @property
    def others(self) -> tuple[OrderReport, ...]:
        """Return the resting orders of everybody else."""
        return tuple(each for each in self.orders if not self.is_ours(each))

    @property
    def direction(self) -> Direction:
        """Return which way the position goes."""
        quantity = self.position.signed_quantity
        if not quantity:
            return Direction.FLAT
        return Direction.LONG if quantity > 0 else Direction.SHORT

    def remembers(self, direction: Direction) -> BracketMemory | None:
        """Return the memory, if it is of a position that goes this way, and of none before it."""
        memory, entered = self.memory, self._last_entry
        if memory is None or memory.direction is not direction:
            return None
        if entered is None or _candle(entered) == _candle(memory.key):
            return memory
        return None if entered.close_ms >= memory.key.close_ms else memory

    @property
    def _last_entry(self) -> OrderKey | None:
        """Return the key of the last entry of ours that filled, if one is told of."""
        ended = [each for each in self.history if each.filled and self.is_ours(each)]
        keys = [parse_client_order_id(each.client_order_id) for each in ended]
        entries = [each for each in keys if each is not None and each.leg is Leg.ENTRY]
        return entries[-1] if entries else None


def cases_of(evidence: Evidence, account: str) -> tuple[SymbolCase, ...]:
    """Return a case for each symbol that anything is known of, in the order of their names."""
    held = {each.symbol for each in evidence.snapshot.positions if not each.is_flat}
    remembered = {each.symbol for each in evidence.memory.brackets}
    resting = {each.symbol for each in evidence.snapshot.orders}
    symbols = sorted(held | remembered | resting)
    return tuple(case_of(symbol, evidence, account) for symbol in symbols)


def case_of(symbol: Symbol, evidence: Evidence, account: str) -> SymbolCase:
    """Return the case of one symbol."""
    positions = (each for each in evidence.snapshot.positions if each.symbol == symbol)
    memories = (each for each in evidence.memory.brackets if each.symbol == symbol)
    return SymbolCase(
        symbol=symbol,
        position=next(positions, Position(symbol=symbol)),
        account=account,
        orders=_resting(symbol, evidence),
        instrument=evidence.instruments.get(symbol),
        memory=next(memories, None),
        history=tuple(evidence.history.get(symbol, ())),
        is_traced=symbol in evidence.history,
        strangers=evidence.strangers,
    )


def _candle(key: OrderKey) -> tuple[int, Timeframe]:
    return (key.close_ms, key.timeframe)


def _resting(symbol: Symbol, evidence: Evidence) -> tuple[OrderReport, ...]:
    """Return what rests, each name once, without what has ended since the snapshot was taken.

    An order that fires meanwhile is told as itself and as its child, under one name.
    """
    ended = {
        each.client_order_id for each in evidence.history.get(symbol, ()) if each.state.is_final
    }
    by_name = {
        each.client_order_id: each
        for each in evidence.snapshot.orders
        if each.symbol == symbol and each.client_order_id not in ended
    }
    return tuple(by_name.values())
