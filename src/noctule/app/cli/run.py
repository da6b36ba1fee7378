"""`run`: the daemon."""

import asyncio
from functools import partial
from typing import Annotated

import typer
import uvloop

from noctule.app.bot import TradingBot
from noctule.app.cli.options import ConfigFiles, Overrides, Profile, config_manager
from noctule.app.exits import describe_failure, exit_code_of
from noctule.app.process import live as live_with_signals
from noctule.app.wiring import WIRINGS, ended_after
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError

__all__ = ["run"]


def run(
    *,
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    live: Annotated[
        bool, typer.Option("--live", help="Say that real money is meant; needed to trade live.")
    ] = False,
    until_flat_after: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Stop by itself: after N closed base candles nothing is entered, and once flat "
            "the run ends. For simulations and tests, not for live.",
        ),
    ] = None,
) -> None:
    """Run the daemon in the environment that the configuration names.

    Example: noctule run --profile testnet --set trading.symbols=ETHUSDT
    """
    manager = config_manager(files=config, profile=profile, overrides=overrides)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        bot = TradingBot.create(
            manager,
            wirings=WIRINGS if until_flat_after is None else ended_after(until_flat_after),
            approve=partial(_approve, says_live=live, may_live=until_flat_after is None),
        )
        failure = runner.run(live_with_signals(bot))
    if isinstance(failure, ConfigError):
        raise failure
    if failure is not None:
        typer.echo(bot.redactor.redact(describe_failure(failure)), err=True)
    raise typer.Exit(exit_code_of(failure))


def _approve(configuration: Configuration, *, says_live: bool, may_live: bool) -> None:
    """Ask for the second statement that real money needs, and for credentials."""
    problems = []
    if configuration.credentials_problem is not None:
        problems.append(configuration.credentials_problem)
    is_live = configuration.settings.api.environment == "live"
    if is_live and not says_live:
        origin = configuration.origins["api.environment"]
        problems.append(
            f"{origin} [api] environment: live trades real money, add --live to say so again"
        )
    if says_live and not is_live:
        problems.append("--live: the environment is not live, set [api] environment = live too")
    if is_live and not may_live:
        problems.append("--until-flat-after: not in live, use pause and stop there")
    if problems:
        raise ConfigError(problems)
