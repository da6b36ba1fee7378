"""The orders of a probe that may still rest: each is placed through here, and gone in the end."""

from collections.abc import Awaitable
from typing import Final, TypeVar

from msgspec import Struct

from noctule.app.online.findings import Finding, failed, passed
from noctule.app.online.witness import Witness
from noctule.domain.errors import DuplicateClientId, OrderUnknown, OutcomeUnknown, VenueError
from noctule.domain.order import ClientOrderId, OrderKind
from noctule.domain.report import OrderReport
from noctule.domain.values import Symbol
from noctule.ports.clock import Clock
from noctule.ports.executor import Executor
from noctule.ports.venue import Venue

__all__ = ["Leftovers", "Placing"]

T = TypeVar("T")

_ROUNDS_MAX: Final = 3  # the conditional service may not know yet what it has taken (facts 2.5)
_PAUSE_MS: Final = 2_000
_TOPIC: Final = "probe"


class Placing(Struct, frozen=True, kw_only=True):
    """What an order is cancelled and asked for by."""

    symbol: Symbol
    name: ClientOrderId
    kind: OrderKind  # tells which service was asked to take it


class Leftovers:
    """Remembers an order before it is sent, and forgets it when it is proven gone."""

    def __init__(self, executor: Executor, venue: Venue, witness: Witness, *, clock: Clock) -> None:
        self._executor = executor
        self._venue = venue
        self._witness = witness
        self._clock = clock
        self._all: dict[ClientOrderId, Placing] = {}
        self._open: dict[ClientOrderId, Placing] = {}
        self._cancelled: set[ClientOrderId] = set()  # by us, and the exchange said yes
        self._filled: dict[ClientOrderId, OrderReport] = {}

    async def place(self, order: Placing, sending: Awaitable[T]) -> T:
        """Send an order; a definite no leaves nothing."""
        self._all[order.name] = self._open[order.name] = order
        try:
            return await sending
        except (OutcomeUnknown, DuplicateClientId):
            raise
        except VenueError:
            del self._open[order.name], self._all[order.name]
            raise

    def note(self, report: OrderReport) -> None:
        """Take what was told of an order: it may have ended, and must not have traded."""
        if report.filled:
            self._filled[report.client_order_id] = report
        if report.state.is_final:
            self._open.pop(report.client_order_id, None)

    async def clear(self) -> Finding:
        """Cancel what may rest, and prove that nothing does; no other order is touched."""
        for round_number in range(1, _ROUNDS_MAX + 1):
            for order in tuple(self._open.values()):
                await self._end(order)
            if not self._open:
                break
            if round_number < _ROUNDS_MAX:
                await self._clock.sleep_ms(_PAUSE_MS)
        for name in self._all:
            for report in self._witness.reports(name):
                self.note(report)
        try:
            snapshot = await self._venue.snapshot()
        except VenueError as exc:
            return _unproven(tuple(self._all), f"cannot be asked for ({exc})")
        return self._judged(snapshot.orders)

    def _judged(self, orders: tuple[OrderReport, ...]) -> Finding:
        if self._filled:
            traded = ", ".join(
                f"{each.side} {each.filled:f} {each.symbol}" for each in self._filled.values()
            )
            remedy = "CLOSE THE POSITION at Binance, now: nobody else will"
            return failed(_TOPIC, f"ORDERS OF THE PROBE TRADED: {traded}", remedy=remedy)
        resting = tuple(
            each.client_order_id for each in orders if each.client_order_id in self._all
        )
        if resting:
            return _unproven(resting, "rest")
        doubtful = tuple(
            name
            for name, order in self._open.items()
            if order.kind.is_conditional and name not in self._cancelled
        )
        if doubtful:  # their service may list for minutes nothing of what it has taken (facts 2.5)
            return _unproven(doubtful, "may come yet")
        return passed(_TOPIC, f"{len(self._all)} orders placed: none rests, none traded")

    async def _end(self, order: Placing) -> None:
        """Cancel an order and look whether it is gone; what cannot be said now is asked later."""
        try:
            await self._executor.cancel(order.symbol, order.name, order.kind)
            self._cancelled.add(order.name)
        except OrderUnknown:
            pass  # ended, or not there yet: the query tells
        except VenueError:
            return
        try:
            report = await self._executor.query(order.symbol, order.name, order.kind)
        except VenueError:
            return
        if report is not None:
            self.note(report)


def _unproven(names: tuple[ClientOrderId, ...], what: str) -> Finding:
    text = f"{len(names)} ORDERS OF THE PROBE {what}: {', '.join(names)}"
    return failed(_TOPIC, text, remedy="cancel them at Binance, under Open Orders")
