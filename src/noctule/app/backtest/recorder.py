"""Writes down what a replay amounts to, from the same events that the trade log is made of."""

from array import array
from collections import Counter, deque
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import repeat
from typing import Final

import numpy
from msgspec import Struct

from noctule.app.backtest.excursion import Excursion, excursion_of
from noctule.app.backtest.stage import Stage
from noctule.app.backtest.tracks import NEVER_MS, Track
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.desk import EntryRefused, PositionClosed, PositionProtected
from noctule.domain.events.order import (
    AccountUpdated,
    OrderFilled,
    OrderRequested,
    TradingHalted,
)
from noctule.domain.events.signal import SignalGenerated, SignalRefused
from noctule.domain.order import Leg
from noctule.domain.position import Position
from noctule.domain.trade import ClosedTrade
from noctule.domain.values import Price, Quote, Symbol
from noctule.market.board import Board
from noctule.performance.records import Curve, TradeRecord
from noctule.telemetry.formats import iso_ms

__all__ = ["Recorder"]

_FIRST: Final = -100
_LAST: Final = 100  # the priority of one who only takes notes
_AT_A_TIME: Final = 256  # trades, before what was read of the candles is let go
_HALTS_MAX: Final = 100
_SAID_MAX: Final = 1_000  # a reversal is entered moments after its signal


class _Trip(Struct, frozen=True):
    """A closed trade, with what was meant by it."""

    trade: ClosedTrade
    reason: str
    stop: Price | None
    target: Price | None


class _Value:
    """What is held of a symbol, in floats for as long as it is the same, and what it closes at."""

    __slots__ = ("entry", "position", "quantity", "series", "size")

    def __init__(self, board: Board) -> None:
        self.series = board.series[board.base]
        self.take(Position(symbol=board.symbol))

    def take(self, position: Position) -> None:
        self.position = position
        self.quantity = float(position.signed_quantity)
        self.size = abs(self.quantity)
        self.entry = float(position.entry_price or 0)


