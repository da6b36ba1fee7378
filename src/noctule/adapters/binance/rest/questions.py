"""One request to the exchange: admitted, sent, judged, tried again where that is safe, decoded."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Final, NoReturn, TypeVar

import msgspec
from msgspec import Struct

from noctule.adapters.binance.rest.access import Access
from noctule.adapters.binance.rest.breaker import ExchangeDown
from noctule.adapters.binance.rest.budget import Cost
from noctule.adapters.binance.rest.calls import Call, Lane, Safety
from noctule.adapters.binance.rest.client import AsyncFutures, Sending
from noctule.adapters.binance.rest.failures import (
    CLOCK_CODES,
    MEANINGS,
    Halt,
    Throttled,
    failure_of,
    is_yes,
)
from noctule.adapters.binance.rest.gate import Gate
from noctule.adapters.binance.rest.retries import Retries, pause_ms
from noctule.adapters.binance.rest.server_time import ServerTime
from noctule.adapters.binance.transport.road import HttpAnswer
from noctule.domain.errors import (
    CredentialsRefused,
    OutcomeUnknown,
    VenueError,
    VenueRefused,
    VenueUnreachable,
)
from noctule.telemetry.logs import get_log

__all__ = ["SERVER_TIME", "BinanceRest"]

T = TypeVar("T")

_log = get_log(__name__)

_ASKING: Final = Cost()  # what a question costs that costs little
_MAINTAINED: Final = -1109  # "invalid account", which is also said during maintenance (facts 6)


class _ServerTimeRow(Struct, frozen=True, rename="camel"):
    server_time: int


SERVER_TIME: Final = Call(
    name="GET time", safety=Safety.REPEATABLE, decoder=msgspec.json.Decoder(_ServerTimeRow)
)


class BinanceRest:
    """Ask the exchange; every failure is one of the VenueError classes, exact about its outcome.

    VenueUnreachable, BudgetExhausted: not executed. VenueRefused: a definite no. OutcomeUnknown:
    it may have been executed; of a call that is REPEATABLE it means that all attempts ended so.
    """

    def __init__(
        self,
        client: AsyncFutures,
        *,
        gate: Gate,
        time: ServerTime,
        access: Access,
        jitter: Random,
        retries: Retries,
    ) -> None:
        self.client = client
        self.gate = gate
        self.time = time
        self.access = access
        self._jitter = jitter
        self._retries = retries
        self._clock_setting = asyncio.Lock()

    async def run(
        self, call: Call[T], ask: Callable[[], Sending], *, lane: Lane, weight: int | None = None
    ) -> T:
        """Return what a call answers; `ask` makes the request, anew for every attempt.

        Usage: `await rest.run(KLINES, lambda: rest.client.klines("BTCUSDT", "1m", limit=99),
        lane=Lane.READ, weight=1)`; without a weight it is the call's own.
        """
        doubt: OutcomeUnknown | None = None
        retries, first_ms = self._retries.of(lane), self.time.elapsed_ms()
        for attempt in range(1, retries.attempts_max + 1):
            began_ms = self.time.elapsed_ms()
            try:
                return await self._attempt(call, ask, lane=lane, weight=weight)
            except VenueError as failure:
                if isinstance(failure, OutcomeUnknown):
                    doubt = doubt or failure
                is_late = self._is_late(call, retries, first_ms)
                if attempt == retries.attempts_max or is_late or not _may_repeat(call, failure):
                    _give_up(call, failure, doubt)
                _log.info("trying again", call=call.name, attempt=attempt, cause=str(failure))
                await self._recover(failure, retries, attempt, began_ms)
        raise AssertionError(f"{retries.attempts_max} attempts")

    async def start(self) -> None:
        """Remember a ban and wait for its end, then set our time by the exchange's."""
        self.gate.bans.recall()
        while (left := self.gate.bans.wait(_ASKING, Lane.GUARD)).ms:
            await self.time.sleep_ms(left.ms)
        await self.measure_time()

    async def measure_time(self) -> None:
        """Set our time by the exchange's."""
        await self.time.measure(lambda: self._server_time(self.client.time))

    async def keep_time(self) -> None:
        """Set our time by the exchange's again and again, until cancelled."""
        settings = self.time.settings
        pause_ms = min(settings.every_ms, settings.again_ms)  # others measure it meanwhile, too
        while True:
            await self.time.sleep_ms(pause_ms)
            if not self.time.due_in_ms():
                await self._try_to_measure()

    async def _server_time(self, ask: Callable[[], Sending]) -> int:
        """Ask once: a repeated request would measure the pause between."""
        answer = await self._attempt(SERVER_TIME, ask, lane=Lane.GUARD)
        return answer.server_time

    async def _attempt(
        self, call: Call[T], ask: Callable[[], Sending], *, lane: Lane, weight: int | None = None
    ) -> T:
        cost = Cost(
            weight=call.weight if weight is None else weight, orders=call.orders, pool=call.pool
        )
        sending, answer = await self.gate.send(ask, cost=cost, lane=lane)
        failure = None
        if not is_yes(answer):
            failure = failure_of(answer, now_ms=self.time.now_ms(), pool=call.pool)
        self.gate.learn(failure)
        if lane is Lane.GUARD and isinstance(failure, Throttled) and failure.halt is Halt.BROWSING:
            # The firewall's 403 stops whoever browses; what guards tries by its own back-off.
            failure = VenueUnreachable(str(failure))
        if isinstance(failure, CredentialsRefused):
            raise self.access.refused(failure, trades=call.trades)
        if failure is not None:
            raise failure
        if sending.request.api_key is not None:
            self.access.granted(trades=call.trades)
        return _decoded(call, answer)

    def _is_late(self, call: Call[T], retries: Retries, first_ms: int) -> bool:
        """Tell whether an order is too old to be sent: who wanted it may have decided anew."""
        age_ms = self.time.elapsed_ms() - first_ms
        return call.safety is Safety.ONCE and age_ms >= retries.order_span_ms

    async def _recover(
        self, failure: VenueError, retries: Retries, attempt: int, began_ms: int
    ) -> None:
        if isinstance(failure, VenueRefused) and failure.code in CLOCK_CODES:
            await self._set_clock(began_ms)
        elif not isinstance(failure, Throttled) or failure.halt is Halt.BROWSING:
            # Any other stop the gate keeps; this one it does not keep for what guards.
            pause = pause_ms(retries, attempt=attempt, jitter=self._jitter)
            await self.time.sleep_ms(pause)

    async def _set_clock(self, began_ms: int) -> None:
        """Measure once, however many requests were late together."""
        async with self._clock_setting:
            if not self.time.was_measured_after(began_ms):
                await self._try_to_measure()

    async def _try_to_measure(self) -> None:
        """Measure again, without keeping whoever was late waiting for longer than an order may."""
        client = self.client
        try:
            await self.time.measure(lambda: self._server_time(lambda: client.urgent(client.time())))
        except VenueError as exc:
            _log.warning("exchange time not told", cause=str(exc))


