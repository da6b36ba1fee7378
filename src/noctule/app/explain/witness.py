"""A strategy driven over candles as the bot would, and what it saw and said on the way."""

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Final

from msgspec import Struct

from noctule.app.explain.moments import MOMENTS_END_MS
from noctule.domain.errors import StrategyError
from noctule.domain.market import Candle
from noctule.domain.signals import Signal
from noctule.engine.desk import Desk
from noctule.engine.owners_code import failure_told
from noctule.market.view import MarketView
from noctule.strategies.drawing import Area, Curve, Drawing, Level, Mark, Tone
from noctule.strategies.rehearsal import Rehearsal
from noctule.telemetry.attempt import attempted

__all__ = ["DRAWINGS_MAX", "Said", "Witness", "last_call", "witness"]

DRAWINGS_MAX: Final = 500  # at one candle; a strategy that draws more has a mistake


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


class _Listener:
    """Asks the desk whenever a candle closes, and remembers what it failed at."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._rehearsal = Rehearsal(desk.board, self._ask, reverses=desk.reverses)
        self.troubles: dict[str, None] = {}
        self.asked = self.failed = 0

    def seed(self, candles: Sequence[Candle]) -> None:
        """Begin with history that the strategy is not asked about."""
        self._desk.board.seed(candles, dict.fromkeys(self._desk.board.higher, ()))

    def close(self, base: Candle) -> list[Said]:
        """Let a base candle close and return what is called for."""
        said = self._rehearsal.close(base)
        return [Said(base=base, candle=candle, signal=signal) for candle, signal in said]

    def draw(self, candle: Candle) -> list[Drawing]:
        """Ask what is seen after this candle; what is no drawing becomes a trouble."""
        desk = self._desk
        drawn = attempted(lambda: list(desk.strategy.explain(candle, desk.view)))
        if isinstance(drawn, Exception):
            self._note(failure_told(drawn, desk.files))
            return []
        if len(drawn) > DRAWINGS_MAX:
            self._note(f"explain: {len(drawn)} drawings, only {DRAWINGS_MAX} are shown")
        return list(self._sound(drawn[:DRAWINGS_MAX]))

    def _ask(self, candle: Candle, _view: MarketView) -> Signal | None:
        self.asked += 1
        try:
            return self._desk.opinion(candle)
        except StrategyError as exc:
            self.failed += 1
            self._note(str(exc))
            return None

    def _sound(self, drawn: Iterable[Drawing]) -> Iterator[Drawing]:
        for each in drawn:
            flaw = attempted(partial(_flaw, each))
            if flaw is None:
                yield each
            else:
                self._note(f"explain: {each!r:.90}: {flaw}")

    def _note(self, trouble: str) -> None:
        if len(self.troubles) < 20:
            self.troubles[trouble] = None


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


def _flaw(drawing: object) -> str | None:
    """Say what makes this not drawable; a strategy's code is not ours, so it is checked."""
    match drawing:
        case Area(low=low, high=high, from_ms=from_ms, to_ms=to_ms):
            numbers = (low, high, from_ms, from_ms if to_ms is None else to_ms)
        case Level(price=price, from_ms=from_ms, to_ms=to_ms):
            numbers = (price, price, from_ms, from_ms if to_ms is None else to_ms)
        case Mark(price=price, at_ms=at_ms):
            numbers = (price, price, at_ms, at_ms)
        case Curve(price=price, at_ms=at_ms):
            known = 0.0 if math.isnan(price) else price  # NaN: it is not warm yet
            numbers = (known, known, at_ms, at_ms)
        case _:
            return "is not an Area, Level, Mark or Curve"
    if not isinstance(drawing, Curve) and drawing.tone not in frozenset(Tone):
        return "its tone is none of Tone's"
    return _unfit(*numbers)


def _unfit(low: float, high: float, from_ms: int, to_ms: int) -> str | None:
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        return "has no price, or its low above its high"
    if not 0 <= from_ms <= to_ms < MOMENTS_END_MS:
        return "ends before it begins, or its times are not milliseconds"
    return None
