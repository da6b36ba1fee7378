"""Candles are what they were: each once, in order, without a gap, and as the exchange has it."""

from collections.abc import Callable
from typing import Final

from typing_extensions import override

from noctule.app.storm.life import Life
from noctule.app.storm.scene import Rule, Scene, Violation
from noctule.domain.events.base import Event
from noctule.domain.events.data import CandleClosed
from noctule.domain.market import Candle
from noctule.domain.values import Timeframe

__all__ = ["CandlesAreTrue"]

_BASE: Final = Timeframe.M1


class CandlesAreTrue(Rule):
    """Whatever the streams lose or repeat, the strategy sees the market's own sequence."""

    name = "candles are true"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._due_ms: dict[str, int] = {}

    @override
    def born(self, life: Life) -> None:
        self._due_ms.clear()

    @override
    def heard(self, event: Event) -> None:
        if not isinstance(event, CandleClosed) or event.candle.timeframe is not _BASE:
            return
        candle = event.candle
        due_ms = self._due_ms.get(candle.symbol, candle.open_ms)
        if candle.open_ms != due_ms:
            self.broken(f"{candle.symbol}: a candle of {candle.open_ms} where {due_ms} is due")
        self._due_ms[candle.symbol] = candle.close_ms + 1
        self._compare(candle)

    def _compare(self, candle: Candle) -> None:
        tape, symbol = self.scene.exchange.venue.tape, str(candle.symbol)
        rows = tape.klines(symbol, _BASE.value, limit=5)
        if not rows or rows[0].open_ms > candle.open_ms:
            open_ms = candle.open_ms
            rows = tape.klines(symbol, _BASE.value, start_ms=open_ms, end_ms=open_ms, limit=1)
        row = next((each for each in rows if each.open_ms == candle.open_ms), None)
        if row is None or self.scene.clock.now_ms() <= row.close_ms:
            self.broken(f"{symbol}: the candle of {candle.open_ms} is not over")
            return
        told = (candle.open, candle.high, candle.low, candle.close, candle.volume)
        true = (row.open, row.high, row.low, row.close, row.volume)
        if told != tuple(map(float, true)):
            self.broken(f"{symbol}: the candle of {candle.open_ms} is {true}, not {told}")
