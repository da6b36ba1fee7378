"""Everything we know of one symbol's market, and the one place where it is written down."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise

from noctule.domain.market import BookTicker, Candle, MarkPrice
from noctule.domain.position import Position
from noctule.domain.regime import Regime, RegimeReading
from noctule.domain.values import Symbol, Timeframe
from noctule.market.feeds import Feeds
from noctule.market.regime import RegimeDetector
from noctule.market.regime_settings import RegimeSettings
from noctule.market.resample import Resampler
from noctule.market.series import CandleSeries

__all__ = ["Board"]


class Board:
    """One symbol's closed candles in the base and each higher timeframe, and what they amount to.

    Its regime is told by the candles of one of these timeframes, the history included.
    """

    def __init__(
        self,
        symbol: Symbol,
        *,
        base: Timeframe,
        higher: Iterable[Timeframe] = (),
        capacity: int,
        regimes: RegimeSettings | None = None,
    ) -> None:
        regimes = regimes or RegimeSettings()
        self.symbol = symbol
        self.base = base
        self.higher = tuple(higher)
        self.capacity = capacity  # of each timeframe's series
        self.series: Mapping[Timeframe, CandleSeries] = {
            timeframe: CandleSeries(capacity=capacity) for timeframe in (base, *self.higher)
        }
        self.feeds: Mapping[Timeframe, Feeds] = {
            timeframe: Feeds(series) for timeframe, series in self.series.items()
        }
        self.held: Callable[[], Position] = partial(Position, symbol=symbol)  # what we hold of it
        self.mark: MarkPrice | None = None
        self.book: BookTicker | None = None
        self.freshen: Callable[[], None] = _no_need  # before somebody looks at mark or book
        self.regime_timeframe = regimes.timeframe or base
        assert self.regime_timeframe in self.series, f"no {self.regime_timeframe} on {symbol}"
        self.follows_regime = True  # a replay leaves it out for as long as nobody looks
        self.is_regime_missed = False  # somebody looked for it and it was left out
        self._detector = RegimeDetector(regimes)
        self._resampler = Resampler(self.higher, base=base)
        self.seeded_to_ms = -1  # where the history ends; a base candle until then came with it
        self._base_series = self.series[base]
        self._is_simple = not self.higher  # no bar is ever completed

    def seed(self, base: Sequence[Candle], higher: Mapping[Timeframe, Sequence[Candle]]) -> None:
        """Begin with the exchange's history; once, before the first candle is taken.

        What the base candles reach beyond the higher ones is built from them, and what they do
        not reach yet is left to come. A higher series whose running bar lost its beginning, or a
        bar before it, starts empty: a window with a hole would be a lie.
        """
        base = _unbroken(base)
        if not base:
            return
        built: dict[Timeframe, list[Candle]] = {timeframe: [] for timeframe in self.higher}
        for candle in base:
            self._add(candle)
            for bar in self._resampler.add(candle):
                built[bar.timeframe].append(bar)
        self.seeded_to_ms = base[-1].close_ms
        for timeframe, bars in built.items():
            running_ms = timeframe.open_of(base[-1].close_ms + 1)
            if base[0].open_ms <= running_ms:
                for bar in _joined(higher[timeframe], bars, end_ms=running_ms):
                    self._add(bar)

    @property
    def regime(self) -> Regime | None:
        """Return what kind of market it is; None until enough candles tell."""
        return self._detector.regime

    @property
    def regime_reading(self) -> RegimeReading | None:
        """Return the same, since when it holds, and what was measured."""
        return self._detector.reading

    def note_regime_look(self) -> None:
        """Know that a strategy looks at the regime, or is about to."""
        self.is_regime_missed = self.is_regime_missed or not self.follows_regime

    def take(self, candle: Candle) -> Sequence[Candle]:
        """Add the next base candle and the bars it completes; return those, shortest first."""
        if self._is_simple and not self.follows_regime:  # nothing follows from it
            self._base_series.append(candle)
            return ()
        self._add(candle)
        bars = self._resampler.add(candle)
        for bar in bars:
            self._add(bar)
        return bars

    def _add(self, candle: Candle) -> None:
        self.series[candle.timeframe].append(candle)
        if candle.timeframe is self.regime_timeframe and self.follows_regime:
            self._detector.update(candle)


def _no_need() -> None:
    """Do nothing: both are written down as they come."""


def _joined(told: Sequence[Candle], built: Sequence[Candle], *, end_ms: int) -> Sequence[Candle]:
    """Return the bars that lead to this instant without a hole: as told, and then as built."""
    bars = [bar for bar in told if bar.close_ms < end_ms]
    told_to_ms = bars[-1].close_ms if bars else -1
    bars += [bar for bar in built if bar.open_ms > told_to_ms]
    if not bars or bars[-1].close_ms + 1 != end_ms:
        return ()
    return _unbroken(bars)


def _unbroken(candles: Sequence[Candle]) -> Sequence[Candle]:
    """Return the candles after the last hole between them."""
    first = 0
    for index, (before, after) in enumerate(pairwise(candles), start=1):
        if after.open_ms != before.close_ms + 1:
            first = index
    return candles[first:]
