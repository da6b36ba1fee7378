"""The ICT strategy: with the bias, after a hunt for stops, back into what the turn left behind."""

from collections.abc import Sequence
from typing import ClassVar, cast

from typing_extensions import override

from noctule.domain.market import Candle
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Timeframe
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy, StrategySettings
from noctule.strategies.drawing import Drawing
from noctule.strategies.ict.bias import Bias
from noctule.strategies.ict.drawings import drawn
from noctule.strategies.ict.entries import Entry
from noctule.strategies.ict.outlook import outlook
from noctule.strategies.ict.reading import Reading
from noctule.strategies.ict.reasons import Leaning, factors_of, reason_of, told_break
from noctule.strategies.ict.settings import IctSettings
from noctule.strategies.ict.structure import Break, BreakKind
from noctule.strategies.ict.way import Trend, Way

__all__ = ["Ict"]


class Ict(Strategy):
    """Long where the price comes back after stops below were swept, short after those above were.

    It asks the reading of the base candles for entries, and the bias for its consent. An entry is
    told once, at the close of the candle that makes it: when the bias is against it then, it is
    let go. All that is known lives in what the view follows, so history warms it.
    """

    Settings: ClassVar[type[StrategySettings]] = IctSettings

    def __init__(self, settings: StrategySettings) -> None:
        super().__init__(settings)
        self._own = cast("IctSettings", settings)  # the factory built it from Settings
        self._settings_json = self._own.model_dump_json()

    @property
    @override
    def warmup_bars(self) -> int:
        """Return how far back it looks; with fewer it speaks of what those show."""
        return self._own.memory_bars

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        timeframes = view.timeframes
        if candle.timeframe is not timeframes[0]:
            return None
        reading = view.indicator(Reading, self._settings_json, timeframes[0])
        bias = self._bias(view, timeframes)  # asked for on every candle, so that it reads them all
        if self._own.exit_on_shift and reading.broken is not None:
            leaving = _exit(reading.broken, view)
            if leaving is not None:  # whatever else the candle may be
                return leaving
        if reading.entries:
            return self._entry(reading, _leaning(reading, bias, timeframes[0]))
        return None

    @override
    def explain(self, candle: Candle, view: MarketView) -> Sequence[Drawing]:
        reading = view.indicator(Reading, self._settings_json, view.timeframes[0])
        return (*super().explain(candle, view), *drawn(reading))

    @override
    def waits_for(self, candle: Candle, view: MarketView) -> str | None:
        base = view.timeframe
        reading = view.indicator(Reading, self._settings_json, base)
        leaning = _leaning(reading, self._bias(view, view.timeframes), base)
        return outlook(reading, leaning, bias_required=self._own.bias_required)

    def _bias(self, view: MarketView, timeframes: tuple[Timeframe, ...]) -> Bias | None:
        """Return the structure of the bias timeframe; None when that is the base."""
        base, timeframe = timeframes[0], self._own.bias_timeframe or timeframes[-1]
        if timeframe is base:
            return None
        if timeframe.ms_max < base.ms_max:  # no higher timeframe that one could add
            taken = f"take one of {', '.join(timeframes)}, or none"
            raise LookupError(
                f"bias_timeframe {timeframe} is shorter than the base candles: {taken}"
            )
        strength, memory = self._own.bias_strength, self._own.memory_bars
        return view.on(timeframe).indicator(Bias, timeframe, strength, memory)

    def _entry(self, reading: Reading, leaning: Leaning) -> Signal | None:
        for entry in reading.entries:
            if leaning.trend.agrees_with(entry.setup.way) or not self._own.bias_required:
                return self._signal(entry, leaning)
        return None

    def _signal(self, entry: Entry, leaning: Leaning) -> Signal:
        factors = factors_of(entry, leaning, settings=self._own)
        return Signal(
            direction=entry.setup.way.direction,
            reason=reason_of(entry, leaning),
            stop=entry.stop,
            target=entry.target.price,
            confidence=min(sum(factors.values()), 1.0),
            factors=factors,
        )


def _leaning(reading: Reading, bias: Bias | None, base: Timeframe) -> Leaning:
    """Return where the bias points; without higher candles, where the large swings do."""
    if bias is not None:
        trend = bias.value or Trend.NONE
        return Leaning(timeframe=bias.timeframe, trend=trend, latest=bias.latest)
    breaks = reading.large.breaks
    latest = breaks[-1] if breaks else None
    return Leaning(timeframe=base, trend=reading.large.trend, latest=latest)


def _exit(broken: Break, view: MarketView) -> Signal | None:
    """Return what leaves a position that structure has just turned against."""
    held = view.position.signed_quantity
    against = held > 0 if broken.way is Way.DOWN else held < 0
    if not against or broken.kind is not BreakKind.CHOCH:
        return None
    reason = f"structure shifted against the position: {told_break(broken)}"
    return Signal(direction=Direction.FLAT, reason=reason)
