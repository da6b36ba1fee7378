"""The options that every command takes, and the configuration they lead to."""

import os
from pathlib import Path
from typing import Annotated

import typer

from noctule.app.user_strategies import strategy_catalogue
from noctule.config.manager import ConfigManager, Sources
from noctule.config.reading import is_there
from noctule.domain.errors import ConfigError

__all__ = [
    "ConfigFiles",
    "HigherTimeframes",
    "OneSymbol",
    "Overrides",
    "Profile",
    "config_manager",
]

ConfigFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--config",
        "-c",
        metavar="FILE",
        help="An INI file with the keys you change; repeatable, later ones win.",
    ),
]
Profile = Annotated[
    str | None,
    typer.Option("--profile", metavar="NAME", help="An overlay from configs/profiles/."),
]
Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="SECTION.KEY=VALUE",
        help="One setting, stronger than every file; repeatable.",
    ),
]
OneSymbol = Annotated[
    str | None, typer.Option(metavar="S", help="Which symbol, where there are several.")
]
HigherTimeframes = Annotated[
    str | None,
    typer.Option(metavar="1h,…", help="Higher timeframes; left out, the configured ones."),
]

_CHECKOUT = Path(__file__).parents[4]


def config_manager(
    *, files: list[Path] | None, profile: str | None, overrides: list[str] | None
) -> ConfigManager:
    """Return the manager for what the command line says, seen from the working directory."""
    sources = Sources(
        home=_working_directory(),
        directory=_config_directory(),
        environment=os.environ,
        profile=profile,
        files=tuple(files or ()),
        overrides=tuple(overrides or ()),
    )
    return ConfigManager(
        sources,
        catalogue=strategy_catalogue(sources.home),
    )


def _working_directory() -> Path:
    try:
        return Path.cwd()
    except OSError as exc:
        problem = f"the working directory is gone ({exc.strerror}), change to another"
        raise ConfigError([problem]) from exc


def _config_directory() -> Path:
    """Return the configs/ of the working directory, else the one beside this code."""
    here = Path("configs")
    return here if is_there(here / "noctule.ini") else _CHECKOUT / "configs"
