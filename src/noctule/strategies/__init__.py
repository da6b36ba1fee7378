"""Opinions: what a strategy file imports to state one."""

from noctule.domain.market import Candle
from noctule.domain.regime import Regime
from noctule.domain.signals import Direction, Signal
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy, StrategySettings

__all__ = ["Candle", "Direction", "MarketView", "Regime", "Signal", "Strategy", "StrategySettings"]
