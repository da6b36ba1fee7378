"""The signal queue's work: an opinion meets the gates."""

from noctule.domain.events.signal import SignalGenerated, SignalRefused
from noctule.domain.signals import Reason
from noctule.engine.bus import Publisher

__all__ = ["SignalHandler"]

_NO_EXCHANGE = Reason(check="exchange", text="no exchange is wired yet: signals are only shown")
_ENTRIES_OFF = Reason(check="entries", text="the bot is shutting down")


class SignalHandler:
    """Answers every signal; for now always with a refusal, because nothing can be sent."""

    def __init__(self, *, bus: Publisher) -> None:
        self._bus = bus
        self._reasons: tuple[Reason, ...] = (_NO_EXCHANGE,)

    def halt(self) -> None:
        """Refuse entries from now on: the first step of a shutdown."""
        self._reasons = (_NO_EXCHANGE, _ENTRIES_OFF)

    async def on_signal_generated(self, event: SignalGenerated) -> None:
        """Publish the verdict, with every reason at once."""
        await self._bus.publish(
            SignalRefused(
                at_ms=event.at_ms,
                trace=event.trace,
                symbol=event.symbol,
                strategy=event.strategy,
                direction=event.signal.direction,
                reasons=self._reasons,
            )
        )
