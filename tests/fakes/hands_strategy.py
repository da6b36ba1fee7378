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

__all__ = ["NAME", "Scripted", "read_script", "register"]

NAME = "scripted"


class Scripted(Strategy):
    """Takes the next signal of its symbol's script at each closed candle; a test writes there."""

    script: ClassVar[dict[Symbol, deque[Signal | None]]] = {}
    follows: ClassVar[Path | None] = None  # a file of signals by candle, for another process
    move_stop: ClassVar[Callable[[float], None] | None] = None  # what a script may want as well

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        if Scripted.follows is not None:
            return _obey(read_script(Scripted.follows, candle))
        waiting = Scripted.script.get(candle.symbol)
        return waiting.popleft() if waiting else None


def read_script(path: Path, candle: Candle) -> Signal | float | None:
    """Return what a file says of the candle that closed; a number is where a stop is to stand."""
    lines: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    told = lines.get(f"{candle.symbol} {candle.close_ms}")
    return told if told is None or isinstance(told, float) else msgspec.convert(told, Signal)


def _obey(told: Signal | float | None) -> Signal | None:
    if isinstance(told, float):
        assert Scripted.move_stop is not None, "nobody moves stops here"
        Scripted.move_stop(told)
        return None
    return told


def register() -> None:
    """Put the strategy into the table, where the configuration finds it by its name."""
    cast("dict[str, type[Strategy]]", STRATEGIES)[NAME] = Scripted  # it is one, whatever it says
