"""INI in, frozen settings out. Nothing below imports this package."""

from noctule.config.credentials import Credentials
from noctule.config.describe import Row, describe, described_as_json
from noctule.config.manager import ConfigManager, Sources
from noctule.config.settings import Configuration, Settings, StrategyChoice

__all__ = [
    "ConfigManager",
    "Configuration",
    "Credentials",
    "Row",
    "Settings",
    "Sources",
    "StrategyChoice",
    "describe",
    "described_as_json",
]
