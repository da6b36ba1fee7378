"""An order's life, tried out: placed, read back, heard, cancelled, and both again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from msgspec import Struct

from noctule.app.online.differences import differences
from noctule.app.online.failures import remedy_for
from noctule.app.online.findings import Finding, failed, passed
from noctule.app.online.leftovers import Leftovers, Placing
from noctule.app.online.probe_orders import Trial
from noctule.app.online.witness import Witness
from noctule.domain.errors import VenueError, VenueRefused
from noctule.domain.order import OrderRequest, OrderState
from noctule.domain.report import OrderReport
from noctule.ports.clock import Clock
from noctule.ports.executor import Executor

__all__ = ["Patience", "TrialRun"]

T = TypeVar("T")

_TOPIC: Final = "probe"
_MS_PER_SECOND: Final = 1_000


class Patience(Struct, frozen=True, kw_only=True):
    """How long the exchange has to tell what it must."""

    connect_ms: int = 10_000  # until the private stream is open
    settle_ms: int = 5_000  # until an order's new state is told, over REST and on the stream
    poll_ms: int = 200


class TrialRun:
    """Leads orders through their lives; what is not as expected is named, never raised."""

    def __init__(
        self,
        executor: Executor,
        witness: Witness,
        leftovers: Leftovers,
        *,
        clock: Clock,
        patience: Patience,
    ) -> None:
        self._executor = executor
        self._witness = witness
        self._leftovers = leftovers
        self._clock = clock
        self._patience = patience

    async def try_out(self, trial: Trial) -> Finding:
        """Lead one order through its life."""
        try:
            wrong = await self._life(trial)
        except VenueError as exc:
            return failed(_TOPIC, f"{trial.label}: {exc}", remedy=remedy_for(exc.__cause__))
        if wrong:
            return failed(_TOPIC, f"{trial.label}: {'; '.join(wrong)}", remedy=remedy_for(None))
        if trial.state is OrderState.OPEN:
            return passed(_TOPIC, f"{trial.label}: placed, read back, heard, cancelled")
        return passed(_TOPIC, f"{trial.label}: {trial.state}, read back and heard")

    async def refused(
        self, label: str, order: Placing, code: int, send: Callable[[], Awaitable[object]]
    ) -> Finding:
        """Send what must be refused with this code; if it is taken it is cancelled in the end."""
        remedy = remedy_for(None)
        try:
            await self._leftovers.place(order, send())
        except VenueRefused as exc:
            if exc.code == code:
                return passed(_TOPIC, f"{label}: refused with {code}, as expected")
            return failed(_TOPIC, f"{label}: refused with {exc}, not {code}", remedy=remedy)
        except VenueError as exc:
            return failed(_TOPIC, f"{label}: {exc}", remedy=remedy_for(exc))
        return failed(_TOPIC, f"{label}: taken, not refused with {code}", remedy=remedy)

    async def _life(self, trial: Trial) -> tuple[str, ...]:
        """Return everything that is not as it should be."""
        request, kind = trial.request, trial.request.kind
        symbol, name = request.symbol, request.client_order_id
        order = Placing(symbol=symbol, name=name, kind=kind)
        placing = self._leftovers.place(order, self._executor.place(request))
        order_id = await _step("placing", placing)
        wrong = await self._stands(request, order_id, trial.state)
        if trial.state is not OrderState.OPEN:
            return wrong
        await _step("cancelling", self._executor.cancel(symbol, name, kind))
        return wrong + await self._stands(request, order_id, OrderState.CANCELED)

    async def _stands(
        self, request: OrderRequest, order_id: str, state: OrderState
    ) -> tuple[str, ...]:
        """Compare what both roads tell of an order with what is expected of it now."""
        told = {
            "REST": await _step("reading back", self._read(request, state)),
            "the stream": await self._hear(request, state),
        }
        wrong: list[str] = []
        for road, report in told.items():
            if report is None:
                wrong.append(f"{road} does not tell that it is {state}")
                continue
            self._leftovers.note(report)
            if report.venue_order_id != order_id:
                wrong.append(f"{road}: the order id is {report.venue_order_id}, not {order_id}")
            wrong += [f"{road}: {each}" for each in differences(report, request, state=state)]
        return tuple(wrong)

    async def _read(self, request: OrderRequest, state: OrderState) -> OrderReport | None:
        """Ask until the order is in this state, or patience is over; return the last answer."""
        until_ms = self._clock.elapsed_ms() + self._patience.settle_ms
        while True:
            report = await self._executor.query(
                request.symbol, request.client_order_id, request.kind
            )
            is_there = report is not None and report.state is state
            if is_there or self._clock.elapsed_ms() >= until_ms:
                return report
            await self._clock.sleep_ms(self._patience.poll_ms)

    async def _hear(self, request: OrderRequest, state: OrderState) -> OrderReport | None:
        try:
            async with asyncio.timeout(self._patience.settle_ms / _MS_PER_SECOND):
                return await self._witness.report_of(request.client_order_id, state)
        except TimeoutError:
            return None


async def _step(name: str, doing: Awaitable[T]) -> T:
    """Do something, and name it if it fails."""
    try:
        return await doing
    except VenueError as exc:
        raise VenueError(f"{name}: {exc}") from exc
