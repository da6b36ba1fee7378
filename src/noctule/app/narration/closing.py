"""The last block of a run, and the one that says how to go on."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from noctule.adapters.binance.settings import Environment
from noctule.app.narration.amounts import price_text, signed
from noctule.app.narration.chatter import Held
from noctule.app.narration.told_events import RunTally
from noctule.config.settings import Settings
from noctule.domain.values import Price, Symbol
from noctule.telemetry.narration import Block, Tone

__all__ = ["Ending", "Guard", "closing", "how_to_go_on", "program_name"]

_ENDS: Final[Mapping[Environment, str]] = {
    "sim": "the position ends with the simulated exchange",
    "paper": "it is play money, and taken up again by the next start",
}


class Guard(Struct, frozen=True, kw_only=True):
    """Where a stop rests, and a target, if there is one."""

    stop: Price
    target: Price | None


class Ending(Struct, frozen=True, kw_only=True):
    """What a run came to, and what it leaves."""

    tally: RunTally
    held: Sequence[Held]
    asset: str
    settings: Settings
    guard_of: Callable[[Symbol], Guard | None]


def closing(ending: Ending) -> Block:
    """Say it."""
    return Block(title="What it came to", rows=tuple(_rows(ending)))


def _rows(ending: Ending) -> Iterator[tuple[str, str]]:
    tally, settings = ending.tally, ending.settings
    yield (
        "trades",
        f"{tally.text()}: {signed(tally.net)} {ending.asset} net"
        if tally.count
        else "none was closed",
    )
    for each in ending.held:
        pnl = "" if each.pnl is None else f", {signed(each.pnl)} {ending.asset} by now"
        guard = _guarded(ending.guard_of(each.symbol))
        yield "open", f"{each.symbol} {each.text}{pnl}; {guard}"
    if not ending.held:
        yield "open", "nothing"
    elif settings.api.rest_url is None and settings.api.environment in _ENDS:
        yield "", _ENDS[settings.api.environment]
    yield "logs", f"{settings.logging.file}, {settings.logging.trade_log}"


def _guarded(guard: Guard | None) -> str:
    if guard is None:
        return "no stop of ours rests there"
    target = "" if guard.target is None else f", target at {price_text(guard.target)}"
    return f"guarded by a stop at {price_text(guard.stop)}{target}"


def how_to_go_on(environment: Environment, symbol: Symbol) -> Block:
    """Return what can be done next, as it would be typed here."""
    rows = [
        ("status", "what it holds, waits for and may lose"),
        ("trades", "what it has earned"),
        (f"why {symbol}", "why it traded on the last candle, or why not"),
        ("strategy new my_idea", "a strategy of your own to begin with"),
    ]
    if environment == "sim":
        rows += [
            ("--profile paper", "Binance's live prices, play money, no key"),
            ("--profile testnet", "its demo exchange; keys made there go into .env"),
        ]
    title = f"How to go on, in another terminal:  {program_name()} …"
    return Block(title=title, rows=tuple(rows), tone=Tone.ACT)


def program_name() -> str:
    """Return how this program is started from here."""
    script = Path(sys.argv[0])
    if script.name != "main.py":
        return "noctule"
    return f"{_python()} {script}"


def _python() -> str:
    if os.environ.get("VIRTUAL_ENV"):
        return "python"
    executable = Path(sys.executable)
    here = Path.cwd()
    return str(executable.relative_to(here) if executable.is_relative_to(here) else executable)
