"""Puts down what a desk saw and said; called when its signal is on its way, never before.

What it answered and held is taken at once: it is asked about longer bars in the same turn.
"""

from collections.abc import Sequence

from msgspec import Struct

from noctule.domain.events.base import SignalEvent
from noctule.domain.events.data import CandleClosed
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.observation import Answer, Observation, Readings
from noctule.domain.position import Position
from noctule.domain.signals import Signal
from noctule.engine.desk import Desk

__all__ = ["Answered", "answered", "came_with_history", "observed"]


class Answered(Struct, frozen=True, kw_only=True, gc=False):
    """What will have changed by the time that somebody puts it down."""

    answer: Answer
    said: Signal | None = None
    cause: str | None = None
    position: Position


def answered(desk: Desk, told: Sequence[SignalEvent]) -> Answered:
    """Return what came of asking it, right after that."""
    position, said = desk.board.held(), told[0] if told else None
    if isinstance(said, SignalGenerated):
        return Answered(answer=Answer.SIGNAL, said=said.signal, position=position)
    if desk.disabled is not None:
        return Answered(answer=Answer.DISABLED, cause=desk.disabled, position=position)
    if desk.failures:
        return Answered(answer=Answer.FAILED, cause=desk.fault, position=position)
    return Answered(answer=Answer.NOTHING, position=position)


def observed(desk: Desk, event: CandleClosed, told: Answered) -> Observation:
    """Return what its strategy saw at this candle, and what it said: copies numbers only."""
    board = desk.board
    return Observation(
        at_ms=event.at_ms if event.received_ms is None else event.received_ms,
        candle=event.candle,
        strategy=desk.label,
        candles=board.series[board.base].taken,
        candles_needed=desk.warmup_bars,
        answer=told.answer,
        said=told.said,
        cause=told.cause,
        readings=tuple(
            [
                Readings(timeframe, feeds.names, feeds.values())
                for timeframe, feeds in board.feeds.items()
                if feeds.names
            ]
        ),
        position=told.position,
        regime=board.regime,
        mark=board.mark,
        book=board.book,
    )


def came_with_history(desk: Desk, event: CandleClosed) -> Observation:
    """Return that a candle was known before it was told: nobody was asked about it."""
    board = desk.board
    return Observation(
        at_ms=event.at_ms if event.received_ms is None else event.received_ms,
        candle=event.candle,
        strategy=desk.label,
        candles=board.series[board.base].taken,
        candles_needed=desk.warmup_bars,
        answer=Answer.HISTORY,
        position=board.held(),
        regime=board.regime,
        mark=board.mark,
        book=board.book,
    )
