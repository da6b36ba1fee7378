"""Streaming indicators: update(…) returns the value, or None while it warms up."""

from noctule.indicators.bands import Bollinger, BollingerValue, Channel, Donchian, Keltner
from noctule.indicators.profile import ProfileValue, VolumeProfile
from noctule.indicators.statistics import Correlation, LinearSlope, StdDev, Variance, ZScore
from noctule.indicators.swings import Swings, SwingsValue
from noctule.indicators.trailing import ParabolicSar, Supertrend, SupertrendValue
from noctule.indicators.volatility import Atr, RealisedVolatility
from noctule.indicators.volume import Delta, Mfi, Obv

__all__ = [
    "Atr",
    "Bollinger",
    "BollingerValue",
    "Channel",
    "Correlation",
    "Delta",
    "Donchian",
    "Keltner",
    "LinearSlope",
    "Mfi",
    "Obv",
    "ParabolicSar",
    "ProfileValue",
    "RealisedVolatility",
    "StdDev",
    "Supertrend",
    "SupertrendValue",
    "Swings",
    "SwingsValue",
    "Variance",
    "VolumeProfile",
    "ZScore",
]
