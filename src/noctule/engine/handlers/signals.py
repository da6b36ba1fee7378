"""The signal queue's work: an opinion meets the gates."""

from noctule.domain.events.signal import SignalGenerated, SignalRefused
from noctule.domain.signals import Reason
from noctule.engine.bus import Publisher
from noctule.telemetry.logs import get_log

__all__ = ["SignalHandler"]

_log = get_log(__name__)
_NO_ORDERS = Reason(check="orders", text="this version sends no orders: signals are only shown")
_ENTRIES_OFF = Reason(check="entries", text="the bot is shutting down")


class SignalHandler:
    """Answers every signal; for now always with a refusal, because nothing can be sent."""

    def __init__(self, *, bus: Publisher) -> None:
        self._bus = bus
        self._reasons = {_NO_ORDERS.check: _NO_ORDERS}  # one for each check that says no

    def halt(self, reason: Reason = _ENTRIES_OFF) -> None:
        """Refuse entries from now on; a shutdown begins with this."""
        self._reasons[reason.check] = reason

    def resume(self, check: str) -> None:
        """Take back what a check had against entries."""
        self._reasons.pop(check, None)

    async def on_signal_generated(self, event: SignalGenerated) -> None:
        """Publish the verdict, with every reason at once."""
        await self._bus.publish(
            SignalRefused(
                at_ms=event.at_ms,
                trace=event.trace,
                symbol=event.symbol,
                strategy=event.strategy,
                direction=event.signal.direction,
                reasons=tuple(self._reasons.values()),
            )
        )
        _log.info(
            "signal",
            symbol=event.symbol,
            direction=event.signal.direction.value,
            price=event.price,
            reason=event.signal.reason,
            refused_by=",".join(self._reasons),
        )