def _may_repeat(call: Call[T], failure: VenueError) -> bool:
    """Tell whether trying again cannot do anything twice, and could help."""
    match failure:
        case ExchangeDown():
            return False
        case VenueUnreachable() | Throttled():
            return True
        case OutcomeUnknown():
            return call.safety is Safety.REPEATABLE
        case VenueRefused(code=code):
            return code in CLOCK_CODES or code == _MAINTAINED
        case _:
            return False


def _give_up(call: Call[T], failure: VenueError, doubt: OutcomeUnknown | None) -> NoReturn:
    """Raise the failure, unless an attempt before it may have been executed all the same."""
    if doubt is None or isinstance(failure, OutcomeUnknown) or _is_verdict(failure):
        raise failure
    raise OutcomeUnknown(f"{call.name}: {doubt}, and then {failure}") from failure


def _is_verdict(failure: VenueError) -> bool:
    """Tell whether a refusal is about the matter itself, and not about who asks."""
    if not isinstance(failure, VenueRefused):
        return False
    return MEANINGS.get(failure.code) is not CredentialsRefused


def _decoded(call: Call[T], answer: HttpAnswer) -> T:
    try:
        return call.decoder.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise OutcomeUnknown(f"the answer to {call.name} cannot be read: {exc}") from exc
