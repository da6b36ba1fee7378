"""The order queue's work: whatever is told of orders and positions goes to its bracket."""

from collections.abc import Callable, Coroutine, Sequence

from msgspec import Struct

from noctule.domain.events.base import OrderEvent
from noctule.domain.events.desk import (
    ExitRequested,
    LookFailed,
    OrderHeldBack,
    PositionClosed,
    PositionProtected,
    StopMoved,
    StopMoveRequested,
    SymbolReported,
)
from noctule.domain.events.order import (
    AccountSnapshotTaken,
    AlertRaised,
    FundingPaid,
    OrderFilled,
    OrderRequested,
    OrderTimerFired,
    PositionChanged,
    PositionReported,
    TradingAuthorized,
)
from noctule.domain.order import ClientOrderId, Leg
from noctule.domain.trade import ExitReason
from noctule.domain.values import Quote, Symbol
from noctule.engine.bracket_events import HEARD
from noctule.engine.bus import Publisher
from noctule.engine.handlers.order_telling import tell_fill, tell_stray, tell_unled
from noctule.engine.order_desk import OrderDesk, symbol_of_timer
from noctule.engine.trades import Trades, exit_reason_of
from noctule.ports.clock import Clock
from noctule.positions.account_book import AccountBook
from noctule.telemetry.logs import get_log

__all__ = ["OrderDoors", "OrderHandler"]

_log = get_log(__name__)
_Following = Coroutine[object, None, None] | None  # None: it is decided later
_URGENT = (ExitReason.FLATTEN, ExitReason.LIQUIDATION)


class OrderDoors(Struct, frozen=True, kw_only=True):
    """What the handler needs of the rest of the bot."""

    remember: Callable[[], None]
    halted: Callable[[], str | None]  # why nothing may be entered now
    on_flat: Callable[[Symbol], Sequence[OrderEvent]]  # what comes next on a symbol that is flat
    on_flattened: Callable[[Symbol], None]  # an operator wants it flat, and to stay so


