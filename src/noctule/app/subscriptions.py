"""Every subscription of the program, on one screen."""

from collections.abc import Callable, Coroutine

from noctule.domain.events.data import (
    BookTickerUpdated,
    CandleClosed,
    CandleRevised,
    CandleUpdated,
    FeedLost,
    FeedRestored,
    MarkPriceUpdated,
)
from noctule.domain.events.order import OrderFilled
from noctule.domain.events.signal import SignalGenerated
from noctule.engine.bus import EventBus
from noctule.engine.handlers.market import MarketHandler

__all__ = ["subscribe_all"]

_Work = Coroutine[object, None, None] | None


def subscribe_all(
    bus: EventBus,
    *,
    market: MarketHandler,
    on_candle_closed: Callable[[CandleClosed], _Work],
    on_signal_generated: Callable[[SignalGenerated], _Work],
    on_order_filled: Callable[[OrderFilled], _Work],
) -> None:
    """Connect the three queues to those who work on them."""
    bus.subscribe(CandleClosed, on_candle_closed)
    bus.subscribe(CandleUpdated, market.on_candle_updated)
    bus.subscribe(CandleRevised, market.on_candle_revised)
    bus.subscribe(MarkPriceUpdated, market.on_mark_price_updated)
    bus.subscribe(BookTickerUpdated, market.on_book_ticker_updated)
    bus.subscribe(FeedLost, market.on_feed_lost)
    bus.subscribe(FeedRestored, market.on_feed_restored)
    bus.subscribe(SignalGenerated, on_signal_generated)
    bus.subscribe(OrderFilled, on_order_filled)
