"""All that the store knows of one candle: what is printed, and what JSON holds."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct
from sqlalchemy.engine import Connection

from noctule.adapters.store.aftermath import Aftermath, TradeStory, aftermath, trade_left_at
from noctule.adapters.store.ledger import EXIT
from noctule.adapters.store.ledger_reading import Seen, Verdict, verdicts_between
from noctule.adapters.store.ledger_records import SaidRecord
from noctule.domain.ids import candle_trace
from noctule.domain.observation import Answer
from noctule.domain.signals import Direction
from noctule.domain.values import Symbol
from noctule.telemetry.formats import iso_ms

__all__ = ["CandleAnswer", "GateTold", "VerdictTold", "answer_of", "verdict_words"]

_NO_VERDICT: Final = "no verdict was recorded: the process may have ended just then"


class GateTold(Struct, frozen=True, kw_only=True):
    """One gate, and what it said."""

    check: str
    is_open: bool
    text: str


class VerdictTold(Struct, frozen=True, kw_only=True):
    """What became of the signal."""

    at: str
    outcome: str
    gates: tuple[GateTold, ...]  # those that were shut first


class CandleAnswer(Struct, frozen=True, kw_only=True):
    """One candle: what was seen, said and done."""

    symbol: str
    timeframe: str
    strategy: str
    opened: str
    closed: str
    candle: Mapping[str, float]
    heard_ms: int  # after its close
    candles: int
    candles_needed: int
    indicators: tuple[tuple[str, float | int | str | None], ...]
    regime: str | None
    position: str
    entry_price: str | None
    mark: float | None
    spread_share: float | None
    answer: Answer
    cause: str | None
    said: Mapping[str, object] | None
    verdicts: tuple[VerdictTold, ...]
    verdict: str | None  # in one line
    aftermath: Aftermath
    left: TradeStory | None  # the trade that an exit asked for here ended


def answer_of(connection: Connection, seen: Seen) -> CandleAnswer:
    """Gather what is known of a candle."""
    record, close_ms = seen.record, seen.close_ms
    told = verdicts_between(
        connection, seen.symbol, seen.timeframe, from_ms=close_ms, to_ms=close_ms
    )
    trace = candle_trace(Symbol(seen.symbol), seen.timeframe, close_ms)
    leaving = next((each for each in told if each.outcome == EXIT), None)
    return CandleAnswer(
        symbol=seen.symbol,
        timeframe=seen.timeframe.value,
        strategy=record.strategy,
        opened=iso_ms(seen.open_ms),
        closed=iso_ms(close_ms),
        candle={
            "open": record.open,
            "high": record.high,
            "low": record.low,
            "close": record.close,
            "volume": record.volume,
            "trades": record.trades,
        },
        heard_ms=record.late_ms,
        candles=record.candles,
        candles_needed=record.candles_needed,
        indicators=tuple(
            (_named(each.timeframe, each.name, seen), each.value) for each in record.measures
        ),
        regime=record.regime,
        position=record.position,
        entry_price=record.entry_price,
        mark=record.mark,
        spread_share=_spread(record.bid, record.ask),
        answer=record.answer,
        cause=record.cause,
        said=None if record.said is None else _said(record.said),
        verdicts=tuple(_told(each) for each in told),
        verdict=None if record.said is None else verdict_words(record.said.direction, told),
        aftermath=aftermath(connection, trace),
        left=None if leaving is None else trade_left_at(connection, seen.symbol, leaving.at_ms),
    )


def verdict_words(direction: Direction, told: Sequence[Verdict]) -> str:
    """Say in one line what became of a signal."""
    if told:
        return ", then ".join(_outcome(each) for each in told)
    return "nothing was held: nothing to do" if direction is Direction.FLAT else _NO_VERDICT


def _outcome(verdict: Verdict) -> str:
    shut = verdict.record.shut
    return f"{verdict.outcome} by {', '.join(shut)}" if shut else verdict.outcome


def _told(verdict: Verdict) -> VerdictTold:
    record = verdict.record
    gates = [
        GateTold(check=check, is_open=check not in record.shut, text=text)
        for check, text in record.gates.items()
    ]
    return VerdictTold(
        at=iso_ms(verdict.at_ms),
        outcome=verdict.outcome,
        gates=tuple(sorted(gates, key=lambda gate: gate.is_open)),
    )


def _named(timeframe: str, name: str, seen: Seen) -> str:
    return name if timeframe == seen.timeframe.value else f"{timeframe} {name}"


def _spread(bid: float | None, ask: float | None) -> float | None:
    return None if not bid or not ask else 2 * (ask - bid) / (ask + bid)


def _said(said: SaidRecord) -> Mapping[str, object]:
    return {
        "direction": said.direction.value,
        "reason": said.reason,
        "stop": said.stop,
        "target": said.target,
        "confidence": said.confidence,
        "factors": said.factors,
    }
