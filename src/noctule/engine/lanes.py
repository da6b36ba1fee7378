"""The lanes to the venue: what the desk wants is carried out, and each outcome is told once.

Whoever gives an errand never waits. Entries of one symbol go one after the other; what guards a
position leaves at once beside whatever hangs. Each errand ends as exactly one event on the order
queue, also when we stop in the middle of it: an order is then unknown, not forgotten.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from decimal import Decimal
from functools import partial
from typing import Final

from noctule.domain.errors import (
    BudgetExhausted,
    OrderUnknown,
    OutcomeUnknown,
    VenueError,
    VenueUnreachable,
)
from noctule.domain.events.base import OrderEvent
from noctule.domain.order import ClientOrderId, OrderKind, OrderRequest
from noctule.domain.values import Symbol
from noctule.engine.lane_calls import LaneCalls
from noctule.engine.lane_outcomes import failed
from noctule.engine.lane_queue import Errand, LaneQueue, LaneSettings, Urgency, name_of, urgency_of
from noctule.engine.outcome import within
from noctule.engine.porters import Porters
from noctule.orders.steps import Ask, Cancel, CountDown, Look, Send, Step
from noctule.ports.clock import Clock
from noctule.ports.executor import Executor
from noctule.ports.venue import Venue
from noctule.telemetry.logs import TRACE, get_log

__all__ = ["LaneSettings", "Lanes"]

_log = get_log(__name__)
_NOBODY_ASKED: Final = 0  # no code of the venue's


class Lanes:
    """Carries errands over executor and venue; a component in the supervisor's care."""

    def __init__(
        self,
        *,
        executor: Executor,
        venue: Venue,
        clock: Clock,
        publish: Callable[[OrderEvent], Awaitable[None]],
        settings: LaneSettings,
    ) -> None:
        self._clock = clock
        self._publish = publish
        self._settings = settings
        self._calls = LaneCalls(executor=executor, venue=venue, clock=clock, tell=self._tell)
        self._queue = LaneQueue(settings)
        self._told: deque[OrderEvent] = deque()  # two for each errand at most
        self._news = asyncio.Event()  # something was told
        self._rest = asyncio.Event()  # nothing is left to do
        self._rest.set()
        self._porters = Porters(
            take=lambda: self._queue.take(clock.elapsed_ms()),
            carry_out=self._carry_out,
            on_rest=self._note_rest,
            most=settings.in_flight_max,
        )

    @property
    def name(self) -> str:
        """Return the name that logs, health and commands use."""
        return self._settings.name

    async def start(self) -> None:
        """Do nothing: the road is the executor's."""

    async def sync_state(self) -> None:
        """Do nothing: what is true in the world is asked by errands."""

    async def run(self) -> None:
        """Carry errands and tell their outcomes; when cancelled, what is under way is unknown."""
        try:
            async with asyncio.TaskGroup() as group:
                self._porters.begin(group)
                try:
                    for _ in range(self._queue.waiting):
                        self._porters.send()
                    await self._tell_for_ever()
                finally:
                    self._porters.end()
        finally:
            self._porters.forget()

    async def stop(self) -> None:
        """Say of all that has not left that it was held back, and tell what is not told yet."""
        for errand in self._queue.take_back_everything():
            self._fail(errand, VenueUnreachable("the lanes are closed"))
        await self._tell_all()

    # What the desk may want

    def place(
        self,
        request: OrderRequest,
        *,
        trace: str,
        weight: Decimal,
        countdown_ms: int | None = None,
    ) -> None:
        """Send an order; of equally urgent ones that with the largest weight goes first.

        With a countdown it is sent only once the venue has promised to cancel it in time.
        """
        step = Send(request=request, countdown_ms=countdown_ms)
        errand = self._errand(request.symbol, step, trace=trace, weight=weight)
        if errand.urgency is Urgency.ENTRY and not self._queue.room:
            self._fail(errand, VenueUnreachable("too many entries wait already"))
        else:
            self._give(errand)

    def cancel(
        self, symbol: Symbol, client_order_id: ClientOrderId, kind: OrderKind, *, trace: str
    ) -> None:
        """Take an order out; an entry that has not left is taken back, and nobody is asked."""
        step = Cancel(client_order_id=client_order_id, kind=kind)
        errand = self._errand(symbol, step, trace=trace)
        entry = self._queue.take_back_one(client_order_id)
        if entry is None:
            self._give(errand)
        else:
            self._fail(entry, VenueUnreachable("it was cancelled before it left"))
            self._fail(errand, OrderUnknown("it had not left", code=_NOBODY_ASKED))

    def ask(
        self, symbol: Symbol, client_order_id: ClientOrderId, kind: OrderKind, *, trace: str
    ) -> None:
        """Ask what became of an order; while one is on its way nobody can know, so nobody is asked.

        That the venue knows of none would say nothing then: its outcome is told before long.
        """
        step = Ask(client_order_id=client_order_id, kind=kind)
        errand = self._errand(symbol, step, trace=trace)
        if self._queue.has_order(client_order_id):
            self._fail(errand, VenueUnreachable("it is on its way"))
        else:
            self._give(errand)

    def look(self, symbol: Symbol, *, trace: str) -> None:
        """Ask what is held of a symbol and what rests there."""
        self._give(self._errand(symbol, Look(), trace=trace))

    def count_down(self, symbol: Symbol, timeout_ms: int, *, trace: str) -> None:
        """Let the venue cancel the symbol's regular orders unless told again; zero calls it off."""
        self._give(self._errand(symbol, CountDown(timeout_ms=timeout_ms), trace=trace))

    def room(self) -> int:
        """Return how many more entries there is a place for."""
        return self._queue.room

    def drop_entries(self, symbol: Symbol | None = None) -> tuple[ClientOrderId, ...]:
        """Take back the entries of a symbol, or all, that have not left; tell them held back."""
        taken = self._queue.take_back(symbol)
        for entry in taken:
            self._fail(entry, VenueUnreachable("it was taken back before it left"))
        self._note_rest()
        return tuple(map(name_of, taken))

    def give_up(self) -> None:
        """Forget all that waits, and tell nobody: in a replay nothing leaves."""
        self._queue.take_back_everything()

    # How they come to rest

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing waits, nothing is under way, and every outcome is published."""
        return not (self._queue.waiting or self._queue.in_flight or self._told)

    @property
    def waiting(self) -> int:
        """Return how many errands have not left."""
        return self._queue.waiting

    @property
    def in_flight(self) -> int:
        """Return how many errands are under way."""
        return self._queue.in_flight

    async def flush(self, timeout_ms: int) -> bool:
        """Return once nothing is left to do; false when that takes longer than this."""
        try:
            await within(timeout_ms, self._rest.wait())
        except TimeoutError:
            left = self._queue.waiting + self._queue.in_flight
            _log.warning("lanes not flushed", left=left, untold=len(self._told))
            return False
        return True

    # Carrying

    def _errand(
        self, symbol: Symbol, step: Step, *, trace: str, weight: Decimal = Decimal(0)
    ) -> Errand:
        return Errand(
            symbol=symbol,
            step=step,
            trace=trace,
            weight=weight,
            urgency=urgency_of(step),
            latest_ms=self._clock.elapsed_ms() + self._settings.entry_patience_ms,
        )

    def _give(self, errand: Errand) -> None:
        self._rest.clear()
        self._queue.push(errand)
        self._porters.send()

    def set_off(self) -> None:
        """Let what is most urgent leave now, and not in the loop's next turn."""
        self._porters.set_off()

    async def _carry_out(self, errand: Errand) -> None:
        TRACE.set(errand.trace)
        try:
            async with asyncio.timeout(self._settings.answer_timeout_ms / 1000):
                await self._calls.make(errand)
        except VenueError as exc:
            self._fail(errand, exc)
        except TimeoutError:
            self._fail(errand, OutcomeUnknown("nobody answered"))
        except BaseException:
            self._fail(errand, OutcomeUnknown("we stopped before it was answered"))
            raise
        finally:
            self._queue.done(errand)

    def _fail(self, errand: Errand, failure: VenueError) -> None:
        """Tell what a failure means, unless the errand may be tried again."""
        if isinstance(failure, BudgetExhausted) and self._may_wait(errand, failure):
            return
        _log.debug("errand failed", symbol=errand.symbol, failure=str(failure))
        event = failed(
            errand, failure, at_ms=self._clock.now_ms(), retry_ms=self._settings.retry_ms
        )
        if event is not None:
            self._tell(event)

    def _may_wait(self, errand: Errand, failure: BudgetExhausted) -> bool:
        """Let an entry, which was not executed, wait for budget as long as its patience allows."""
        ready_ms = self._clock.elapsed_ms() + max(1, failure.retry_after_ms)
        is_entry = errand.urgency is Urgency.ENTRY
        if not (self._porters.may_work and is_entry) or ready_ms > errand.latest_ms:
            return False
        self._queue.put_back(errand, ready_ms=ready_ms)
        self._porters.send_after(partial(self._pause_until, ready_ms))
        return True

    async def _pause_until(self, ready_ms: int) -> None:
        while (wait_ms := ready_ms - self._clock.elapsed_ms()) > 0:
            await self._clock.sleep_ms(wait_ms)  # which may end a fraction early

    # Telling

    def _tell(self, event: OrderEvent) -> None:
        self._rest.clear()
        self._told.append(event)
        self._news.set()

    async def _tell_for_ever(self) -> None:
        while True:
            await self._tell_all()
            self._news.clear()
            await self._news.wait()

    async def _tell_all(self) -> None:
        """Publish what was told, in its order; what has no room when we stop is told later."""
        while self._told:
            await self._publish(self._told[0])
            self._told.popleft()
        self._note_rest()

    def _note_rest(self) -> None:
        if self.is_idle:
            self._rest.set()
