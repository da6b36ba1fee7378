"""A strategy that says what a test wrote down for it, candle by candle, and nothing else."""

import json
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, cast

import msgspec
from typing_extensions import override

from noctule.domain.market import Candle
from noctule.domain.signals import Signal
from noctule.domain.values import Symbol
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy
from noctule.strategies.factory import STRATEGIES
from tests.fakes.misdeeds import HOLD, LOOP, SWALLOW, Misdeed, block

__all__ = ["BLOCKS", "HOLDS", "LOOPS", "NAME", "SWALLOWS", "Scripted", "read_script", "register"]

NAME = "scripted"
SWALLOWS = "swallow every interruption for ever"  # in a file, instead of a signal
HOLDS = "hold the interpreter for ever"
LOOPS = "loop for ever"
BLOCKS = "block for two seconds"
_WORDS = {SWALLOWS: SWALLOW, HOLDS: HOLD, LOOPS: LOOP, BLOCKS: block(2)}


class Scripted(Strategy):
    """Takes the next signal of its symbol's script at each closed candle; a test writes there.

    What stands there instead of a signal is done, whatever comes of it.
    """

    script: ClassVar[dict[Symbol, deque[Signal | Misdeed | None]]] = {}
    follows: ClassVar[Path | None] = None  # a file of signals by candle, for another process
    move_stop: ClassVar[Callable[[float], None] | None] = None  # what a script may want as well

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        if Scripted.follows is not None:
            told = read_script(Scripted.follows, candle)
            return _WORDS[told](candle, view) if isinstance(told, str) else _obey(told)
        waiting = Scripted.script.get(candle.symbol)
        said = waiting.popleft() if waiting else None
        return said(candle, view) if isinstance(said, Misdeed) else said


def read_script(path: Path, candle: Candle) -> Signal | float | str | None:
    """Return what a file says of the candle that closed; a number is where a stop is to stand."""
    lines: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    told = lines.get(f"{candle.symbol} {candle.close_ms}")
    return msgspec.convert(told, Signal) if isinstance(told, dict) else told


def _obey(told: Signal | float | None) -> Signal | None:
    if isinstance(told, float):
        assert Scripted.move_stop is not None, "nobody moves stops here"
        Scripted.move_stop(told)
        return None
    return told


def register() -> None:
    """Put the strategy into the table, where the configuration finds it by its name."""
    cast("dict[str, type[Strategy]]", STRATEGIES)[NAME] = Scripted  # it is one, whatever it says