class Recorder:
    """Hears everything last; trades are finished once the run is over."""

    def __init__(self, stage: Stage, *, balance: Quote, asset: str) -> None:
        self._stage, self._asset = stage, asset
        self._wallet = float(balance)
        self.signals = 0
        self.refused: Counter[str] = Counter()
        self._halts: deque[str] = deque(maxlen=_HALTS_MAX)  # the latest
        self._halted_ms = 0  # for so long, in all, entries were off
        self._halted_until_ms = 0  # by those that have begun
        self.turnover = Decimal(0)
        self._trips: list[_Trip] = []
        self._said: dict[str, str] = {}  # by the latest signals, by trace
        self._meant: dict[Symbol, str] = {}  # by the signal that was entered
        self._guards: dict[Symbol, tuple[Price, Price | None]] = {}  # the first ones
        self._at_ms, self._equity, self._exposure = array("q"), array("d"), array("d")
        self._note_time = self._at_ms.append
        self._is_flat = False  # since some instants, which are written down once that changes
        self._steady: _Value | None = None  # what alone is held since then, as it was
        self._closes = array("d")  # of that, at the instants since
        self._note_close = self._closes.append
        self._reported = stage.trading.book.reported
        self._brackets = stage.trading.desk.brackets
        self._values = {symbol: _Value(desk.board) for symbol, desk in stage.desks.items()}
        self._subscribe()

    def note_instant(self, at_ms: int) -> None:
        """Write down what the account is worth after all that an instant brought."""
        steady = self._steady
        if steady is not None:  # as at the instant before, but for the price
            self._note_close(steady.series.last.close)
        elif self._brackets:
            self._note_held()
        else:  # it stays what it is until somebody enters, or money moves
            self._is_flat = True
        self._note_time(at_ms)

    def _note_held(self) -> None:
        self._catch_up()
        equity, exposure = self._wallet, 0.0
        for symbol in self._brackets:
            position, value = self._reported(symbol), self._values[symbol]
            if position is not value.position:
                value.take(position)
            quantity = value.quantity
            if quantity:
                close = value.series.last.close
                equity += quantity * (close - value.entry)
                exposure += value.size * close
            if len(self._brackets) == 1:
                self._steady = value
        self._equity.append(equity)
        self._exposure.append(exposure)

    def _catch_up(self, _event: OrderEvent | None = None) -> None:
        """Write down what it was worth up to the latest instant: something is about to change."""
        steady, self._steady = self._steady, None
        if steady is not None and self._closes:
            closes = numpy.array(self._closes)
            equity = self._wallet + steady.quantity * (closes - steady.entry)
            self._equity.frombytes(equity.tobytes())
            self._exposure.frombytes((steady.size * closes).tobytes())
            del self._closes[:]
        elif self._is_flat:
            flat = len(self._at_ms) - len(self._equity)
            self._equity.extend(repeat(self._wallet, flat))
            self._exposure.extend(repeat(0.0, flat))
        self._is_flat = False

    @property
    def halts(self) -> tuple[str, ...]:
        """Return what kept entries off lately, in its words, with its time."""
        return tuple(self._halts)

    def halted_ms(self, end_ms: int) -> int:
        """Return for how long entries were kept off until then."""
        return self._halted_ms - max(0, self._halted_until_ms - end_ms)

    @property
    def curve(self) -> Curve:
        """Return the account's course."""
        self._catch_up()
        return Curve(at_ms=self._at_ms, equity=self._equity, exposure=self._exposure)

    def trades(
        self, tracks: Mapping[Symbol, Track], *, is_high_first: Callable[..., bool]
    ) -> tuple[TradeRecord, ...]:
        """Return the round trips, each with how far it went either way."""
        records = []
        for number, trip in enumerate(self._trips, start=1):
            columns = tracks[trip.trade.symbol].columns
            if not number % _AT_A_TIME:
                columns.let_go()
            way = excursion_of(
                trip.trade, columns, trip.stop, trip.target, is_high_first=is_high_first
            )
            records.append(_record(number, trip, way))
        for track in tracks.values():
            track.columns.let_go()
        return tuple(records)

    def _subscribe(self) -> None:
        bus = self._stage.bus
        bus.subscribe(OrderEvent, self._catch_up, priority=_FIRST)
        bus.subscribe(SignalGenerated, self._on_signal, priority=-2)
        bus.subscribe(SignalRefused, self._on_refused, priority=_LAST)
        bus.subscribe(EntryRefused, self._on_refused, priority=_LAST)
        bus.subscribe(OrderRequested, self._on_requested, priority=_LAST)
        bus.subscribe(PositionProtected, self._on_protected, priority=_LAST)
        bus.subscribe(OrderFilled, self._on_filled, priority=_LAST)
        bus.subscribe(AccountUpdated, self._on_account, priority=_LAST)
        bus.subscribe(PositionClosed, self._on_closed, priority=_LAST)
        bus.subscribe(TradingHalted, self._on_halted, priority=_LAST)

    def _on_signal(self, event: SignalGenerated) -> None:
        self.signals += 1
        if len(self._said) >= _SAID_MAX:
            del self._said[next(iter(self._said))]
        self._said[event.trace] = event.signal.reason

    def _on_refused(self, event: SignalRefused | EntryRefused) -> None:
        self.refused[event.reasons[0].check] += 1

    def _on_requested(self, event: OrderRequested) -> None:
        if event.request.leg is Leg.ENTRY:
            symbol = event.request.symbol
            self._meant[symbol] = self._said.get(event.trace, "")
            self._guards.pop(symbol, None)

    def _on_protected(self, event: PositionProtected) -> None:
        self._guards.setdefault(event.symbol, (event.stop, event.target))

    def _on_filled(self, event: OrderFilled) -> None:
        self.turnover += event.fill.price * event.fill.quantity

    def _on_account(self, event: AccountUpdated) -> None:
        for balance in event.balances:
            if balance.asset == self._asset:
                self._wallet = float(balance.wallet)

    def _on_closed(self, event: PositionClosed) -> None:
        symbol = event.trade.symbol
        stop, target = self._guards.pop(symbol, (None, None))
        self._trips.append(_Trip(event.trade, self._meant.get(symbol, ""), stop, target))

    def _on_halted(self, event: TradingHalted) -> None:
        self._halts.append(f"{iso_ms(event.at_ms)} {event.cause}")
        begin_ms = max(event.at_ms, self._halted_until_ms)
        end_ms = NEVER_MS if event.ends_ms is None else event.ends_ms
        if end_ms > begin_ms:
            self._halted_ms += end_ms - begin_ms
            self._halted_until_ms = end_ms


def _record(number: int, trip: _Trip, way: Excursion) -> TradeRecord:
    trade = trip.trade
    stop = trip.stop
    risk = None if stop is None else Quote(abs(trade.entry_price - stop) * trade.quantity)
    return TradeRecord(
        number=number,
        symbol=trade.symbol,
        strategy=trade.strategy,
        direction=trade.direction,
        opened_ms=trade.opened_ms,
        closed_ms=trade.closed_ms,
        quantity=trade.quantity,
        entry_price=trade.entry_price,
        exit_price=trade.exit_price,
        gross_pnl=trade.gross_pnl,
        fees=trade.fees,
        funding=trade.funding,
        slippage=trade.slippage,
        net_pnl=trade.net_pnl,
        exit_reason=trade.exit_reason,
        reason=trip.reason,
        signal_price=trade.signal_price or float(trade.entry_price),
        stop=stop,
        target=trip.target,
        risk=risk or None,
        worst_price=way.worst,
        best_price=way.best,
        candles=way.candles,
        is_ambiguous=way.is_ambiguous,
    )
