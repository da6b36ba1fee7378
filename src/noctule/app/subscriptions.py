"""Every subscription of the program, on one screen."""

from collections.abc import Callable, Coroutine

from noctule.domain.events.data import CandleClosed
from noctule.domain.events.order import OrderFilled
from noctule.domain.events.signal import SignalGenerated
from noctule.engine.bus import EventBus

__all__ = ["subscribe_all"]

_Work = Coroutine[object, None, None] | None


def subscribe_all(
    bus: EventBus,
    *,
    on_candle_closed: Callable[[CandleClosed], _Work],
    on_signal_generated: Callable[[SignalGenerated], _Work],
    on_order_filled: Callable[[OrderFilled], _Work],
) -> None:
    """Connect the three queues to those who work on them."""
    bus.subscribe(CandleClosed, on_candle_closed)
    bus.subscribe(SignalGenerated, on_signal_generated)
    bus.subscribe(OrderFilled, on_order_filled)
