"""What a strategy may do instead of thinking: each is called as its `analyze` is."""

import asyncio
import sys
import time
from decimal import Decimal
from itertools import count
from typing import Any, Final

from noctule.domain.market import Candle
from noctule.domain.signals import Direction, Signal
from noctule.market.view import MarketView

__all__ = ["HOLD", "LOOP", "MISDEEDS", "SWALLOW", "Misdeed", "block"]


class Misdeed:
    """One way to misbehave, by its name."""

    def __init__(self, call: Any, told: str) -> None:
        self.call = call
        self.told = told  # a piece of what the owner reads about it

    def __call__(self, candle: Candle, view: MarketView) -> Any:
        return self.call(candle, view)


def _divide(candle: Candle, _view: MarketView) -> object:
    return candle.close / 0


def _exit(_candle: Candle, _view: MarketView) -> object:
    sys.exit(3)


def _interrupt(_candle: Candle, _view: MarketView) -> object:
    raise KeyboardInterrupt


def _leave_generator(_candle: Candle, _view: MarketView) -> object:
    raise GeneratorExit


def _be_cancelled(_candle: Candle, _view: MarketView) -> object:
    raise asyncio.CancelledError


def _recurse(candle: Candle, view: MarketView) -> object:
    return _recurse(candle, view)


def _run_out_of_memory(_candle: Candle, _view: MarketView) -> object:
    raise MemoryError


async def _be_async(_candle: Candle, _view: MarketView) -> object:
    return None


def _yield(_candle: Candle, _view: MarketView) -> Any:
    yield None


def _word(_candle: Candle, _view: MarketView) -> object:
    return "LONG"


def _signal(**fields: Any) -> Any:
    said: dict[str, Any] = {"direction": Direction.LONG, "reason": "a whim", **fields}
    return lambda _candle, _view: Signal(**said)


def _change_candle(candle: Candle, _view: MarketView) -> object:
    candle.close = 1.0  # type: ignore[misc]  # the mistake this is about
    return None


def _change_mark(_candle: Candle, view: MarketView) -> object:
    view.mark = None  # type: ignore[misc]  # the mistake this is about
    return None


def _change_position(_candle: Candle, view: MarketView) -> object:
    view.position.quantity = Decimal(7)  # type: ignore[misc, assignment]  # the mistake this is about
    return None


def _change_history(candle: Candle, view: MarketView) -> object:
    view.history(candle.timeframe)[0] = candle  # type: ignore[index]  # the mistake this is about
    return None


MISDEEDS: Final = {
    "divides by zero": Misdeed(_divide, "ZeroDivisionError: float division by zero"),
    "exits": Misdeed(_exit, "SystemExit: 3"),
    "raises Ctrl-C": Misdeed(_interrupt, "KeyboardInterrupt"),
    "leaves a generator": Misdeed(_leave_generator, "GeneratorExit"),
    "says it is cancelled": Misdeed(_be_cancelled, "CancelledError"),
    "recurses": Misdeed(_recurse, "RecursionError: maximum recursion depth exceeded"),
    "runs out of memory": Misdeed(_run_out_of_memory, "MemoryError"),
    "is async": Misdeed(_be_async, "analyze is async, and is called without waiting: remove async"),
    "is a generator": Misdeed(_yield, "analyze returned a generator, not a Signal or None"),
    "returns a word": Misdeed(_word, "analyze returned 'LONG', not a Signal or None"),
    "gives a NaN": Misdeed(_signal(stop=float("nan")), "stop nan is not a price"),
    "gives text": Misdeed(_signal(stop="59400"), "stop is '59400', not a number: give a float"),
    "gives a Decimal": Misdeed(
        _signal(stop=Decimal(59_400)), "stop is a Decimal, not a number: give a float"
    ),
    "stops on the wrong side": Misdeed(
        _signal(stop=60_600.0), "stop 60600.0 of a LONG is not below the close 60000.0"
    ),
    "aims behind the price": Misdeed(
        _signal(target=59_000.0), "target 59000.0 of a LONG is not above the close 60000.0"
    ),
    "gives no reason": Misdeed(_signal(reason=None), "reason is None, not text"),
    "changes the candle": Misdeed(_change_candle, "AttributeError: immutable type: 'Candle'"),
    "changes the mark": Misdeed(_change_mark, "AttributeError: property 'mark'"),
    "changes the position": Misdeed(_change_position, "AttributeError: immutable type: 'Position'"),
    "changes the history": Misdeed(_change_history, "TypeError: 'History' object"),
}


def block(seconds: float) -> Misdeed:
    """Return one that sleeps so long."""

    def sleep(_candle: Candle, _view: MarketView) -> object:
        time.sleep(seconds)
        return None

    return Misdeed(sleep, f"sleeps for {seconds} s")


def _loop(_candle: Candle, _view: MarketView) -> object:
    while True:
        pass


def _swallow(_candle: Candle, _view: MarketView) -> object:
    while True:
        try:
            time.sleep(0.01)
        except BaseException:  # noqa: BLE001  # the mistake this is about
            continue


def _hold(_candle: Candle, _view: MarketView) -> object:
    return sum(count())


LOOP: Final = Misdeed(_loop, "in _loop")
SWALLOW: Final = Misdeed(_swallow, "in _swallow")
HOLD: Final = Misdeed(_hold, "in _hold")  # no other thread runs, for this is no Python
