"""The self-test of what noctule and the exchange have agreed on: `check --probe`.

It places, reads and cancels real orders, so that a change on the other side shows here first, and
not with a position open. On 2025-12-09 conditional orders moved to a service of their own; every
bot that had not been told found out from a stop that did not stand.
"""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Final

from msgspec.json import Decoder

from noctule.adapters.binance.account.listen_key import ListenKey
from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.binance.executor import OrderExecutionManager
from noctule.adapters.binance.rest.calls import Call, Lane, Safety
from noctule.adapters.binance.streams.kept_stream import KeptStream
from noctule.adapters.binance.streams.settings import StreamSettings
from noctule.adapters.binance.wire.order_parameters import order_parameters
from noctule.adapters.binance.wire.orders import NEW_ORDER
from noctule.adapters.binance.wire.row import Row
from noctule.app.online.failures import remedy_for
from noctule.app.online.findings import Finding, failed, passed, warned
from noctule.app.online.leftovers import Leftovers, Placing
from noctule.app.online.probe_orders import closing_stop, market_order, trials
from noctule.app.online.trial_run import Patience, TrialRun
from noctule.app.online.witness import Witness
from noctule.app.reach import Reach
from noctule.app.tied import tied_to
from noctule.domain.errors import VenueError
from noctule.domain.ids import ATTEMPTS_MAX, account_tag, client_order_id
from noctule.domain.instrument import Instrument
from noctule.domain.order import ClientOrderId, Leg, OrderKey, OrderKind, OrderRequest
from noctule.domain.values import MINUTE_MS, Price, Symbol, Timeframe
from noctule.ports.venue import Venue

__all__ = ["Probe"]

_TOPIC: Final = "probe"
_STRATEGY: Final = "probe"
_MS_PER_SECOND: Final = 1_000
_CONDITIONAL_ON_REGULAR: Final = -4120
_CLOSES_NOTHING: Final = -4509


class _Rehearsed(Row, frozen=True):
    """The answer of POST order/test: nothing that counts."""


_REHEARSAL: Final = Call(
    name="POST order/test", safety=Safety.REPEATABLE, decoder=Decoder(_Rehearsed)
)


