"""`check`: whether the configuration is right, and whether the exchange agrees with it."""

import sys
from itertools import groupby
from typing import Annotated

import typer

from noctule.app.cli.online import ask_exchange, write_online
from noctule.app.cli.options import ConfigFiles, Overrides, Profile, config_manager
from noctule.config.describe import Row, describe, described_as_json
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError

__all__ = ["check"]

_VALUE_WIDTH = 24  # a longer one pushes its origin to the right


def check(  # noqa: PLR0913  # options of a command
    *,
    online: Annotated[
        bool, typer.Option("--online", help="Ask the exchange, too; nothing is changed there.")
    ] = False,
    probe: Annotated[
        bool,
        typer.Option(
            "--probe",
            help="Also place, read back and cancel an order of every type, far from the market.",
        ),
    ] = False,
    live: Annotated[
        bool, typer.Option("--live", help="Say that a real account is meant; needed to probe live.")
    ] = False,
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Validate the configuration and print every effective setting with its origin.

    With --online the exchange is asked whether it can be traded like this: one line per finding.
    Exit code 1: something failed; 75: the exchange cannot be reached.

    Example: noctule check --profile testnet --online
    """
    manager = config_manager(files=config, profile=profile, overrides=overrides)
    configuration = manager.load()
    if probe:
        _approve_probe(configuration, says_live=live)
    is_asking = (online or probe) and configuration.credentials_problem is None
    if not as_json:
        _print_table(configuration)
    elif not is_asking:
        typer.echo(described_as_json(configuration))
    if configuration.credentials_problem is not None:
        raise ConfigError([configuration.credentials_problem])
    if is_asking:
        report = ask_exchange(configuration, is_probing=probe, is_quiet=as_json)
        if as_json:
            typer.echo(write_online(configuration, report))
        raise typer.Exit(report.exit_code)


def _approve_probe(configuration: Configuration, *, says_live: bool) -> None:
    """Refuse where there is nothing to probe with, and ask twice where it is real."""
    environment = configuration.settings.api.environment
    origin = configuration.origins["api.environment"]
    if environment == "paper":
        raise ConfigError([f"{origin} [api] environment: paper has nothing to probe, take testnet"])
    if environment == "live" and not says_live:
        raise ConfigError(
            [
                f"{origin} [api] environment: --probe places orders on the live account (far from "
                "the market, and cancels them), add --live to say that you mean it"
            ]
        )


def _print_table(configuration: Configuration) -> None:
    rows = describe(configuration)
    key_width = max(len(row.key) for row in rows)
    for section, group in groupby(rows, key=lambda row: row.section):
        typer.secho(f"\n[{section}]", bold=sys.stdout.isatty())
        for row in group:
            typer.echo(_line(row, key_width))
    typer.echo(f"\nconfiguration {configuration.fingerprint[:12]}")


def _line(row: Row, key_width: int) -> str:
    return f"  {row.key:{key_width}}  {row.value or '-':{_VALUE_WIDTH}}  {row.origin}"
