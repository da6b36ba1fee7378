"""`audit`: what the audit trail is good for."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from noctule.adapters.store.audit import Broken, Verified, verify
from noctule.app.cli.options import ConfigFiles, Overrides, Profile, config_manager
from noctule.app.exits import ExitCode
from noctule.config.manager import ConfigManager
from noctule.domain.errors import ConfigError

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True)


@app.callback()
def audit() -> None:
    """Look after the audit trail.

    Example: noctule audit verify
    """


@app.command("verify")
def verify_file(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="The audit trail; left out, the configured one.",
            show_default=False,
            exists=True,
            dir_okay=False,
            readable=True,
        ),
    ] = None,
    *,
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Check the audit trail's hash chain and name the first bad line.

    Example: noctule audit verify logs/audit.jsonl
    """
    if file is None:
        file = _configured(config_manager(files=config, profile=profile, overrides=overrides))
    verdict = verify(file)
    if as_json:
        typer.echo(msgspec.json.encode(verdict).decode())
    elif isinstance(verdict, Broken):
        typer.echo(f"{file}:{verdict.line}: {verdict.reason}", err=True)
    else:
        _print_sound(file, verdict)
    if isinstance(verdict, Broken):
        raise typer.Exit(ExitCode.WRONG_USE)


def _configured(manager: ConfigManager) -> Path:
    configuration = manager.load()
    path = configuration.settings.logging.audit_log
    if not path.is_file():
        origin = configuration.origins["logging.audit_log"]
        raise ConfigError([f"{origin} [logging] audit_log: there is no {path} yet, name a FILE"])
    return path


def _print_sound(file: Path, verdict: Verified) -> None:
    for gap in verdict.gaps:
        typer.echo(f"{file}:{gap.line}: {gap.reason}")
    typer.echo(f"{file}: {verdict.lines} lines, the chain holds, head {verdict.head}")
