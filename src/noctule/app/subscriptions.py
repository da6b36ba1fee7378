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
from noctule.domain.events.order import (
    AccessRefused,
    AccessRestored,
    AccountFeedLost,
    AccountFeedRestored,
    AccountSnapshotTaken,
    OrderFilled,
)
from noctule.domain.events.signal import SignalGenerated
from noctule.engine.bus import EventBus
from noctule.engine.handlers.account import AccountHandler
from noctule.engine.handlers.market import MarketHandler

__all__ = ["subscribe_all"]

_Work = Coroutine[object, None, None] | None


def subscribe_all(
    bus: EventBus,
    *,
    market: MarketHandler,
    account: AccountHandler,
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
    bus.subscribe(AccountSnapshotTaken, account.on_account_snapshot_taken)
    bus.subscribe(AccountFeedLost, account.on_account_feed_lost)
    bus.subscribe(AccountFeedRestored, account.on_account_feed_restored)
    bus.subscribe(AccessRefused, account.on_access_refused)
    bus.subscribe(AccessRestored, account.on_access_restored)
