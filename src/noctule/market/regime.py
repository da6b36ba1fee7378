"""Which regime a market is in: what was measured becomes a name that does not flicker."""

from typing import Any, Final

from typing_extensions import override

from noctule.domain.market import Candle
from noctule.domain.regime import Regime, RegimeReading
from noctule.indicators.remembered import Remembered
from noctule.market.regime_measures import Measures, RegimeMeter
from noctule.market.regime_settings import RegimeSettings

__all__ = ["RegimeDetector"]

# An enum's members are slow to look up.
_ILLIQUID: Final = Regime.ILLIQUID
_VOLATILE: Final = Regime.HIGH_VOLATILITY
_UP, _DOWN, _RANGE = Regime.TREND_UP, Regime.TREND_DOWN, Regime.RANGE


class RegimeDetector(Remembered):
    """Names the regime of one symbol and timeframe, closed candle by closed candle.

    A regime is entered at one bound and left at a milder one, and a change waits until so many
    candles in a row call for it. None is known before there is a norm to judge by; the first one
    holds at once.
    """

    __slots__ = (
        "_called_for",
        "_confirm",
        "_illiquid",
        "_meter",
        "_next",
        "_trending",
        "_volatile",
        "regime",
        "since_ms",
    )

    def __init__(self, settings: RegimeSettings | None = None) -> None:
        settings = settings or RegimeSettings()
        super().__init__(*(value for name, value in settings if name != "timeframe"))
        self._meter = RegimeMeter(
            settings.trend_candles, settings.recent_candles, settings.norm_candles
        )
        # The bound of a regime that neither holds nor is about to, and of one that does or is.
        self._illiquid = [settings.liquidity_enter, settings.liquidity_leave]
        self._volatile = [settings.volatility_enter, settings.volatility_leave]
        self._trending = [settings.trend_enter, settings.trend_leave]
        self._confirm = settings.confirm_candles
        self._next: Regime | None = None
        self._called_for = 0  # the latest candles that called for the next one
        self.regime: Regime | None = None
        self.since_ms = 0

    @property
    def warmup(self) -> int:
        """Return how many candles it takes until a regime is known."""
        return self._meter.warmup

    @property
    def reading(self) -> RegimeReading | None:
        """Return the regime with what was measured last; None until one is known."""
        measured = self._meter.value
        if self.regime is None or measured is None:
            return None
        return RegimeReading(
            regime=self.regime,
            since_ms=self.since_ms,
            trend=measured.trend,
            volatility=measured.volatility,
            liquidity=measured.liquidity,
        )

    def update(self, candle: Candle) -> Regime | None:
        """Take the next closed candle, and return the regime after it."""
        measured = self._meter.update(candle.high, candle.low, candle.close, candle.volume)
        if measured is None:
            return None
        wanted = self._wanted(measured)
        if wanted is self.regime:
            self._next = None
            return wanted
        if wanted is not self._next:
            self._next, self._called_for = wanted, 0
        self._called_for += 1
        if self.regime is None or self._called_for >= self._confirm:
            self.regime, self.since_ms, self._next = wanted, candle.close_ms, None
        return self.regime

    def _wanted(self, measured: Measures) -> Regime:
        """Return what these measures call for; the graver regime goes first."""
        near = (self.regime, self._next)
        if measured.liquidity < self._illiquid[_ILLIQUID in near]:
            return _ILLIQUID
        if measured.volatility > self._volatile[_VOLATILE in near]:
            return _VOLATILE
        if measured.trend > self._trending[_UP in near]:
            return _UP
        if -measured.trend > self._trending[_DOWN in near]:
            return _DOWN
        return _RANGE

    @override
    def _read(self, name: str, written: Any) -> Any:
        if name in ("_next", "regime") and written is not None:
            return Regime(written)
        return super()._read(name, written)
