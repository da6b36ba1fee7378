"""What every strategy is: settings, a warm-up, and one pure method."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from pydantic import BaseModel

from noctule.domain.market import Candle
from noctule.domain.signals import Signal
from noctule.market.view import MarketView
from noctule.strategies.drawing import Drawing

__all__ = ["Strategy", "StrategySettings"]


class StrategySettings(BaseModel, frozen=True, extra="forbid"):
    """A strategy's own keys of its INI section; every field has a default."""


class Strategy(ABC):
    """One instance lives per symbol; it has no clock, no I/O and no randomness of its own."""

    Settings: ClassVar[type[StrategySettings]] = StrategySettings
    reverse: ClassVar[bool] = False  # enter the other way after an opposite signal closed
    reads_regime: ClassVar[bool] = False  # looks at view.regime, which takes history of its own

    def __init__(self, settings: StrategySettings) -> None:
        self.settings = settings

    @property
    def warmup_bars(self) -> int:
        """Return how many closed candles it needs before it can say anything."""
        return 0

    @abstractmethod
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        """Say what this closed candle calls for; None for nothing."""

    def explain(self, candle: Candle, view: MarketView) -> Sequence[Drawing]:
        """Draw what it sees after this closed candle, for a person to judge; trading never asks."""
        assert candle.symbol == view.symbol, f"a candle of {candle.symbol} for {view.symbol}"
        return ()

    def waits_for(self, candle: Candle, view: MarketView) -> str | None:
        """Say what it would take for the next signal; asked when a person asks, never to trade.

        The candle is the latest of the base timeframe. It is one line in a trader's words, and
        changes nothing: "SMA 10 is 0.1 % below SMA 30: waits for it to cross above".
        """
        assert candle.symbol == view.symbol, f"a candle of {candle.symbol} for {view.symbol}"
        return None
