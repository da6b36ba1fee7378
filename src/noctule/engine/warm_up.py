"""What is read before the first event, so that strategies need not wait for candles."""

from collections.abc import Iterable

from noctule.domain.values import Timeframe
from noctule.engine.deeds import HistoryRead, TellDeed, tell_nobody
from noctule.engine.desk import Desk
from noctule.market.board import Board
from noctule.ports.clock import Clock
from noctule.ports.collector import Collector
from noctule.telemetry.logs import get_log

__all__ = ["warm_up"]

_log = get_log(__name__)


async def warm_up(
    collector: Collector,
    desks: Iterable[Desk],
    *,
    clock: Clock,
    on_deed: TellDeed = tell_nobody,
) -> None:
    """Fill every desk's board with the exchange's history; no strategy is asked about it."""
    for board in (desk.board for desk in desks):
        count = _base_count(board, clock.now_ms())
        base = await collector.history(board.symbol, board.base, count)
        higher = {
            timeframe: await collector.history(board.symbol, timeframe, board.capacity)
            for timeframe in board.higher
        }
        on_deed(
            HistoryRead(
                symbol=board.symbol,
                base=tuple(base),
                higher={timeframe: tuple(told) for timeframe, told in higher.items()},
            )
        )
        board.seed(base, higher)
        for timeframe, told in {board.base: base, **higher}.items():
            _tell(board, timeframe, told=len(told))


def _base_count(board: Board, now_ms: int) -> int:
    """Return how many base candles reach back to where the oldest running bar opened.

    It is asked as of one candle ago: our clock may be ahead of the exchange's, and a bar that
    we take for closed may be running there.
    """
    before_ms = now_ms - board.base.ms
    opened_ms = min((higher.open_of(before_ms) for higher in board.higher), default=now_ms)
    return max(board.capacity, (now_ms - opened_ms) // board.base.ms + 1)


def _tell(board: Board, timeframe: Timeframe, *, told: int) -> None:
    kept = len(board.series[timeframe].history)
    is_whole = kept >= min(told, board.capacity) - 1  # the newest may be too new for the base
    tell = _log.info if is_whole else _log.warning
    message = "warmed up" if is_whole else "history has a hole"
    tell(message, symbol=board.symbol, timeframe=timeframe, kept=kept, told=told)
