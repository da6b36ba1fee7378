from tests.builders import BTCUSDT, candle, fill
from tests.fakes.feed import closed

from noctule.app.subscriptions import subscribe_all
from noctule.domain.events.base import Event
from noctule.domain.events.order import OrderFilled
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Quantity, Timeframe
from noctule.engine.bus import EventBus


def test_each_queue_has_its_handler() -> None:
    bus = EventBus(stopwatch_ns=lambda: 0)
    seen: list[tuple[str, Event]] = []
    subscribe_all(
        bus,
        on_candle_closed=lambda event: seen.append(("candle", event)),
        on_signal_generated=lambda event: seen.append(("signal", event)),
        on_order_filled=lambda event: seen.append(("fill", event)),
    )
    events = [
        closed(candle()),
        SignalGenerated(
            at_ms=1,
            trace="t",
            symbol=BTCUSDT,
            timeframe=Timeframe.M1,
            strategy="s",
            price=1.0,
            signal=Signal(direction=Direction.LONG, reason="why not"),
        ),
        OrderFilled(at_ms=1, trace="t", fill=fill(), remaining=Quantity(fill().quantity)),
    ]

    for event in events:
        bus.drive(event)

    assert seen == list(zip(("candle", "signal", "fill"), events, strict=True))
