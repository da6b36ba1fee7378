"""Every subscription of the program, on one screen."""

from collections.abc import Callable, Coroutine

from noctule.app.trading import Trading
from noctule.domain.events.data import (
    BookTickerUpdated,
    CandleClosed,
    CandleRevised,
    CandleUpdated,
    FeedLost,
    FeedRestored,
    MarkPriceUpdated,
)
from noctule.domain.events.desk import (
    ExitRequested,
    LookFailed,
    PositionClosed,
    PositionProtected,
    StopMoved,
    StopMoveRequested,
    SymbolReported,
)
from noctule.domain.events.order import (
    AccessRefused,
    AccessRestored,
    AccountFeedLost,
    AccountFeedRestored,
    AccountSnapshotTaken,
    AccountUpdated,
    AlertRaised,
    CommandReceived,
    FundingPaid,
    LeverageChanged,
    MarginCalled,
    OrderFilled,
    OrderRequested,
    OrderTimerFired,
    PositionReported,
    TradingAuthorized,
)
from noctule.domain.events.signal import (
    ProtectionMoveWanted,
    RegimeChanged,
    SignalGenerated,
    StrategyDisabled,
)
from noctule.engine.bracket_events import HEARD
from noctule.engine.bus import EventBus

__all__ = ["subscribe_all"]

_Work = Coroutine[object, None, None] | None


def subscribe_all(
    bus: EventBus,
    trading: Trading,
    *,
    on_candle_closed: Callable[[CandleClosed], _Work],
    on_signal_generated: Callable[[SignalGenerated], _Work],
    on_order_filled: Callable[[OrderFilled], _Work],
) -> None:
    """Connect the three queues to those who work on them."""
    market, orders = trading.market, trading.orders
    bus.subscribe(CandleClosed, on_candle_closed)
    bus.subscribe(CandleUpdated, market.on_candle_updated)
    bus.subscribe(CandleRevised, market.on_candle_revised)
    bus.subscribe(MarkPriceUpdated, market.on_mark_price_updated)
    bus.subscribe(BookTickerUpdated, market.on_book_ticker_updated)
    bus.subscribe(FeedLost, market.on_feed_lost)
    bus.subscribe(FeedRestored, market.on_feed_restored)

    bus.subscribe(SignalGenerated, on_signal_generated)
    bus.subscribe(ProtectionMoveWanted, trading.signals.on_protection_move_wanted)
    bus.subscribe(RegimeChanged, trading.signals.on_regime_changed)
    bus.subscribe(StrategyDisabled, trading.signals.on_strategy_disabled)

    for fact in HEARD:
        bus.subscribe(fact, orders.on_order_news)
    bus.subscribe(OrderRequested, orders.on_order_requested)
    bus.subscribe(TradingAuthorized, orders.on_trading_authorized)
    bus.subscribe(OrderFilled, on_order_filled)
    bus.subscribe(PositionReported, orders.on_position_reported)
    bus.subscribe(SymbolReported, orders.on_symbol_reported)
    bus.subscribe(LookFailed, orders.on_look_failed)
    bus.subscribe(ExitRequested, orders.on_exit_requested)
    bus.subscribe(StopMoveRequested, orders.on_stop_move_requested)
    bus.subscribe(PositionProtected, orders.on_position_protected)
    bus.subscribe(StopMoved, orders.on_stop_moved)
    bus.subscribe(FundingPaid, orders.on_funding_paid)
    bus.subscribe(AlertRaised, orders.on_alert_raised)
    bus.subscribe(OrderTimerFired, orders.on_timer_fired)
    bus.subscribe(AccountSnapshotTaken, orders.on_account_snapshot_taken)
    _subscribe_account(bus, trading)


def _subscribe_account(bus: EventBus, trading: Trading) -> None:
    """Connect those who look after the account and the desk as a whole."""
    account, equity, control = trading.account, trading.equity, trading.control
    bus.subscribe(AccountSnapshotTaken, account.on_account_snapshot_taken)
    bus.subscribe(AccountSnapshotTaken, trading.rates.on_account_snapshot_taken)
    bus.subscribe(AccountUpdated, trading.rates.on_account_updated)
    bus.subscribe(AccountFeedLost, account.on_account_feed_lost)
    bus.subscribe(AccountFeedRestored, account.on_account_feed_restored)
    bus.subscribe(AccessRefused, account.on_access_refused)
    bus.subscribe(AccessRestored, account.on_access_restored)
    bus.subscribe(MarginCalled, account.on_margin_called)
    bus.subscribe(LeverageChanged, trading.terms.on_leverage_changed)
    bus.subscribe(AccountFeedRestored, trading.terms.on_account_feed_restored)
    bus.subscribe(AccountUpdated, equity.on_account_updated)
    bus.subscribe(PositionClosed, equity.on_position_closed)
    bus.subscribe(FundingPaid, equity.on_funding_paid)
    bus.subscribe(OrderTimerFired, equity.on_timer_fired)
    bus.subscribe(OrderTimerFired, control.on_order_timer_fired)
    bus.subscribe(CommandReceived, control.on_command_received)
