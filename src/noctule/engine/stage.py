"""A bot beside the bot, on which the way of an order is gone and nothing is changed.

It has a bus, lanes and boards of its own, and a strategy that always wants to enter. What speaks
for or against an entry, and how large it would be, is asked of the real desk, which keeps nothing
of it; where the order ends is the executor's business.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Final

from msgspec.structs import replace
from typing_extensions import override

from noctule.domain.events.base import QueueName
from noctule.domain.events.data import CandleClosed
from noctule.domain.events.order import OrderRequested
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.ids import candle_trace
from noctule.domain.market import Candle
from noctule.domain.order import OrderRequest
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Symbol
from noctule.engine.bus import EventBus
from noctule.engine.desk import Desk
from noctule.engine.handlers.market import MarketHandler
from noctule.engine.lanes import Lanes, LaneSettings
from noctule.engine.opinions import OpinionLimits, Opinions
from noctule.indicators import Ema
from noctule.market.board import Board
from noctule.market.view import MarketView
from noctule.ports.clock import Clock
from noctule.ports.executor import Executor
from noctule.ports.venue import Venue
from noctule.strategies.base import Strategy, StrategySettings

__all__ = ["PARTS", "Stage"]

PARTS: Final = 3  # of the way

_CANDLES: Final = 200  # of each board here
_FOR_EVER_MS: Final = 10**9
_PATIENT: Final = OpinionLimits(slow_ms=_FOR_EVER_MS, too_slow_ms=_FOR_EVER_MS)
_NAME: Final = "rehearsal"


class Stage:
    """Goes from a candle to the bytes of its order, as often as somebody wants that."""

    def __init__(
        self,
        desks: Mapping[Symbol, Desk],
        *,
        draw_up: Callable[[SignalGenerated], OrderRequest | None],
        executor: Executor,
        venue: Venue,
        clock: Clock,
    ) -> None:
        self.desks = tuple(desks.values())  # the real ones
        self._draw_up = draw_up  # from the wish to an order that nobody reserves
        self._executor = executor
        self._clock = clock
        self._wish: SignalGenerated | None = None  # to be weighed next
        self._request: OrderRequest | None = None  # to be sent next
        self._doubles = {symbol: _double(desk) for symbol, desk in desks.items()}
        self._bus = EventBus(stopwatch_ns=time.perf_counter_ns, history=1)
        self._lanes = Lanes(
            executor=executor,
            venue=venue,
            clock=clock,
            publish=self._bus.publish,
            settings=LaneSettings(name=_NAME),
        )
        self._bus.turns.on_orders_heard = self._lanes.set_off
        market = MarketHandler(
            bus=self._bus,
            desks=self._doubles,
            clock=clock,
            opinions=Opinions(
                self._doubles.values(), stopwatch_ns=time.perf_counter_ns, limits=_PATIENT
            ),
            show_later=self._bus.show_later,
        )
        self._bus.subscribe(CandleClosed, market.on_candle_closed)
        self._bus.subscribe(SignalGenerated, self._keep_wish)
        self._bus.subscribe(OrderRequested, self._send)

    async def open(self) -> None:
        """Let it be played upon, until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                for name in QueueName:
                    group.create_task(self._bus.process(name))
                group.create_task(self._lanes.run())
        finally:
            await self._executor.close()

    async def rehearse(self, desk: Desk) -> None:
        """Go the next third of the way: to the wish, to the order, or to the bytes.

        A frame that comes meanwhile waits for the end of that, and not of the whole.
        """
        if self._request is not None:
            request, self._request = self._request, None
            await self._bus.hand_in(
                OrderRequested(at_ms=0, trace=_NAME, strategy=desk.label, request=request)
            )
        elif self._wish is not None:
            wish, self._wish = self._wish, None
            self._request = self._draw_up(wish)
        elif self._lanes.is_idle:
            await self._close_candle(desk)

    async def _close_candle(self, desk: Desk) -> None:
        double = self._doubles[desk.board.symbol]
        history = desk.board.series[desk.board.base].history
        if not len(history):
            return
        own = double.board.series[double.board.base]
        if not own.taken:
            double.board.seed(history.latest(_CANDLES), {})
        candle, now_ms = _next(history[-1], own.last), self._clock.now_ms()
        trace = candle_trace(candle.symbol, candle.timeframe, candle.close_ms)
        await self._bus.hand_in(
            CandleClosed(at_ms=now_ms, trace=trace, candle=candle, received_ms=now_ms)
        )

    def _keep_wish(self, event: SignalGenerated) -> None:
        self._wish = event

    def _send(self, event: OrderRequested) -> None:
        request = event.request
        weight = request.quantity
        assert weight is not None, "an entry has a quantity"
        self._lanes.place(request, trace=event.trace, weight=weight)


class _AlwaysLong(Strategy):
    """Looks at an average and wants to enter, whatever it sees."""

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        average = view.indicator(Ema, 20).value
        return Signal(
            direction=Direction.LONG,
            reason=f"a rehearsal at {candle.close:.8g}, beside {average or 0.0:.8g}",
            stop=candle.close * 0.99,
            target=candle.close * 1.02,
        )


def _double(desk: Desk) -> Desk:
    board = Board(desk.board.symbol, base=desk.board.base, capacity=_CANDLES)
    return Desk(label=desk.label, strategy=_AlwaysLong(StrategySettings()), board=board)


def _next(candle: Candle, before: Candle) -> Candle:
    """Return a candle like the newest, for an old price would be refused, after that of here."""
    open_ms = before.close_ms + 1
    return replace(candle, open_ms=open_ms, close_ms=candle.timeframe.close_of(open_ms))
