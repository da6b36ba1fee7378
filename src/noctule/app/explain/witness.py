"""A strategy driven over candles as the bot would, and what it saw and said on the way."""

from collections.abc import Sequence

from msgspec import Struct, structs

from noctule.app.explain.drawn import DRAWINGS_MAX, taken
from noctule.app.explain.turns import Turns, harmless
from noctule.domain.errors import StrategyError
from noctule.domain.market import Candle
from noctule.domain.signals import Signal
from noctule.engine.desk import Desk
from noctule.market.view import MarketView
from noctule.strategies.drawing import Area, Curve, Drawing, Level, Mark
from noctule.strategies.rehearsal import Rehearsal

__all__ = ["Said", "Witness", "last_call", "witness"]


class Said(Struct, frozen=True, kw_only=True):
    """A signal, the base candle it came with, and the candle it was about."""

    base: Candle
    candle: Candle  # the same, or a bar of a higher timeframe that closed with it
    signal: Signal


class Witness(Struct, frozen=True, kw_only=True):
    """What a strategy said while some candles closed, and what it saw at one of them."""

    candles: tuple[Candle, ...]  # the ones to show
    at: Candle
    said: tuple[Said, ...]  # while these closed
    drawings: tuple[Area | Level | Mark, ...]  # at that one
    curves: tuple[Curve, ...]  # at each
    troubles: tuple[str, ...]  # what its code raised or returned wrong, each once
    asked: int  # candles it was asked about in all
    failed: int  # of which it raised or was wrong about so many
    misdrawn: int  # and of those shown, when it drew what is no drawing, or failed to draw


class _Listener:
    """Asks the desk whenever a candle closes, and remembers what it failed at."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._rehearsal = Rehearsal(desk.board, self._ask, reverses=desk.reverses)
        self.troubles: dict[str, None] = {}
        self._turns = Turns(desk.files)
        self.asked = self.failed = self.misdrawn = 0

    def seed(self, candles: Sequence[Candle]) -> None:
        """Begin with history that the strategy is not asked about."""
        self._desk.board.seed(candles, dict.fromkeys(self._desk.board.higher, ()))

    def close(self, base: Candle) -> list[Said]:
        """Let a base candle close and return what is called for."""
        said = self._rehearsal.close(base)
        return [Said(base=base, candle=candle, signal=_harmless(each)) for candle, each in said]

    def draw(self, candle: Candle) -> list[Drawing]:
        """Ask what is seen after this candle; what is no drawing becomes a trouble."""
        desk = self._desk
        drawn = self._turns.take(lambda: taken(desk.strategy.explain(candle, desk.view)), "explain")
        if isinstance(drawn, Exception):
            self.misdrawn += 1
            self._note(self._turns.told(drawn))
            return []
        sound, flaws, count = drawn
        self.misdrawn += bool(flaws)
        for flaw in flaws:
            self._note(f"explain: {flaw}")
        if count > DRAWINGS_MAX:
            self._note(f"explain: {count} drawings, only {DRAWINGS_MAX} are shown")
        return sound

    def _ask(self, candle: Candle, _view: MarketView) -> Signal | None:
        self.asked += 1
        answer = self._turns.take(lambda: self._desk.opinion(candle), "analyze")
        if isinstance(answer, StrategyError):
            self.failed += 1
            self._note(str(answer))
            return None
        assert not isinstance(answer, Exception), f"a desk raised {answer!r}"
        return answer

    def _note(self, trouble: str) -> None:
        if len(self.troubles) < 20:
            self.troubles[harmless(trouble)] = None


def _harmless(signal: Signal) -> Signal:
    """Return a signal whose texts can be shown."""
    factors = {harmless(name): number for name, number in signal.factors.items()}
    return structs.replace(signal, reason=harmless(signal.reason), factors=factors)


def witness(desk: Desk, candles: Sequence[Candle], *, at: int, bars: int, after: int) -> Witness:
    """Run the strategy over all candles to a few after the one in question, and listen.

    The first ones, as many as the board keeps, are the warm-up; fewer if the chart needs them.
    Structures are those of the candle in question: none that became known later.
    """
    end = min(len(candles), at + 1 + after)
    shown = range(max(0, end - bars), end)
    listener = _Listener(desk)
    warm = min(desk.board.capacity, shown.start)
    listener.seed(candles[:warm])
    said, curves, drawings = list[Said](), list[Curve](), list[Area | Level | Mark]()
    for index in range(warm, end):
        news = listener.close(candles[index])
        if index in shown:
            said += news
            drawn = listener.draw(candles[index])
            curves += [each for each in drawn if isinstance(each, Curve)]
            if index == at:
                drawings = [each for each in drawn if not isinstance(each, Curve)]
    return Witness(
        candles=tuple(candles[index] for index in shown),
        at=candles[at],
        said=tuple(said),
        drawings=tuple(drawings),
        curves=tuple(curves),
        troubles=tuple(listener.troubles),
        asked=listener.asked,
        failed=listener.failed,
        misdrawn=listener.misdrawn,
    )


def last_call(desk: Desk, candles: Sequence[Candle], *, bars: int) -> int | None:
    """Return which candle the latest signal came with; the last ones never only warm it up."""
    listener = _Listener(desk)
    warm = min(desk.board.capacity, max(0, len(candles) - bars))
    listener.seed(candles[:warm])
    found = None
    for index in range(warm, len(candles)):
        if listener.close(candles[index]):
            found = index
    return found
