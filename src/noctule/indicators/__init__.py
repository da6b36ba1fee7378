"""Streaming indicators: update(…) returns the value, or None while it warms up."""

from noctule.indicators.averages import Ema, Hma, Rma, Sma, Wma
from noctule.indicators.bands import Bollinger, BollingerValue, Channel, Donchian, Keltner
from noctule.indicators.base import Indicator
from noctule.indicators.directional import Adx, AdxValue, Aroon, AroonValue
from noctule.indicators.momentum import Cci, Macd, MacdValue, Roc, Rsi
from noctule.indicators.profile import ProfileValue, VolumeProfile
from noctule.indicators.statistics import Correlation, LinearSlope, StdDev, Variance, ZScore
from noctule.indicators.stochastic import Stochastic, StochasticValue, StochRsi
from noctule.indicators.swings import Swings, SwingsValue
from noctule.indicators.trailing import ParabolicSar, Supertrend, SupertrendValue
from noctule.indicators.volatility import Atr, RealisedVolatility
from noctule.indicators.volume import Delta, Mfi, Obv
from noctule.indicators.vwap import SessionVwap, Vwap

__all__ = [
    "Adx",
    "AdxValue",
    "Aroon",
    "AroonValue",
    "Atr",
    "Bollinger",
    "BollingerValue",
    "Cci",
    "Channel",
    "Correlation",
    "Delta",
    "Donchian",
    "Ema",
    "Hma",
    "Indicator",
    "Keltner",
    "LinearSlope",
    "Macd",
    "MacdValue",
    "Mfi",
    "Obv",
    "ParabolicSar",
    "ProfileValue",
    "RealisedVolatility",
    "Rma",
    "Roc",
    "Rsi",
    "SessionVwap",
    "Sma",
    "StdDev",
    "StochRsi",
    "Stochastic",
    "StochasticValue",
    "Supertrend",
    "SupertrendValue",
    "Swings",
    "SwingsValue",
    "Variance",
    "VolumeProfile",
    "Vwap",
    "Wma",
    "ZScore",
]
