"""Whatever is repeated, lost, late or cut in between: each fill is told once, in its place."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from noctule.adapters.binance.account.audit import AccountAudit, Audit, Scope
from noctule.adapters.binance.account.feed import AccountFeed
from noctule.adapters.binance.account.merge import AccountMerge
from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.clock import VirtualClock
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.order import (
    AccountSnapshotTaken,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
)
from noctule.domain.values import Side, Symbol
from tests.fakes.account_model import KINDS, AccountModel

SYMBOLS = (Symbol("BTCUSDT"), Symbol("ETHUSDT"))
SETTINGS = AccountSettings(brackets_max=3)

DEEDS = st.tuples(
    st.sampled_from(
        ["place", "trade", "trade", "trade", "cancel"]
        + ["deliver"] * 6
        + ["deliver twice", "lose a frame", "cut", "restart", "ask"]
    ),
    st.integers(0, 11),
)


class Run:
    """A model, the feed that hears it, and a list of what is still to happen."""

    def __init__(self, deeds: list[tuple[str, int]]) -> None:
        self.model = AccountModel()
        self.deeds = iter(deeds)
        self.clock = VirtualClock(self.model.at_ms)
        self.feed = AccountFeed(
            AccountMerge(SYMBOLS[:1], settings=SETTINGS),
            clock=self.clock,
            settings=SETTINGS,
            is_our_key=lambda _key: True,
            renew=lambda _reason: None,
        )
        self.audit = AccountAudit(self.model, now_ms=lambda: self.model.at_ms, settings=SETTINGS)
        self.told: list[OrderEvent] = []

    async def play(self) -> None:
        """Begin somewhere in the middle of everything, and end when nothing is left to happen."""
        self.feed.on_restored()
        self.happen(8)
        self.model.happen = lambda: self.happen(2)
        await self.begin()
        for deed in self.deeds:
            if deed[0] == "ask":
                scope = (Scope.DOUBT, Scope.EXPOSED, Scope.WHOLE)[deed[1] % 3]
                await self.ask(Scope.GAP if self.feed.has_gap else scope)
            else:
                self.do(*deed)
        self.model.happen = lambda: None
        self.do("cut", 0)
        while self.feed.has_gap:
            await self.ask(Scope.GAP)
        self.feed.close()
        while (event := await self.feed.get()) is not None:
            self.told.append(event)

    async def begin(self) -> None:
        self.feed.begin_audit()
        self.feed.begin(await self.take(Scope.FIRST))

    async def ask(self, scope: Scope) -> None:
        self.feed.begin_audit()
        self.feed.end_audit(await self.take(scope))

    async def take(self, scope: Scope) -> Audit:
        return await self.audit.take(scope, self.feed.merge, since_ms=0, funded_since_ms=0)

    def happen(self, deeds: int) -> None:
        for _ in range(deeds):
            kind, number = next(self.deeds, ("nothing", 0))
            if kind not in ("ask", "restart"):
                self.do(kind, number)

    def do(self, kind: str, number: int) -> None:
        model, open_orders = self.model, self.model.open_orders()
        match kind:
            case "place":
                side = Side.SELL if number % 3 == 0 else Side.BUY
                model.place(SYMBOLS[number % 2], side, 1 + number % 4)
            case "trade" if open_orders:
                model.trade(open_orders[number % len(open_orders)])
            case "cancel" if open_orders:
                model.cancel(open_orders[number % len(open_orders)])
            case "deliver" | "deliver twice" | "lose a frame":
                self.deliver(kind, model.frames[KINDS[number % 3]])
            case "cut":
                self.feed.on_lost("cut")
                self.reconnect()
            case "restart":
                self.feed.close()
                self.feed.open()
                self.reconnect()
            case _:
                pass

    def reconnect(self) -> None:
        for frames in self.model.frames.values():
            frames.clear()
        self.feed.on_restored()

    def deliver(self, kind: str, frames: list[bytes]) -> None:
        if not frames:
            return
        frame = frames.pop(0)
        for _ in range({"deliver": 1, "deliver twice": 2}.get(kind, 0)):
            self.feed.on_frame(frame)

    def sums(self) -> Iterator[tuple[OrderEvent, dict[Symbol, Decimal]]]:
        """Yield each snapshot with what the first one and the fills since then add up to."""
        held: dict[Symbol, Decimal] | None = None
        for event in self.told:
            if isinstance(event, OrderFilled):
                assert held is not None, "a fill before the first snapshot"
                symbol = event.fill.symbol
                held[symbol] = held.get(symbol, Decimal(0)) + event.fill.signed_quantity
            if isinstance(event, AccountSnapshotTaken):
                told = {each.symbol: each.signed_quantity for each in event.snapshot.positions}
                held = told if held is None else held
                yield event, {symbol: amount for symbol, amount in held.items() if amount}


@given(st.lists(DEEDS, max_size=120))
def test_each_fill_is_told_once_and_positions_are_the_sums(deeds: list[tuple[str, int]]) -> None:
    run = Run(deeds)
    asyncio.run(run.play())

    fills = [event.fill for event in run.told if isinstance(event, OrderFilled)]
    ids = Counter((fill.symbol, fill.trade_id) for fill in fills)
    assert max(ids.values(), default=1) == 1, "a fill was told twice"
    assert ids.keys() <= {(row.symbol, row.id) for row in run.model.trades}
    first = run.told[0]
    assert isinstance(first, AccountSnapshotTaken)
    held = {each.symbol: each.signed_quantity for each in first.snapshot.positions}
    for fill in fills:
        held[fill.symbol] = held.get(fill.symbol, Decimal(0)) + fill.signed_quantity
    real = {symbol: Decimal(amount) for symbol, amount in run.model.held.items() if amount}
    assert {symbol: amount for symbol, amount in held.items() if amount} == real


@given(st.lists(DEEDS, max_size=120))
def test_a_snapshot_holds_exactly_the_fills_told_before_it(deeds: list[tuple[str, int]]) -> None:
    run = Run(deeds)
    asyncio.run(run.play())

    for event, sums in run.sums():
        assert isinstance(event, AccountSnapshotTaken)
        told = {each.symbol: each.signed_quantity for each in event.snapshot.positions}
        assert told == sums


@given(st.lists(DEEDS, max_size=120))
def test_each_order_appears_once_and_ends_once(deeds: list[tuple[str, int]]) -> None:
    run = Run(deeds)
    asyncio.run(run.play())

    accepted = Counter(each.client_order_id for each in run.told if isinstance(each, OrderAccepted))
    canceled = Counter(each.client_order_id for each in run.told if isinstance(each, OrderCanceled))
    assert max(accepted.values(), default=1) == 1
    assert max(canceled.values(), default=1) == 1
    remaining = {
        event.fill.client_order_id: event.remaining
        for event in run.told
        if isinstance(event, OrderFilled)
    }
    for order in run.model.orders.values():
        if order.client_id in accepted:
            left = Decimal(order.quantity - order.filled)
            assert remaining.get(order.client_id, left) == left  # type: ignore[call-overload]
            assert (order.status == "CANCELED") == (order.client_id in canceled)