class OrderHandler:
    """Feeds brackets and books, and publishes what follows; it never waits for the world."""

    def __init__(  # what it stands on
        self,
        *,
        bus: Publisher,
        desk: OrderDesk,
        book: AccountBook,
        trades: Trades,
        clock: Clock,
        doors: OrderDoors,
    ) -> None:
        self._bus = bus
        self._desk = desk
        self._book = book
        self._trades = trades
        self._clock = clock
        self._doors = doors
        self.gathered: dict[Symbol, None] | None = (
            None  # whose brackets decide later; None: at once
        )
        self.on_stray: Callable[[Symbol, ClientOrderId], None] = tell_stray
        self.on_unled: Callable[[Symbol], None] = tell_unled

    async def on_order_requested(self, event: OrderRequested) -> None:
        """Let it leave, unless entries went off while it waited in the queue."""
        why = self._why_not(event)
        if why is None:
            self._desk.send(event)
            return
        request = event.request
        await self._bus.publish(
            OrderHeldBack(
                at_ms=self._clock.now_ms(),
                trace=event.trace,
                symbol=request.symbol,
                client_order_id=request.client_order_id,
                cause=why,
                retry_after_ms=0,
            )
        )

    def on_trading_authorized(self, event: TradingAuthorized) -> None:
        """Tell the owner of an entry and write its bracket down; its bytes are on their way."""
        _log.info(
            "entry",
            symbol=event.symbol,
            direction=event.direction,
            reason=event.reason,
            size=event.gates.get("size", ""),
        )
        self._doors.remember()

    def on_order_news(self, event: OrderEvent) -> _Following:
        """Hear one fact of one order: any class that stands in `HEARD`."""
        symbol: Symbol = event.symbol  # type: ignore[attr-defined]  # all of HEARD have both
        name: ClientOrderId = event.client_order_id  # type: ignore[attr-defined]
        if not self._desk.knows(name):
            self._hear_of_stranger(symbol, name)
            return self._follow(symbol)
        self._trades.note_step(symbol, event, self._clock.now_ms())
        bracket = self._desk.brackets.get(symbol)
        if bracket is not None:
            HEARD[type(event)](bracket, event, self._clock.elapsed_ms())
        return self._follow(symbol)

    async def on_order_filled(self, event: OrderFilled) -> None:
        """Count one trade, each once, and see what it makes of the position."""
        fill = event.fill
        if not self._desk.blotter.count(fill.symbol, fill.trade_id):
            return
        self._desk.looks.note(fill.symbol)
        ticket = self._desk.blotter.find(fill.client_order_id)
        bracket = self._desk.brackets.get(fill.symbol)
        if bracket is not None:
            bracket.on_trade(fill.client_order_id, fill.quantity, event.remaining)
        tell_fill(event)
        applied = self._book.hear_fill(fill)
        if applied is not None:
            await self._bus.publish(
                PositionChanged(
                    at_ms=event.at_ms,
                    trace=event.trace,
                    position=applied.position,
                    realized_pnl=Quote(applied.realized_pnl),
                )
            )
        reason = exit_reason_of(fill, ticket, bracket)
        closed = self._trades.hear(
            fill, reason, is_in_position=applied is None, heard_ms=self._clock.now_ms()
        )
        if closed is not None:
            await self._bus.publish(
                PositionClosed(at_ms=event.at_ms, trace=event.trace, trade=closed)
            )
        if ticket is None or bracket is None:  # a stranger's, or ours after all was over
            self._hear_of_stranger(fill.symbol, fill.client_order_id)
        await self.follow(fill.symbol)

    def on_position_reported(self, event: PositionReported) -> _Following:
        """Take the venue's word; it may come before the fill that explains it."""
        self._desk.looks.note(event.position.symbol)
        self._book.hear_report(event.position)
        symbol = event.position.symbol
        if symbol not in self._desk.brackets and not event.position.is_flat:
            self.on_unled(symbol)
        return self._follow(symbol)

    async def on_symbol_reported(self, event: SymbolReported) -> None:
        """Take in what somebody asked for."""
        self._desk.take_look(event.look)
        await self.follow(event.look.symbol)

    async def on_look_failed(self, event: LookFailed) -> None:
        """Ask again later."""
        self._desk.lose_look(event.symbol, wait_ms=event.retry_after_ms)
        await self.follow(event.symbol)

    async def on_exit_requested(self, event: ExitRequested) -> None:
        """Leave a position, or an entry that is not one yet."""
        bracket = self._desk.brackets.get(event.symbol)
        if bracket is None:
            return
        is_urgent = event.reason in _URGENT
        if event.reason is ExitReason.FLATTEN:
            self._doors.on_flattened(event.symbol)
        leg = Leg.FLATTEN if is_urgent else Leg.CLOSE
        now_ms = self._clock.elapsed_ms()
        bracket.request_exit(event.reason, now_ms, leg=leg, is_urgent=is_urgent)
        self._desk.take_entries_back(event.symbol)
        await self.follow(event.symbol)

    async def on_stop_move_requested(self, event: StopMoveRequested) -> None:
        """Let a stop stand elsewhere."""
        bracket = self._desk.brackets.get(event.symbol)
        if bracket is not None:
            bracket.move_stop(event.stop, event.reason)
            await self.follow(event.symbol)

    def on_timer_fired(self, event: OrderTimerFired) -> _Following:
        """Decide anew when a bracket wanted to."""
        symbol = symbol_of_timer(event.timer)
        return None if symbol is None else self._follow(symbol)

    async def on_account_snapshot_taken(self, event: AccountSnapshotTaken) -> None:
        """Take the whole account, as the stream's first word or after it was lost."""
        snapshot = event.snapshot
        self._book.take(snapshot)
        for symbol in {*self._desk.brackets, *(each.symbol for each in snapshot.orders)}:
            self._desk.looks.note(symbol)
            strangers = [
                each
                for each in snapshot.orders
                if each.symbol == symbol and not self._desk.is_ours(each.client_order_id)
            ]
            self._desk.looks.note_strangers(symbol, strangers)
        self._desk.doubt_unlisted(snapshot.orders)
        for symbol in self._desk.busy_symbols:
            await self.follow(symbol)

    def on_position_protected(self, event: PositionProtected) -> None:
        """Tell the owner, and write down where the stop stands."""
        _log.info(
            "position protected",
            symbol=event.symbol,
            stop=event.stop,
            target="none" if event.target is None else event.target,
            naked_ms=event.naked_ms,
        )
        self._doors.remember()

    def on_stop_moved(self, event: StopMoved) -> None:
        """Tell the owner, and write down where the stop stands."""
        _log.info(
            "stop moved",
            symbol=event.symbol,
            stop=event.stop,
            before=event.previous_stop,
            reason=event.reason,
        )
        self._doors.remember()

    async def cancel_entries(self, symbol: Symbol | None) -> None:
        """Take out what has not entered yet, on one symbol or on all."""
        for each in self._desk.busy_symbols:
            if symbol in (None, each):
                self._desk.brackets[each].cancel_entries(self._clock.elapsed_ms())
                self._desk.take_entries_back(each)
                await self.follow(each)

    def on_funding_paid(self, event: FundingPaid) -> None:
        """Add a payment to the trip that paid or received it."""
        self._trades.hear_funding(event.symbol, event.amount)

    def on_alert_raised(self, event: AlertRaised) -> None:
        """Tell the owner."""
        tell = _log.error if event.is_urgent else _log.warning
        tell("alert", text=event.text)

    def _hear_of_stranger(self, symbol: Symbol, name: ClientOrderId) -> None:
        """Look what a stranger does on our symbol; one with our mark is told of."""
        if self._desk.is_ours(name):
            self.on_stray(symbol, name)
        else:
            self._desk.look_at(symbol)

    async def follow(self, symbol: Symbol) -> None:
        """Let the symbol's bracket decide, now or when all that happened at once was heard."""
        following = self._follow(symbol)
        if following is not None:
            await following

    async def follow_now(self, symbol: Symbol) -> None:
        """Let the symbol's bracket decide, and publish what follows."""
        for event in self.decide(symbol):
            await self._bus.publish(event)

    def decide(self, symbol: Symbol) -> list[OrderEvent]:
        """Let the symbol's bracket decide; return what is to be published."""
        had_bracket = symbol in self._desk.brackets
        events = self._desk.follow(symbol)
        if had_bracket and symbol not in self._desk.brackets:
            self._doors.remember()
            events += self._doors.on_flat(symbol)
        return events

    def _follow(self, symbol: Symbol) -> _Following:
        if self.gathered is None:
            return self.follow_now(symbol)
        self.gathered[symbol] = None
        return None

    def _why_not(self, event: OrderRequested) -> str | None:
        """Say why an entry must not leave any more; all else always may."""
        if event.request.leg is not Leg.ENTRY:
            return None
        bracket = self._desk.brackets.get(event.request.symbol)
        if bracket is None or not bracket.may_enter(self._clock.elapsed_ms()):
            return "nobody wants it any more"
        return self._doors.halted()