class Probe:
    """One run on one instrument; findings are told as they come."""

    def __init__(
        self,
        reached: Reach,
        *,
        account: str,
        venue: Venue,
        jitter: Random,
        patience: Patience | None = None,
    ) -> None:
        self._reached = reached
        self._tag = account_tag(f"probe|{account}")  # a bot of this account must not know it
        self._venue = venue
        self._jitter = jitter
        self._patience = patience or Patience()
        self._clock = reached.clock
        self._witness = Witness()
        self._executor = OrderExecutionManager(reached.rest)
        self._leftovers = Leftovers(self._executor, venue, self._witness, clock=self._clock)

    async def run(
        self, instrument: Instrument, mark_price: Price, tell: Callable[[Finding], None]
    ) -> None:
        """Try everything out; whatever happens, nothing of it rests in the end."""
        async with tied_to(self._stream().run()):
            if not await self._is_heard():
                reason = self._witness.lost_because or "it does not open in time"
                remedy = "check [api] stream_url, and that the network lets WebSockets pass"
                tell(failed(_TOPIC, f"no private stream: {reason}", remedy=remedy))
                return
            try:
                await self._try_all(instrument, mark_price, tell)
            finally:
                tell(await self._leftovers.clear())

    async def _try_all(
        self, instrument: Instrument, mark_price: Price, tell: Callable[[Finding], None]
    ) -> None:
        name = _names(self._tag, instrument.symbol, self._reached.rest.time.now_ms())
        run = TrialRun(
            self._executor,
            self._witness,
            self._leftovers,
            clock=self._clock,
            patience=self._patience,
        )
        for trial in trials(instrument, mark_price, name):
            tell(await run.try_out(trial))
        tell(await self._rehearse(market_order(instrument, mark_price, name)))
        stop = closing_stop(instrument, mark_price, name)
        tell(await self._close_nothing(run, stop))
        tell(await self._mislead(run, closing_stop(instrument, mark_price, name), instrument))

    async def _rehearse(self, request: OrderRequest) -> Finding:
        """Have a market order judged, which cannot be placed without trading."""
        client, asked = self._reached.rest.client, order_parameters(request)
        try:
            await self._reached.rest.run(
                _REHEARSAL,
                lambda: client.sign_request("POST", "/fapi/v1/order/test", asked),
                lane=Lane.READ,
            )
        except VenueError as exc:
            return failed(_TOPIC, f"MARKET: {exc}", remedy=remedy_for(exc))
        return passed(_TOPIC, "MARKET: accepted in the exchange's rehearsal")

    async def _close_nothing(self, run: TrialRun, stop: OrderRequest) -> Finding:
        """Protect a position where there is none; where there is one, it is left alone."""
        label = "stop that closes nothing"
        try:
            snapshot = await self._venue.snapshot()
        except VenueError as exc:
            return failed(_TOPIC, f"{label}: {exc}", remedy=remedy_for(exc))
        if any(each.symbol == stop.symbol for each in snapshot.positions):
            text = f"{label}: not tried, {stop.symbol} is held"
            return warned(_TOPIC, text, remedy="probe again when flat")
        order = Placing(symbol=stop.symbol, name=stop.client_order_id, kind=stop.kind)
        return await run.refused(label, order, _CLOSES_NOTHING, lambda: self._executor.place(stop))

    async def _mislead(self, run: TrialRun, stop: OrderRequest, instrument: Instrument) -> Finding:
        """Send a conditional order where it was taken before the migration of 2025."""
        client, trigger_price = self._reached.rest.client, stop.trigger_price
        assert trigger_price is not None, f"{stop.client_order_id} has no trigger"
        asked = {
            "symbol": stop.symbol,
            "side": stop.side.value,
            "type": stop.kind.value,
            "quantity": instrument.smallest_quantity(trigger_price, stop.kind),
            "stopPrice": trigger_price,
            "newClientOrderId": stop.client_order_id,
        }
        # If it is taken after all, it is the regular service that has it.
        order = Placing(symbol=stop.symbol, name=stop.client_order_id, kind=OrderKind.LIMIT)
        return await run.refused(
            "stop on the regular endpoint",
            order,
            _CONDITIONAL_ON_REGULAR,
            lambda: self._reached.rest.run(
                NEW_ORDER,
                lambda: client.sign_request("POST", "/fapi/v1/order", asked),
                lane=Lane.ENTRY,
            ),
        )

    def _stream(self) -> KeptStream:
        reached = self._reached
        key = ListenKey(
            reached.rest,
            clock=self._clock,
            settings=AccountSettings(),
            stream_url=reached.endpoints.stream_url,
        )
        return KeptStream(
            transport=reached.transport,
            clock=self._clock,
            jitter=self._jitter,
            settings=StreamSettings(),
            name="probe",
            url=key.url,
            names=(),
            listener=self._witness,
        )

    async def _is_heard(self) -> bool:
        try:
            async with asyncio.timeout(self._patience.connect_ms / _MS_PER_SECOND):
                return await self._witness.connected.wait()
        except TimeoutError:
            return False


def _names(account: str, symbol: Symbol, now_ms: int) -> Callable[[Leg], ClientOrderId]:
    """Return what derives the next id; a probe a few seconds later has others.

    An id tells a minute and a timeframe, of which there are fifteen: each stands for four seconds.
    """
    frames = tuple(Timeframe)
    close_ms = now_ms // MINUTE_MS * MINUTE_MS - 1
    timeframe = frames[now_ms % MINUTE_MS * len(frames) // MINUTE_MS]
    attempts = iter(range(ATTEMPTS_MAX))

    def name(leg: Leg) -> ClientOrderId:
        key = OrderKey(close_ms=close_ms, timeframe=timeframe, leg=leg, attempt=next(attempts))
        return client_order_id(account=account, strategy=_STRATEGY, symbol=symbol, key=key)

    return name
