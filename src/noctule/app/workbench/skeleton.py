"""A strategy to begin with: it works, says what each part is for, and brings its own test."""

import keyword
import sys
from pathlib import Path
from typing import Final

from msgspec import Struct

from noctule.config.reading import remedy_of
from noctule.config.strategies import LABEL
from noctule.domain.errors import ConfigError

__all__ = ["Skeleton", "write_skeleton"]

_COMMAND: Final = "strategy new"


class Skeleton(Struct, frozen=True, kw_only=True):
    """The two files that were written, and what an INI file calls the strategy."""

    strategy: str
    test: str
    reference: str


def write_skeleton(name: str, folder: Path) -> Skeleton:
    """Write NAME.py and test_NAME.py; nothing that is there is touched."""
    _judge_name(name)
    strategy, test = folder / f"{name}.py", folder / f"test_{name}.py"
    for path in (strategy, test):
        if path.exists() or path.is_symlink():
            raise ConfigError([f"{_COMMAND}: {path} is there already, take another name or folder"])
    title = _title(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in ((strategy, _STRATEGY), (test, _TEST)):
            with path.open("x", encoding="utf-8") as file:
                file.write(text.replace("my_idea", name).replace("MyIdea", title))
    except OSError as exc:
        what = f"{_COMMAND}: {exc.filename} cannot be written ({exc.strerror}), {remedy_of(exc)}"
        raise ConfigError([what]) from exc
    return Skeleton(strategy=str(strategy), test=str(test), reference=f"{strategy}:{title}")


def _judge_name(name: str) -> None:
    """Refuse what could not be imported, or would be mistaken for something else."""
    taken = keyword.iskeyword(name) or name in sys.stdlib_module_names or name == "noctule"
    if taken:
        raise ConfigError([f"{_COMMAND}: {name!r} is a name of Python's own, e.g. my_{name}"])
    if not LABEL.fullmatch(name) or name[0].isdigit():
        wanted = "small letters, digits and _, beginning with a letter, e.g. my_idea"
        raise ConfigError([f"{_COMMAND}: {name!r} cannot be a name, write {wanted}"])


def _title(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


_STRATEGY: Final = '''\
"""MyIdea: say here in a sentence when it enters, and why that should earn money.

What stands below works: it follows a moving average. It shows how a strategy is written, and is
not meant to earn anything. Change it, and after every change let it be looked at:

    noctule strategy check my_idea.py
    python -m pytest -p no:asyncio test_my_idea.py
"""

from typing import ClassVar, cast

from noctule.indicators import Atr, Ema
from noctule.strategies import Candle, Direction, MarketView, Signal, Strategy, StrategySettings
from pydantic import Field


class MyIdeaSettings(StrategySettings, frozen=True):
    """Its keys in the INI file: each has a type, a default and a range, and is checked by them."""

    average: int = Field(default=50, ge=2, le=1000, description="candles in the moving average")
    swing: int = Field(default=14, ge=2, le=1000, description="candles in the usual range (ATR)")
    risk: float = Field(default=2.0, gt=0, le=20, description="distance of the stop, in ranges")
    reward: float = Field(default=3.0, gt=0, le=50, description="distance of the target, likewise")


class MyIdea(Strategy):
    """Follow the price through its moving average, and leave when it comes back."""

    Settings: ClassVar[type[StrategySettings]] = MyIdeaSettings
    reverse: ClassVar[bool] = False  # True: an opposite signal enters once the position is closed
    # reads_regime = True, if it looks at view.regime: a start then reads enough history for one.

    def __init__(self, settings: StrategySettings) -> None:
        super().__init__(settings)
        self.own = cast("MyIdeaSettings", settings)  # made of Settings above

    @property
    def warmup_bars(self) -> int:
        """Say how many candles of history it needs before it can say anything."""
        return max(self.own.average, self.own.swing) + 1

    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        """Say what this closed candle calls for: it is called once for each, oldest first.

        There is one instance for each symbol. It must be quick (50 ms) and pure: no clock, no
        network, no files, no randomness. The same candles must always make the same signals.
        """
        if candle.timeframe != view.timeframes[0]:
            return None  # a bar of [trading] higher_timeframes; view.on("1h") shows those, too

        # An indicator is asked for with the same arguments on every candle; it has read them all.
        average = view.indicator(Ema, self.own.average).value
        swing = view.indicator(Atr, self.own.swing).value
        closes = view.history(candle.timeframe).closes(2)
        if average is None or not swing or len(closes) < 2:
            return None  # still warming up, or nothing moves

        before, now = closes
        if view.position.is_flat:
            if before <= average < now:
                return self._entry(Direction.LONG, candle.close, swing)
            if before >= average > now:
                return self._entry(Direction.SHORT, candle.close, swing)
            return None

        is_long = view.position.signed_quantity > 0
        if is_long != (now > average):
            return Signal(direction=Direction.FLAT, reason=f"close back across EMA {average:.8g}")
        return None

    def waits_for(self, candle: Candle, view: MarketView) -> str | None:
        """Say in a clause what it waits for: `status` and `why` show it. It may be left out."""
        average = view.indicator(Ema, self.own.average).value
        if average is None:
            return None
        side = "above" if candle.close < average else "below"
        return f"closed at {candle.close:.8g}: waits for a close {side} EMA {average:.8g}"

    def _entry(self, direction: Direction, close: float, swing: float) -> Signal:
        sign = 1 if direction is Direction.LONG else -1
        return Signal(
            direction=direction,
            reason=f"close across EMA {self.own.average}, ATR {swing:.8g}",  # for people
            stop=close - sign * self.own.risk * swing,  # without one [risk] stop_loss is taken
            target=close + sign * self.own.reward * swing,  # likewise take_profit
        )
'''

_TEST: Final = '''\
"""What MyIdea promises, each promise a test: python -m pytest -p no:asyncio test_my_idea.py

A rehearsal plays the strategy through candles as the bot would; nothing is sent anywhere.
"""

import sys
from pathlib import Path

import pytest
from noctule.strategies import Direction, Signal
from noctule.strategies.rehearsal import candles_from, rehearse

sys.path.insert(0, str(Path(__file__).parent))  # from wherever pytest is started

from my_idea import MyIdea, MyIdeaSettings

SETTINGS = MyIdeaSettings(average=5, swing=3, risk=10, reward=20)
FALL = [100.0 - step for step in range(20)]
RISE = [80.0 + step for step in range(20)]


def signals(closes: list[float]) -> list[Signal]:
    """Return what it says while candles close at these prices."""
    return [signal for _, signal in rehearse(MyIdea(SETTINGS), candles_from(closes))]


def test_it_enters_long_when_the_price_rises_through_its_average() -> None:
    (signal,) = signals(FALL + RISE)
    assert signal.direction is Direction.LONG


def test_it_leaves_when_the_price_comes_back() -> None:
    entry, leave = signals([*FALL, 84, 86, 87, 80])
    assert (entry.direction, leave.direction) == (Direction.LONG, Direction.FLAT)


def test_stop_and_target_stand_on_either_side_of_the_close() -> None:
    candles = candles_from(RISE + FALL)
    ((candle, signal),) = rehearse(MyIdea(SETTINGS), candles)
    assert signal.direction is Direction.SHORT
    assert signal.stop is not None
    assert signal.target is not None
    assert signal.target < candle.close < signal.stop


def test_it_says_nothing_before_it_is_warm() -> None:
    assert signals(FALL[:4]) == []


def test_what_comes_later_changes_nothing_that_was_said_before() -> None:
    whole = rehearse(MyIdea(SETTINGS), candles_from(FALL + RISE))
    early = rehearse(MyIdea(SETTINGS), candles_from((FALL + RISE)[:25]))
    assert early == [each for each in whole if each[0].close_ms <= early[-1][0].close_ms]


@pytest.mark.parametrize("average", [1, 1001])
def test_settings_outside_of_their_range_are_refused(average: int) -> None:
    with pytest.raises(ValueError, match="average"):
        MyIdeaSettings(average=average)
'''
