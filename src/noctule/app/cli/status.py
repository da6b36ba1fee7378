"""`status`: how the running bot is, on one screen."""

import time
from typing import Annotated, Final

import typer
from rich.live import Live

from noctule.app.cli.control_door import Door, Json, door_of, show, write
from noctule.app.cli.options import ConfigFiles, Overrides, Profile
from noctule.app.cli.status_screen import screen_of
from noctule.app.cli.terminal import output

__all__ = ["status"]

_EVERY_S: Final = 1.0


def status(
    *,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Look again each second until Ctrl-C.")
    ] = False,
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Show how the running bot is: its money, positions, orders, and what it waits for.

    Example: noctule status --watch
    """
    door = door_of(config=config, profile=profile, overrides=overrides)
    if watch and not as_json:
        _watch(door)
    elif as_json:
        write(door.status())
    else:
        show(screen_of(door.status()))


def _watch(door: Door) -> None:
    """Show it again and again; Ctrl-C is how one leaves, and no failure."""
    try:
        with Live(console=output(), screen=False, auto_refresh=False) as live:
            while True:
                live.update(screen_of(door.status()), refresh=True)
                time.sleep(_EVERY_S)
    except KeyboardInterrupt:
        pass
