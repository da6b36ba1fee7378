"""The table of strategies, and the one way to make one."""

from collections.abc import Mapping
from typing import Final

from noctule.strategies.base import Strategy, StrategySettings
from noctule.strategies.donchian_breakout import DonchianBreakout
from noctule.strategies.ict.strategy import Ict
from noctule.strategies.rsi_reversion import RsiReversion
from noctule.strategies.sma_cross import SmaCross
from noctule.strategies.supertrend_follow import SupertrendFollow

__all__ = ["STRATEGIES", "StrategyFactory"]

STRATEGIES: Final[Mapping[str, type[Strategy]]] = {
    "donchian_breakout": DonchianBreakout,
    "ict": Ict,
    "rsi_reversion": RsiReversion,
    "sma_cross": SmaCross,
    "supertrend_follow": SupertrendFollow,
}


class StrategyFactory:
    """Makes strategies by the names the configuration uses."""

    @staticmethod
    def names() -> tuple[str, ...]:
        """Return every name there is."""
        return tuple(STRATEGIES)

    @staticmethod
    def settings_of(name: str) -> type[StrategySettings] | None:
        """Return the settings model of a strategy; None when the name is unknown."""
        strategy = STRATEGIES.get(name)
        return None if strategy is None else strategy.Settings

    @staticmethod
    def create(name: str, settings: StrategySettings) -> Strategy:
        """Make one instance, for one symbol."""
        strategy = STRATEGIES[name]
        assert isinstance(settings, strategy.Settings), f"{name} with {type(settings).__name__}"
        return strategy(settings)
