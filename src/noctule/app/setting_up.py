"""The last step of the start: every symbol at the leverage and margin type we mean."""

from noctule.config.settings import Settings
from noctule.domain.errors import VenueUnreachable
from noctule.engine.outcome import within
from noctule.ports.setup import Setup

__all__ = ["set_up_symbols"]


async def set_up_symbols(setup: Setup, settings: Settings) -> None:
    """Set leverage and margin type, symbol by symbol, each within the exchange's time-out."""
    trading, timeout_ms = settings.trading, settings.api.timeout_ms
    for symbol in trading.symbols:
        work = setup.apply(symbol, leverage=trading.leverage, margin_type=trading.margin_type)
        try:
            await within(timeout_ms, work)
        except TimeoutError as exc:
            raise VenueUnreachable(
                f"the leverage of {symbol} was not set within {timeout_ms} ms"
            ) from exc
