"""A collector that follows a script."""

from collections.abc import AsyncIterator, Callable, Sequence

from noctule.domain.errors import VenueRefused
from noctule.domain.events.base import DataEvent
from noctule.domain.events.data import CandleClosed
from noctule.domain.ids import candle_trace
from noctule.domain.market import Candle
from noctule.domain.values import Symbol, Timeframe

__all__ = ["ScriptedCollector", "closed"]


class ScriptedCollector:
    """Yields what stands in the script, calls what is callable in it, then ends."""

    def __init__(self, *script: DataEvent | Callable[[], None]) -> None:
        self.starts = 0
        self.stops = 0
        self._script = script
        self.index_prices: dict[Symbol, float] = {}

    async def start(self) -> None:
        self.starts += 1

    async def history(self, symbol: Symbol, timeframe: Timeframe, count: int) -> Sequence[Candle]:
        return ()

    async def index_price(self, symbol: Symbol) -> float:
        """Return what was scripted; nothing else is listed."""
        if symbol not in self.index_prices:
            raise VenueRefused("Invalid symbol.", code=-1121)
        return self.index_prices[symbol]

    async def events(self) -> AsyncIterator[DataEvent]:
        for entry in self._script:
            if isinstance(entry, DataEvent):
                yield entry
            else:
                entry()

    async def stop(self) -> None:
        self.stops += 1


def closed(candle: Candle) -> CandleClosed:
    """State that a candle is final."""
    trace = candle_trace(candle.symbol, candle.timeframe, candle.close_ms)
    return CandleClosed(at_ms=candle.close_ms, trace=trace, candle=candle)
