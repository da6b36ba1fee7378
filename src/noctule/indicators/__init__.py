"""Streaming indicators: update(…) returns the value, or None while it warms up."""

from noctule.indicators.bands import Channel, Donchian
from noctule.indicators.swings import Swings, SwingsValue
from noctule.indicators.trailing import Supertrend, SupertrendValue
from noctule.indicators.volatility import Atr

__all__ = ["Atr", "Channel", "Donchian", "Supertrend", "SupertrendValue", "Swings", "SwingsValue"]
