"""A venue that was scripted, a desk that writes down what it is handed, and a clock that leaps."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from noctule.domain.events.base import OrderEvent
from noctule.domain.instrument import Instrument
from noctule.domain.memory import DeskMemory
from noctule.domain.order import ClientOrderId
from noctule.domain.position import AccountSnapshot, Fill, Income, Position
from noctule.domain.report import OrderReport, SymbolLook
from noctule.domain.values import Symbol
from noctule.engine.recovery import Recovery, RecoveryPatience
from noctule.reconcile.diff import Belief, looks_of
from noctule.reconcile.plan import Adoption, Sweep
from tests.builders import START_MS, instrument
from tests.reconcile_builders import TERMS

__all__ = ["LeapingClock", "RecoveryDesk", "RecoveryScene", "RecoveryVenue"]


class LeapingClock:
    """Sleeps by being later."""

    def __init__(self, now_ms: int = START_MS) -> None:
        self.now = now_ms

    def now_ms(self) -> int:
        return self.now

    def elapsed_ms(self) -> int:
        return self.now - START_MS

    async def sleep_until_ms(self, market_ms: int) -> None:
        self.now = max(self.now, market_ms)

    async def sleep_ms(self, real_ms: int) -> None:
        self.now += real_ms


class RecoveryVenue:
    """Tells what stands in its fields, after as many failures as were scripted for a question."""

    def __init__(self, *positions: Position, orders: Sequence[OrderReport] = ()) -> None:
        self.positions = positions
        self.orders = tuple(orders)
        self.looked_orders: Sequence[OrderReport] | None = None  # None: the same
        self.histories: list[Sequence[OrderReport]] = [()]  # the last one holds for ever
        self.hanging: set[Symbol] = set()  # whose orders are not told for a minute
        self.incomes: Sequence[Income] = ()
        self.failures: dict[str, list[Exception]] = {}
        self.asked: list[str] = []
        self.on_orders: Callable[[], object] = lambda: None  # somebody does something meanwhile
        self.on_snapshot: Callable[[], object] = lambda: None

    async def instruments(self) -> Mapping[Symbol, Instrument]:
        raise AssertionError("nobody asks")

    async def snapshot(self) -> AccountSnapshot:
        self._note("snapshot")
        self.on_snapshot()
        return AccountSnapshot(
            at_ms=START_MS, balances=(), positions=self.positions, orders=self.orders
        )

    async def fills_since(self, symbol: Symbol, since_ms: int) -> Sequence[Fill]:
        raise AssertionError("nobody asks")

    async def orders_since(self, symbol: Symbol, since_ms: int) -> Sequence[OrderReport]:
        self.on_orders()
        self._note("orders", f" of {symbol} since {(since_ms - START_MS) // 60_000} min")
        if symbol in self.hanging:
            await asyncio.sleep(60)
        return self.histories.pop(0) if len(self.histories) > 1 else self.histories[0]

    async def look(self, symbol: Symbol) -> SymbolLook:
        self._note("look", f" at {symbol}")
        orders = self.orders if self.looked_orders is None else tuple(self.looked_orders)
        told = AccountSnapshot(at_ms=START_MS, balances=(), positions=self.positions, orders=orders)
        return next(each for each in looks_of(told, [symbol]) if each.symbol == symbol)

    async def income_since(self, since_ms: int) -> Sequence[Income]:
        self._note("income", f" since {(since_ms - START_MS) // 60_000} min")
        return self.incomes

    def _note(self, question: str, more: str = "") -> None:
        self.asked.append(question + more)
        failures = self.failures.get(question)
        if failures:
            raise failures.pop(0)


class RecoveryDesk:
    """Adopts by remembering the symbol, and writes everything down."""

    def __init__(
        self, *, knows: Sequence[ClientOrderId] = (), leads: Sequence[Symbol] = ()
    ) -> None:
        self.known = set(knows)
        self.led = set(leads)
        self.told: dict[Symbol, Belief] = {}
        self.adopted: list[Adoption] = []
        self.swept: list[Sweep] = []
        self.foreign: dict[Symbol, str | None] = {}
        self.heard: list[str] = []
        self.on_adopt: Callable[[], object] = lambda: None

    def knows(self, client_order_id: ClientOrderId) -> bool:
        return client_order_id in self.known

    def has_bracket(self, symbol: Symbol) -> bool:
        return symbol in self.led

    async def believe(self, snapshot: AccountSnapshot, *, asked_ms: int) -> None:
        self.heard.append(f"believe {len(snapshot.positions)} asked {asked_ms - START_MS}")

    async def adopt(self, adoption: Adoption) -> None:
        self.led.add(adoption.symbol)
        self.adopted.append(adoption)
        self.on_adopt()
        self.known |= {each.request.client_order_id for each in adoption.orders}

    def sweep(self, sweep: Sweep) -> None:
        self.swept.append(sweep)

    def note_foreign(self, symbol: Symbol, text: str | None) -> None:
        self.foreign[symbol] = text

    def beliefs(self) -> Mapping[Symbol, Belief]:
        return self.told

    async def ask(self, symbol: Symbol, client_order_id: ClientOrderId) -> None:
        self.heard.append(f"ask {symbol} {client_order_id}")

    async def look_at(self, symbol: Symbol) -> None:
        self.heard.append(f"look at {symbol}")


class RecoveryScene:
    """A recovery between the two."""

    def __init__(
        self,
        venue: RecoveryVenue,
        desk: RecoveryDesk | None = None,
        *,
        clock: LeapingClock | None = None,
    ) -> None:
        self.venue = venue
        self.desk = desk or RecoveryDesk()
        self.clock = clock or LeapingClock()
        self.events: list[OrderEvent] = []
        self.recovery = Recovery(
            venue=venue,
            clock=self.clock,
            successor=self.desk,
            instrument_of=lambda symbol: instrument(symbol=symbol),
            publish=self.publish,
            terms=TERMS,
            patience=RecoveryPatience(),
        )

    async def publish(self, event: OrderEvent) -> None:
        self.events.append(event)

    async def begin(self, memory: DeskMemory | None = None) -> None:
        await self.recovery.begin(memory or DeskMemory())
