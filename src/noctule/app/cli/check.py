"""`check`: whether the configuration is right, and what it amounts to."""

import sys
from itertools import groupby
from typing import Annotated

import typer

from noctule.app.cli.options import ConfigFiles, Overrides, Profile, config_manager
from noctule.config.describe import Row, describe, described_as_json
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError

__all__ = ["check"]

_VALUE_WIDTH = 24  # a longer one pushes its origin to the right


def check(
    *,
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Validate the configuration and print every effective setting with its origin.

    Example: noctule check --config my.ini --json
    """
    manager = config_manager(files=config, profile=profile, overrides=overrides)
    configuration = manager.load()
    if as_json:
        typer.echo(described_as_json(configuration))
    else:
        _print_table(configuration)
    problem = configuration.credentials_problem
    if problem is not None:
        raise ConfigError([problem])


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
