"""The configuration that a run was told, made again from what its journal says of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from noctule.adapters.store.journal_records import RunBegan
from noctule.app.user_strategies import strategy_catalogue
from noctule.config.manager import ConfigManager, Sources
from noctule.config.settings import Configuration

__all__ = ["configuration_of"]

# What says where a bot lives, and nothing of how it decides.
_ELSEWHERE: Final = ("api.", "sim.", "logging.", "store.", "control.", "web.", "shutdown.")
_LOADED: Final = ".code"  # a hash of a strategy's text, not a key
_NO_FILES: Final = Path("/nonexistent")


def configuration_of(run: RunBegan, home: Path) -> Configuration:
    """Return it; ConfigError where this version, or what lies at home, knows it no more.

    Files that it names (a strategy of the owner's, a news calendar) are read as they are now.
    """
    sources = Sources(
        home=home, directory=_NO_FILES, environment={}, overrides=tuple(_overrides(run))
    )
    return ConfigManager(sources, catalogue=strategy_catalogue(home)).load()


def _overrides(run: RunBegan) -> Iterator[str]:
    for name, text in run.settings.items():
        is_strategy = name.startswith("strategy")
        if name.startswith(_ELSEWHERE) or (is_strategy and name.endswith(_LOADED)):
            continue
        if is_strategy and not text:
            continue  # left out, as a built-in one leaves out a path
        yield f"{name}={text}"
