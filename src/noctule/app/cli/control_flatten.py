"""`flatten`: close what is held, and wait until it is."""

import time
from collections.abc import Collection, Sequence
from typing import Annotated, Final

import typer
from msgspec import Struct
from rich.text import Text

from noctule.adapters.control.words import Ask, Request
from noctule.app.cli.control import agreed
from noctule.app.cli.control_door import Door, Json, Yes, door_of, fail, is_attended, show, write
from noctule.app.cli.options import ConfigFiles, Overrides, Profile
from noctule.app.cli.status_tables import trade_line
from noctule.domain.commands import CommandOutcome
from noctule.domain.status import StatusView, TradeView
from noctule.domain.values import Symbol

__all__ = ["flatten"]

_PAUSE_S: Final = 0.25
_TRADE_LOOKS: Final = 8  # that the last fill may be told later than the flat position


class _Flattened(Struct, frozen=True, kw_only=True):
    symbols: tuple[Symbol, ...]  # that were asked to leave
    is_flat: bool
    trades: tuple[TradeView, ...]


def flatten(  # noqa: PLR0913  # options of a command
    symbol: Annotated[
        str | None, typer.Argument(metavar="[SYMBOL]", help="Which; left out, all.")
    ] = None,
    *,
    wait: Annotated[
        int, typer.Option(metavar="SECONDS", min=0, help="How long to wait until it is flat.")
    ] = 60,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Only ask; do not wait.")] = False,
    yes: Yes = False,
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Close what is held of one symbol, or of all, and cancel what would enter there.

    Entries stay on: `pause` first if nothing is to be entered again. Exit code 1: not flat in time.

    Example: noctule flatten BTCUSDT
    """
    door = door_of(config=config, profile=profile, overrides=overrides)
    looks = max(1, round(wait / _PAUSE_S))
    wanted = None if symbol is None else symbol.upper()
    agreed(door.status(), f"close {wanted or 'all that is held'}", is_sure=yes)
    outcome = _asked(door, wanted, looks)
    result = _Flattened(symbols=outcome.symbols, is_flat=not outcome.symbols, trades=())
    if outcome.symbols and not no_wait:
        result = _awaited(door, outcome, looks, is_told=not as_json and is_attended())
    if as_json:
        write(result)
    else:
        _show(door, result, wanted, is_awaited=not no_wait)
    if not (result.is_flat or no_wait):
        raise typer.Exit(1)


def _asked(door: Door, symbol: str | None, looks: int) -> CommandOutcome:
    """Ask, and ask again while the bot is still finding out what it holds."""
    request = Request(ask=Ask.FLATTEN, symbol=symbol)
    answer = door.reply(request).answer
    for _ in range(looks):
        if not answer.is_early:
            break
        time.sleep(_PAUSE_S)
        answer = door.reply(request).answer
    if answer.problem is not None:
        fail(answer.problem)
    assert answer.outcome is not None, "an answer without a problem has what was asked for"
    return answer.outcome


def _awaited(door: Door, outcome: CommandOutcome, looks: int, *, is_told: bool) -> _Flattened:
    """Look until nothing is left of these symbols and their trades are told, or time is up."""
    symbols, flat_looks, said = outcome.symbols, 0, ""
    while True:
        view = door.status()
        left, trades = _left(view, symbols), _trades(view, outcome)
        flat_looks += not left
        are_told = {each.symbol for each in trades} >= {*symbols}
        is_over = not left and (are_told or flat_looks > _TRADE_LOOKS)
        looks -= 1
        if is_over or looks <= 0:
            return _Flattened(symbols=symbols, is_flat=not left, trades=trades)
        if is_told and left and said != (said := f"closing {', '.join(left)} …"):
            show(Text(said, style="dim"))
        time.sleep(_PAUSE_S)


def _left(view: StatusView, symbols: Collection[Symbol]) -> Sequence[Symbol]:
    held = {each.symbol for each in view.positions if each.is_ours}
    resting = {each.symbol for each in view.orders}
    return sorted({*symbols} & (held | resting))


def _trades(view: StatusView, outcome: CommandOutcome) -> tuple[TradeView, ...]:
    """Return the trades that were closed since we asked."""
    found = [
        each
        for each in view.today.latest
        if each.symbol in outcome.symbols and each.closed_ms >= outcome.at_ms
    ]
    return tuple(reversed(found))


def _show(door: Door, result: _Flattened, symbol: str | None, *, is_awaited: bool) -> None:
    names = ", ".join(result.symbols)
    if not result.symbols:
        show(Text(f"nothing of ours is held{'' if symbol is None else f' of {symbol}'}"))
        return
    for trade in result.trades:
        show(trade_line(trade))
    if not is_awaited:
        show(Text(f"closing {names}: look at status"))
    elif not result.is_flat:
        show(Text(f"{names}: not flat yet, the bot goes on closing", style="bold red"))
    else:
        show(Text(f"flat: {names}", style="green"))
        if not door.status().halts:
            show(Text("entries are still on: noctule pause keeps them off", style="dim"))
