"""Which events of a record came from outside, and which the engine published."""

from typing import Final

from noctule.domain.events import signal
from noctule.domain.events.base import Event, SignalEvent
from noctule.domain.events.data import BookTickerUpdated, CandleClosed, MarkPriceUpdated
from noctule.domain.events.desk import (
    EntryRefused,
    ExitRequested,
    OrderHeldBack,
    PositionClosed,
    PositionProtected,
    StopMoved,
    StopMoveRequested,
)
from noctule.domain.events.order import (
    AlertRaised,
    CommandReceived,
    OrderRequested,
    PositionChanged,
    TradingAuthorized,
    TradingHalted,
    TradingResumed,
)
from noctule.domain.values import Timeframe

__all__ = ["comes_from_outside", "is_quote", "may_come_from_outside"]

_OURS: Final = (
    OrderRequested,
    TradingAuthorized,
    PositionChanged,
    PositionProtected,
    PositionClosed,
    StopMoveRequested,
    StopMoved,
    ExitRequested,
    EntryRefused,
)
# The lanes hold orders back, too; operators command, the kill switch halts, and the watch over
# strategies warns and disables.
_EITHER: Final = (
    OrderHeldBack,
    AlertRaised,
    CommandReceived,
    TradingHalted,
    TradingResumed,
    signal.StrategyDisabled,
)


def is_quote(event: Event) -> bool:
    """Tell whether an event is one of which only the latest is written."""
    return isinstance(event, MarkPriceUpdated | BookTickerUpdated)


def may_come_from_outside(event: Event) -> bool:
    """Tell whether an event of this kind may be the engine's or another's."""
    return isinstance(event, _EITHER)


def comes_from_outside(event: Event, *, base: Timeframe) -> bool:
    """Tell whether it is there without the engine having published it."""
    if isinstance(event, _EITHER):
        return True
    if isinstance(event, CandleClosed):
        return event.candle.timeframe is base  # the engine builds all longer ones
    return not isinstance(event, (SignalEvent, *_OURS))
