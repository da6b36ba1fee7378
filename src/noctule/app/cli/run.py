"""`run`: the daemon."""

import asyncio
from typing import Annotated

import typer
import uvloop

from noctule.app.bot import TradingBot
from noctule.app.cli.options import ConfigFiles, Overrides, Profile, config_manager
from noctule.app.exits import exit_code_of
from noctule.app.records import redactor_of
from noctule.config.manager import ConfigManager
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError
from noctule.engine.outcome import outcome_of

__all__ = ["run"]


def run(
    *,
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    live: Annotated[
        bool, typer.Option("--live", help="Say that real money is meant; needed to trade live.")
    ] = False,
) -> None:
    """Run the daemon in the environment that the configuration names.

    Example: noctule run --profile testnet --set trading.symbols=ETHUSDT
    """
    manager = config_manager(files=config, profile=profile, overrides=overrides)
    configuration = manager.load()
    _refuse_what_cannot_run(configuration, live=live)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        failure = runner.run(_live(manager))
    if isinstance(failure, ConfigError):
        raise failure
    if failure is not None:
        text = f"noctule: {type(failure).__name__}: {failure}"
        typer.echo(redactor_of(configuration).redact(text), err=True)
    raise typer.Exit(exit_code_of(failure))


async def _live(manager: ConfigManager) -> Exception | None:
    return await outcome_of(TradingBot.create(manager).live())


def _refuse_what_cannot_run(configuration: Configuration, *, live: bool) -> None:
    """Ask for the second statement that real money needs, and for credentials."""
    problems = []
    if configuration.credentials_problem is not None:
        problems.append(configuration.credentials_problem)
    is_live = configuration.settings.api.environment == "live"
    if is_live and not live:
        origin = configuration.origins["api.environment"]
        problems.append(
            f"{origin} [api] environment: live trades real money, add --live to say so again"
        )
    if live and not is_live:
        problems.append("--live: the environment is not live, set [api] environment = live too")
    if problems:
        raise ConfigError(problems)
