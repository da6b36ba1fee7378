"""Asks a strategy as the bot would, and counts what it says, what it takes, and what goes wrong."""

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, TypeVar

from noctule.adapters.report.axes import minute_text
from noctule.app.workbench.seal import Seal
from noctule.domain.errors import ConfigError
from noctule.domain.market import Candle
from noctule.domain.signals import Signal, answer_flaw
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy
from noctule.strategies.rehearsal import Rehearsal, ask_strategy
from noctule.telemetry.attempt import contained

__all__ = ["Blame", "Questioner", "Said", "made_again", "play"]

T = TypeVar("T")
Said = list[tuple[Candle, Signal]]
Blame = Callable[[BaseException], str]  # says what was raised, and by which of the owner's lines

_KINDS_MAX: Final = 100  # of mistakes
_NUMBER: Final = re.compile(r"(?<=\s)-?\d[\w.+-]*")


class Questioner:
    """One strategy that is asked, in a guarded call."""

    def __init__(
        self,
        strategy: Strategy,
        *,
        blame: Blame,
        seal: Seal | None = None,
        hear: Callable[[], None] = lambda: None,
    ) -> None:
        self.strategy = strategy
        self.took_ns: list[int] = []
        self.troubles: Counter[str] = Counter()  # what it raised or returned wrong
        self.first: dict[str, str] = {}  # when each of them happened first
        self._kinds: dict[str, str] = {}  # without its numbers: the first of the kind
        self._blame = blame
        self._seal = seal
        self._hear = hear  # told after every answer

    def ask(self, candle: Candle, view: MarketView) -> Signal | None:
        """Return the signal, if it is one; whatever else comes is counted."""
        began_ns = time.perf_counter_ns()
        answer = self._answer(candle, view)
        self.took_ns.append(time.perf_counter_ns() - began_ns)
        self._hear()
        if answer is None:
            return None
        if isinstance(answer, BaseException):
            self._note(self._blame(answer), candle)
            return None
        flaw = answer_flaw(answer, candle.close)
        if flaw is None:
            assert isinstance(answer, Signal), f"{answer!r} has no flaw"
            return answer.plain()
        self._note(flaw, candle)
        return None

    def rehearsal(self, first: Candle, higher: Sequence[str]) -> Rehearsal:
        """Begin to play the candles of this symbol."""
        begin = partial(Rehearsal.of, self.strategy, first, higher=higher, ask=self.ask)
        return made_again(begin, blame=self._blame)

    def _answer(self, candle: Candle, view: MarketView) -> object:
        call = partial(ask_strategy, self.strategy, candle, view)
        if self._seal is None:
            return contained(call)  # nobody pressed Ctrl-C here
        with self._seal.watching():
            return contained(call)

    def _note(self, trouble: str, candle: Candle) -> None:
        """Count it as one with those that differ from it in their numbers only."""
        kind = _NUMBER.sub("#", trouble)
        known = self._kinds.get(kind)
        if known is None and len(self._kinds) < _KINDS_MAX:
            known = self._kinds[kind] = trouble
            self.first[trouble] = f"{candle.timeframe} {minute_text(candle.close_ms + 1)}"
        if known is not None:
            self.troubles[known] += 1


def made_again(make: Callable[[], T], *, blame: Blame) -> T:
    """Make what was made well when its file was loaded; if it fails now, that is a ConfigError."""
    made = contained(make)
    if not isinstance(made, BaseException):
        return made
    raise ConfigError([f"{blame(made)} while it was made once more, mend it there"]) from made


def play(
    questioner: Questioner,
    candles: Sequence[Candle],
    *,
    higher: Sequence[str] = (),
    is_enough: Callable[[], bool] = lambda: False,
) -> Said:
    """Play a strategy through candles until that is enough; return everything it signalled."""
    rehearsal = questioner.rehearsal(candles[0], higher)
    said: Said = []
    for candle in candles:
        said += rehearsal.close(candle)
        if is_enough():
            break
    return said
