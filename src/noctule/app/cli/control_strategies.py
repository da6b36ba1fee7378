"""`strategy enable` and `strategy disable`: one strategy of the running bot on or off."""

from typing import Annotated

import typer
from rich.text import Text

from noctule.adapters.control.words import Ask, Request
from noctule.app.cli.control_door import Json, door_of, show, write
from noctule.app.cli.options import ConfigFiles, Overrides, Profile
from noctule.domain.commands import CommandOutcome

__all__ = ["disable", "enable"]

_Name = Annotated[str, typer.Argument(metavar="NAME", help="As its section, or status, calls it.")]


def enable(
    name: _Name,
    *,
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Let a strategy of the running bot begin anew, whatever it was disabled for.

    Example: noctule strategy enable my_idea
    """
    door = door_of(config=config, profile=profile, overrides=overrides)
    outcome = door.ask(Request(ask=Ask.ENABLE_STRATEGY, strategy=name)).outcome
    _tell(outcome, f"{name} begins anew with the next candle of", as_json=as_json)


def disable(
    name: _Name,
    *,
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Ask a strategy of the running bot no more, until it is enabled or the bot starts anew.

    Its entries that have not filled are cancelled; what is held stays guarded by its stops.

    Example: noctule strategy disable my_idea
    """
    door = door_of(config=config, profile=profile, overrides=overrides)
    outcome = door.ask(Request(ask=Ask.DISABLE_STRATEGY, strategy=name)).outcome
    _tell(outcome, f"{name} is asked no more on", as_json=as_json)


def _tell(outcome: CommandOutcome | None, what: str, *, as_json: bool) -> None:
    assert outcome is not None, "an answer without a problem has what was asked for"
    if as_json:
        write(outcome)
    elif outcome.symbols:
        show(Text(f"{what} {', '.join(outcome.symbols)}"))
    else:
        show(Text("it was disabled already: nothing has changed"))
