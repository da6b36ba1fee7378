from noctule.app.subscriptions import subscribe_all
from noctule.domain.events.base import Event
from noctule.domain.events.data import CandleClosed
from noctule.domain.events.order import OrderFilled
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Quantity, Timeframe
from noctule.engine.bus import EventBus
from tests.builders import BTCUSDT, candle, fill
from tests.fakes.feed import closed


def test_each_queue_has_its_handler() -> None:
    bus = EventBus(stopwatch_ns=lambda: 0)
    seen: list[Event] = []
    candle_closed = closed(candle())
    signal_generated = SignalGenerated(
        at_ms=1,
        trace="t",
        symbol=BTCUSDT,
        timeframe=Timeframe.M1,
        strategy="s",
        price=1.0,
        signal=Signal(direction=Direction.LONG, reason="why not"),
    )
    order_filled = OrderFilled(at_ms=1, trace="t", fill=fill(), remaining=Quantity(fill().quantity))

    async def opine(event: CandleClosed) -> None:
        seen.append(event)
        await bus.publish(signal_generated)

    subscribe_all(
        bus,
        on_candle_closed=opine,
        on_signal_generated=seen.append,
        on_order_filled=seen.append,
    )
    bus.drive(candle_closed)
    bus.drive(order_filled)

    assert seen == [candle_closed, signal_generated, order_filled]
