"""What ends a run without its owner: the data are over, or so many candles were asked for."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Final

from noctule.domain.errors import ConfigError
from noctule.domain.events.base import Event
from noctule.domain.events.data import CandleClosed
from noctule.domain.signals import Reason
from noctule.domain.values import Timeframe
from noctule.engine.halts import Halts
from noctule.telemetry.logs import get_log

__all__ = ["Ending"]

_log = get_log(__name__)

_ENOUGH: Final = "until flat"


class Ending:
    """Asks to stop, once; each way to end is watched by work of its own.

    After so many candles nothing more is entered: who waits to be flat must not enter anew.
    """

    def __init__(  # noqa: PLR0913  # the ends there are, and whom to ask
        self,
        *,
        base: Timeframe,
        halts: Halts,
        is_flat: Callable[[], bool],
        ask_stop: Callable[[str], None],
        over: asyncio.Event | None = None,
        spoiled: asyncio.Future[ConfigError] | None = None,
        candles_max: int | None = None,
    ) -> None:
        self._halts, self._is_flat = halts, is_flat
        self._base = base
        self._ask_stop = ask_stop
        self._over = over
        self._spoiled = spoiled
        self._candles_max = candles_max
        self._closes_ms: set[int] = set()  # of different candles; at most as many as asked for
        self._has_moved = asyncio.Event()

    def upkeep(self) -> Mapping[str, Callable[[], Coroutine[object, object, None]]]:
        """Return the work of watching, by name."""
        work: dict[str, Callable[[], Coroutine[object, object, None]]] = {}
        if self._over is not None:
            work["end of data"] = self._end_with_the_data
        if self._spoiled is not None:
            work["spoiled data"] = self._fail_with_the_data
        if self._candles_max is not None:
            work["until flat"] = self._end_once_flat
        return work

    def tap(self, event: Event) -> None:
        """Count a closed candle of the base timeframe, and look again after any event."""
        if self._candles_max is None:
            return
        if isinstance(event, CandleClosed) and event.candle.timeframe is self._base:
            self._closes_ms.add(event.candle.close_ms)
        if len(self._closes_ms) >= self._candles_max:
            self._has_moved.set()

    async def _end_with_the_data(self) -> None:
        assert self._over is not None, "nobody tells when the data are over"
        await self._over.wait()
        _log.warning("the data are over: nothing more will happen on this market")
        self._ask_stop("the data are over")

    async def _fail_with_the_data(self) -> None:
        """Raise what is wrong with the data: it ends the run as a wrong configuration does."""
        assert self._spoiled is not None, "nobody tells what is wrong with the data"
        raise await self._spoiled

    async def _end_once_flat(self) -> None:
        await self._has_moved.wait()
        text = f"{self._candles_max} candles have closed: the run ends once flat"
        self._halts.observe(Reason(check=_ENOUGH, text=text))
        _log.info("ends once flat", candles=self._candles_max)
        while not self._is_flat():
            self._has_moved.clear()
            await self._has_moved.wait()
        self._ask_stop(f"flat after {self._candles_max} candles, as asked")
