"""From the bus to the trade log: which events users see there, and as which line."""

from collections.abc import Callable, Mapping
from typing import Final

from noctule.adapters.store import trade_lines
from noctule.adapters.store.trade_lines import TradeLine
from noctule.domain.events.base import Event
from noctule.domain.events.signal import SignalGenerated, SignalRefused

__all__ = ["TradeTap"]


class TradeTap:
    """A tap of the bus: turns events into lines and never makes anyone wait."""

    def __init__(self, write: Callable[[TradeLine], None]) -> None:
        self._write = write

    def see(self, event: Event) -> None:
        """Write a line for this event if users rely on one."""
        to_line = _LINES.get(type(event))
        if to_line is not None:
            self._write(to_line(event))


def _signal(event: SignalGenerated) -> TradeLine:
    return trade_lines.Signal(
        at_ms=event.at_ms,
        trace=event.trace,
        symbol=event.symbol,
        strategy=event.strategy,
        direction=event.signal.direction,
        reason=event.signal.reason,
        price=event.price,
        stop=event.signal.stop,
        target=event.signal.target,
        confidence=event.signal.confidence,
    )


def _signal_refused(event: SignalRefused) -> TradeLine:
    return trade_lines.SignalRefused(
        at_ms=event.at_ms,
        trace=event.trace,
        symbol=event.symbol,
        strategy=event.strategy,
        direction=event.direction,
        reasons=tuple(f"{reason.check}: {reason.text}" for reason in event.reasons),
    )


# Each function takes the event class it stands beside, which a mapping's type cannot say.
_LINES: Final[Mapping[type[Event], Callable[..., TradeLine]]] = {
    SignalGenerated: _signal,
    SignalRefused: _signal_refused,
}
