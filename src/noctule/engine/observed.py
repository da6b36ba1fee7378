"""Puts down what a desk saw and said; called when its signal is on its way, never before."""

from collections.abc import Sequence

from noctule.domain.events.base import SignalEvent
from noctule.domain.events.data import CandleClosed
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.observation import Answer, Observation, Readings
from noctule.engine.desk import Desk

__all__ = ["came_with_history", "observed"]


def observed(desk: Desk, event: CandleClosed, told: Sequence[SignalEvent]) -> Observation:
    """Return what its strategy saw at this candle, and what it said: copies numbers only."""
    board = desk.board
    said = told[0] if told else None
    answer, cause = Answer.NOTHING, None
    if isinstance(said, SignalGenerated):
        answer = Answer.SIGNAL
    elif desk.disabled is not None:
        answer, cause = Answer.DISABLED, desk.disabled
    elif desk.failures:
        answer, cause = Answer.FAILED, desk.fault
    return Observation(
        at_ms=event.at_ms if event.received_ms is None else event.received_ms,
        candle=event.candle,
        strategy=desk.label,
        candles=board.series[board.base].taken,
        candles_needed=desk.warmup_bars,
        answer=answer,
        said=said.signal if isinstance(said, SignalGenerated) else None,
        cause=cause,
        readings=tuple(
            [
                Readings(timeframe, feeds.names, feeds.values())
                for timeframe, feeds in board.feeds.items()
                if feeds.names
            ]
        ),
        position=board.held(),
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
