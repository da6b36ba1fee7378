"""The data queue's work: a closed candle becomes history, and perhaps an opinion."""

from collections.abc import Mapping

from noctule.domain.errors import StrategyError
from noctule.domain.events.data import CandleClosed
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.market import Candle
from noctule.domain.signals import Signal
from noctule.domain.values import Symbol
from noctule.engine.bus import Publisher
from noctule.market.series import CandleSeries
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy
from noctule.telemetry.logs import get_log

__all__ = ["Desk", "MarketHandler"]

_log = get_log(__name__)


class Desk:
    """One symbol, the strategy that trades it, and what that strategy may look at."""

    def __init__(self, *, label: str, strategy: Strategy, series: CandleSeries, view: MarketView):
        self.label = label
        self.strategy = strategy
        self.series = series
        self.view = view

    def opinion(self, candle: Candle) -> Signal | None:
        """Ask the strategy; whatever its code raises or returns wrong is a StrategyError."""
        try:
            signal = self.strategy.analyze(candle, self.view)
            flaw = None if signal is None else signal.flaw()
        except Exception as exc:  # the owner's code may raise anything, and must not stop us
            raise StrategyError(self.label, f"{type(exc).__name__}: {exc}") from exc
        if flaw is not None:
            raise StrategyError(self.label, flaw)
        return signal


class MarketHandler:
    """Feeds each closed candle to its symbol's desk."""

    def __init__(self, *, bus: Publisher, desks: Mapping[Symbol, Desk]) -> None:
        self._bus = bus
        self._desks = desks

    async def on_candle_closed(self, event: CandleClosed) -> None:
        """Remember the candle, ask the strategy, publish what it wants."""
        candle = event.candle
        desk = self._desks[candle.symbol]
        desk.series.append(candle)
        try:
            signal = desk.opinion(candle)
        except StrategyError as exc:
            _log.exception("strategy failed", exc, strategy=desk.label, symbol=candle.symbol)
            return
        if signal is None:
            return
        await self._bus.publish(
            SignalGenerated(
                at_ms=event.at_ms,
                trace=event.trace,
                symbol=candle.symbol,
                timeframe=candle.timeframe,
                strategy=desk.label,
                price=candle.close,
                signal=signal,
            )
        )
